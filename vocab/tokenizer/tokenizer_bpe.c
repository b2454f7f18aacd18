#include "vocab/tokenizer/tokenizer_bpe.h"

#include <string.h>

#include "lib/base/io/io.h"
#include "lib/base/mem.h"
#include "lib/base/utf8.h"
#include "vocab/tokenizer/bpe_learn.h"

/* Between the tokenizer that makes words and the sink of their tokens. */
struct word_sink {
    struct token_sink sink;
    struct bpe *bpe;
    struct token_sink *to;
};

static enum status take_words(struct token_sink *s, const struct slice *words, size_t n,
                              struct err *err)
{
    const struct word_sink *w = (const struct word_sink *)s;
    for (size_t i = 0; i < n; i++) {
        if (token_special(words[i].bytes, words[i].len) == words[i].len)
            TRY(token_sink_add(w->to, words[i].bytes, words[i].len, err));
        else
            TRY(bpe_split(w->bpe, words[i], w->to, err));
    }
    return ST_OK;
}

static enum status split_pieces(const struct tokenizer *t, const char *bytes, size_t len,
                                struct buf *room, struct token_sink *sink, struct err *err)
{
    const struct tokenizer *words = t->words != NULL ? t->words : &tokenizer_words;
    if (t->bpe == NULL)
        return words->split(words, bytes, len, room, sink, err);
    struct word_sink own = {.sink = {.take = take_words}, .bpe = t->bpe, .to = sink};
    TRY(words->split(words, bytes, len, room, &own.sink, err));
    return token_sink_flush(&own.sink, err);
}

const struct tokenizer tokenizer_bpe = {
    .name = "bpe",
    .summary = "pieces of words, by merges learned from the train text",
    .split = split_pieces,
    .keeps_words = true,
    .joint = " ",
    .learns = true,
};

const struct tokenizer tokenizer_bpe_bytes = {
    .name = "bpe-bytes",
    .summary = "the same, and rare characters as bytes, so that nothing is unknown",
    .split = split_pieces,
    .keeps_words = true,
    .joint = " ",
    .learns = true,
    .spells_bytes = true,
};

enum status tokenizer_new(struct tokenizer **t, const struct tokenizer *row, const char *name,
                          const char *merges, size_t len, struct err *err)
{
    struct tokenizer *made = mem_zeroed(1, sizeof *made, err);
    if (made == NULL)
        return ST_NOMEM;
    *made = *row;
    const enum status status = bpe_parse(&made->bpe, name, merges, len, row->spells_bytes, err);
    if (status != ST_OK)
        mem_free(made);
    else
        *t = made;
    return status;
}

enum status tokenizer_read(struct tokenizer **t, const struct tokenizer *row, const char *path,
                           struct err *err)
{
    struct buf text = {0};
    enum status status = io_read_file(path, BPE_TEXT_MAX, &text, err);
    if (status == ST_OK)
        status = tokenizer_new(t, row, path, text.data, text.len, err);
    buf_fini(&text);
    return status;
}

enum status tokenizer_learn(struct tokenizer **t, const struct tokenizer *row,
                            const struct vocab_counts *words, size_t n, struct err *err)
{
    struct buf text = {0};
    enum status status = bpe_learn(&text, words, n, err);
    if (status == ST_OK)
        status = tokenizer_new(t, row, "the learned merges", text.data, text.len, err);
    buf_fini(&text);
    return status;
}

void tokenizer_free(struct tokenizer *t)
{
    if (t == NULL)
        return;
    bpe_free(t->bpe);
    mem_free(t);
}

/* A character that ends words here may stand within one elsewhere, and the other way round. */
static enum status add_other_form(struct vocab_counts *counts, struct slice token, struct err *err)
{
    const size_t mark = strlen(BPE_GOES_ON);
    char other[8];
    uint32_t code;
    const bool goes_on =
        token.len > mark && memcmp(token.bytes + token.len - mark, BPE_GOES_ON, mark) == 0;
    const size_t len = goes_on ? token.len - mark : token.len;
    if (utf8_next(token.bytes, len, &code) != len)
        return ST_OK;
    memcpy(other, token.bytes, len);
    memcpy(other + len, BPE_GOES_ON, mark);
    return vocab_counts_include(counts, other, goes_on ? len : len + mark, err);
}

enum status tokenizer_complete(const struct tokenizer *t, struct vocab_counts *counts,
                               struct err *err)
{
    if (t->bpe == NULL)
        return ST_OK;
    const size_t n = vocab_counts_size(counts);
    for (size_t i = 0; i < n && !t->spells_bytes; i++)
        TRY(add_other_form(counts, vocab_counts_word(counts, (int32_t)i), err));
    for (size_t i = 0; i < bpe_n_tokens(t->bpe); i++) {
        const struct slice token = bpe_token(t->bpe, i);
        TRY(vocab_counts_include(counts, token.bytes, token.len, err));
    }
    return ST_OK;
}
