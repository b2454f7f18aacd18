/* From the words of a text to the tokens that a tokenizer makes of each, without reading the text
 * again. */
#include "lib/base/mem.h"
#include "vocab/ids_private.h"

/* The numbers of the tokens of all words, those of word w from starts[w] up to starts[w + 1]. */
struct splitting {
    struct token_sink sink;
    struct vocab_counts *counts;
    uint64_t times; /* of the word at hand */
    size_t *starts; /* [1 + words] */
    int32_t *tokens;
    size_t n, room;
};

static enum status reserve(struct splitting *s, size_t n, struct err *err)
{
    if (s->n + n <= s->room)
        return ST_OK;
    const size_t room = 2 * (s->n + n);
    int32_t *tokens = mem_resize(s->tokens, room, sizeof *tokens, err);
    if (tokens == NULL)
        return ST_NOMEM;
    s->tokens = tokens;
    s->room = room;
    return ST_OK;
}

static enum status take(struct token_sink *sink, const struct slice *tokens, size_t n,
                        struct err *err)
{
    struct splitting *s = (struct splitting *)sink;
    TRY(reserve(s, n, err));
    for (size_t i = 0; i < n; i++)
        TRY(vocab_counts_add_times(s->counts, tokens[i].bytes, tokens[i].len, s->times,
                                   &s->tokens[s->n++], err));
    return ST_OK;
}

static enum status split_all(struct splitting *s, const struct vocab_counts *words,
                             const struct tokenizer *t, struct err *err)
{
    struct buf room = {0};
    enum status status = ST_OK;
    const size_t n = vocab_counts_size(words);
    s->starts = mem_resize(NULL, n + 1, sizeof *s->starts, err);
    if (s->starts == NULL)
        return ST_NOMEM;
    s->starts[0] = 0;
    for (size_t i = 0; i < n; i++) {
        const struct slice word = vocab_counts_word(words, (int32_t)i);
        s->times = vocab_counts_count(words, (int32_t)i);
        TRY_OUT(t->split(t, word.bytes, word.len, &room, &s->sink, err));
        TRY_OUT(token_sink_flush(&s->sink, err));
        s->starts[i + 1] = s->n;
    }
out:
    buf_fini(&room);
    return status;
}

static enum status write(struct ids_spool *spool, const struct ids *ids, const struct splitting *s,
                         struct err *err)
{
    int32_t room[IDS_CHUNK];
    const int32_t *chunk;
    for (size_t at = 0, n; at < ids->n; at += n) {
        TRY(ids_read(ids, at, room, &chunk, &n, err));
        for (size_t i = 0; i < n; i++) {
            const int32_t w = chunk[i];
            if (w == IDS_LINE_END)
                TRY(ids_spool_add(spool, &w, 1, err));
            else
                TRY(ids_spool_add(spool, s->tokens + s->starts[w], s->starts[w + 1] - s->starts[w],
                                  err));
        }
    }
    return ST_OK;
}

/* Puts the tokens in the place of the words, and keeps what is known of the text. */
static void replace(struct ids *ids, struct ids *made)
{
    made->words = ids->words;
    made->characters = ids->characters;
    made->text_hash = ids->text_hash;
    ids_fini(ids);
    *ids = *made;
}

enum status ids_split_words(struct ids *ids, const struct vocab_counts *words,
                            const struct tokenizer *t, struct vocab_counts *counts,
                            const char *path, struct err *err)
{
    struct splitting s = {.sink = {.take = take}, .counts = counts};
    struct ids_spool spool = {0};
    struct ids made = {0};
    enum status status;
    TRY_OUT(split_all(&s, words, t, err));
    if (ids != NULL) {
        if (path != NULL)
            TRY_OUT(ids_spool_open_file(&spool, path, err));
        TRY_OUT(write(&spool, ids, &s, err));
        TRY_OUT(ids_spool_end(&spool, &made, err));
        replace(ids, &made);
    }
out:
    ids_spool_fini(&spool);
    mem_free(s.starts);
    mem_free(s.tokens);
    return status;
}
