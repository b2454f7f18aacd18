/* From text to counts and to ids: one pass over the lines, one look-up for each token. */
#include "vocab/ids.h"

#include <inttypes.h>
#include <string.h>

#include "lib/base/escape.h"
#include "lib/base/mem.h"
#include "vocab/ids_private.h"
#include "vocab/text_size.h"

/* Where a token stands, for messages. */
struct place {
    const char *name; /* of the text */
    uint64_t line;
};

/* Where tokens and their ids go. Either counts is set, or vocab and seen. */
struct reading {
    struct token_sink sink;
    struct place place;
    struct buf room; /* the tokenizer's */
    struct text_watch *watch;
    bool unwatched;            /* the line at hand */
    uint64_t bytes;            /* of all lines before */
    struct marked_lines lines; /* markers NULL: lines are taken as they are */
    struct vocab_counts *counts;
    const struct vocab *vocab;
    enum oov oov;
    uint64_t unknown;
    uint64_t words, characters; /* of the text without markers; text_size.h, and the lines' ends */
    unsigned char *seen;        /* [V], 1 for ids that came */
    struct ids_spool spool;
};

enum status ids_refuse_unknown(const char *name, uint64_t line, struct slice word, struct err *err)
{
    err_set(err, ST_INPUT, "'%s' line %" PRIu64 " has %s, which is not in the vocabulary", name,
            line, escape_quoted(word.bytes, word.len).text);
    return err_advise(err, ST_INPUT, REMEDY_ALLOW_UNKNOWN, 0, 0);
}

static enum status check_length(const struct place *place, struct slice token, struct err *err)
{
    if (token.len <= TOKEN_MAX)
        return ST_OK;
    return err_set(
        err, ST_INPUT, "'%s' line %" PRIu64 " has %s, a token of %zu bytes: the most is %d",
        place->name, place->line, escape_quoted(token.bytes, token.len).text, token.len, TOKEN_MAX);
}

static enum status count_tokens(struct token_sink *s, const struct slice *tokens, size_t n,
                                struct err *err)
{
    struct reading *r = (struct reading *)s;
    int32_t numbers[TOKEN_BATCH];
    const enum status status = vocab_counts_add_all(r->counts, tokens, n, numbers, err);
    for (size_t i = 0; status == ST_INPUT && i < n; i++)
        TRY(check_length(&r->place, tokens[i], err));
    TRY(status);
    return ids_spool_add(&r->spool, numbers, n, err);
}

/* The id of <unk> where that may stand for the token. */
static enum status replace_unknown(struct reading *r, struct slice token, int32_t *id,
                                   struct err *err)
{
    TRY(check_length(&r->place, token, err));
    if (r->oov == OOV_ERROR)
        return ids_refuse_unknown(r->place.name, r->place.line, token, err);
    r->unknown++;
    if (r->watch != NULL)
        TRY(text_watch_unknown(r->watch, token, 1, err));
    *id = vocab_unk(r->vocab);
    return ST_OK;
}

static enum status encode_tokens(struct token_sink *s, const struct slice *tokens, size_t n,
                                 struct err *err)
{
    struct reading *r = (struct reading *)s;
    int32_t ids[TOKEN_BATCH];
    vocab_find_all(r->vocab, tokens, n, ids);
    for (size_t i = 0; i < n; i++) {
        if (ids[i] < 0)
            TRY(replace_unknown(r, tokens[i], &ids[i], err));
        r->seen[ids[i]] = 1;
    }
    return ids_spool_add(&r->spool, ids, n, err);
}

static enum status end_line(struct reading *r, struct err *err)
{
    int32_t id = IDS_LINE_END;
    if (r->counts != NULL) {
        TRY(vocab_counts_add(r->counts, TOKEN_EOS, strlen(TOKEN_EOS), err));
    } else {
        id = vocab_eos(r->vocab);
        r->seen[id] = 1;
    }
    return ids_spool_add(&r->spool, &id, 1, err);
}

static enum status read_marks(struct reading *r, struct slice *line, const struct text_piece *piece,
                              struct err *err)
{
    const enum status status = marked_lines_read(&r->lines, line, piece->ends_line, err);
    if (status != ST_INPUT || err == NULL)
        return status;
    return err_wrap(err, err, "'%s' line %llu", r->place.name, (unsigned long long)piece->line);
}

static enum status read_piece(struct reading *r, struct text_piece *piece,
                              const struct ids_reading *how, struct err *err)
{
    struct slice line = {piece->bytes, piece->len};
    r->place.line = piece->line;
    if (r->watch != NULL && !r->unwatched)
        TRY(text_watch_line(r->watch, line.bytes, line.len, piece->ends_line, err));
    r->bytes += piece->len;
    if (piece->ends_line)
        r->unwatched = !text_watch_wants(piece->line, r->bytes);
    if (r->lines.markers != NULL)
        TRY(read_marks(r, &line, piece, err));
    r->characters += text_size_characters(line.bytes, line.len) + piece->ends_line;
    if (!how->tokenizer->gives_words)
        r->words += text_size_words(line.bytes, line.len) + piece->ends_line;
    TRY(how->tokenizer->split(how->tokenizer, line.bytes, line.len, &r->room, &r->sink, err));
    TRY(token_sink_flush(&r->sink, err));
    return piece->ends_line ? end_line(r, err) : ST_OK;
}

static enum status read_text(struct reading *r, struct text *text, const struct ids_reading *how,
                             struct err *err)
{
    r->watch = how->watch;
    if (how->markers != NULL && markers_any(how->markers))
        r->lines = (struct marked_lines){.markers = how->markers,
                                         .anywhere = !how->tokenizer->keeps_words};
    for (;;) {
        struct text_piece piece;
        bool more;
        TRY(text_next(text, &piece, &more, err));
        if (!more)
            return ST_OK;
        r->place.name = text_name(text); /* one of several documents' */
        TRY(read_piece(r, &piece, how, err));
    }
}

static void set_size(struct ids *ids, const struct reading *r, const struct tokenizer *tokenizer)
{
    ids->words = tokenizer->gives_words ? ids->n : r->words;
    ids->characters = r->characters;
}

enum status ids_count_text(struct ids *ids, struct vocab_counts *counts, struct text *text,
                           const struct ids_reading *how, const char *path, struct err *err)
{
    struct reading reading = {.sink = {.take = count_tokens}, .counts = counts};
    struct ids made = {0};
    enum status status;
    if (ids == NULL)
        reading.spool.place = IDS_NOWHERE;
    else if (path != NULL)
        TRY_OUT(ids_spool_open_file(&reading.spool, path, err));
    TRY_OUT(read_text(&reading, text, how, err));
    TRY_OUT(ids_spool_end(&reading.spool, &made, err));
    set_size(&made, &reading, how->tokenizer);
    if (ids != NULL)
        *ids = made;
out:
    ids_spool_fini(&reading.spool);
    buf_fini(&reading.room);
    marked_lines_fini(&reading.lines);
    return status;
}

static uint64_t count_seen(const unsigned char *seen, size_t n)
{
    uint64_t types = 0;
    for (size_t i = 0; i < n; i++)
        types += seen[i];
    return types;
}

enum status ids_encode_text(struct ids *ids, struct text *text, const struct ids_reading *how,
                            const struct vocab *vocab, enum oov oov, const char *path,
                            struct err *err)
{
    struct reading reading = {.sink = {.take = encode_tokens}, .vocab = vocab, .oov = oov};
    struct ids made = {0};
    enum status status = ST_NOMEM;
    reading.seen = mem_zeroed(vocab_size(vocab), 1, err);
    if (reading.seen == NULL)
        goto out;
    if (path != NULL)
        TRY_OUT(ids_spool_open_file(&reading.spool, path, err));
    TRY_OUT(read_text(&reading, text, how, err));
    TRY_OUT(ids_spool_end(&reading.spool, &made, err));
    if (made.n == 0)
        TRY_OUT(
            err_set(err, ST_INPUT, "'%s' is empty: there is nothing to encode", text_name(text)));
    made.unknown = reading.unknown;
    set_size(&made, &reading, how->tokenizer);
    made.types = count_seen(reading.seen, vocab_size(vocab));
    *ids = made;
out:
    if (status != ST_OK)
        ids_fini(&made);
    ids_spool_fini(&reading.spool);
    buf_fini(&reading.room);
    marked_lines_fini(&reading.lines);
    mem_free(reading.seen);
    return status;
}

void ids_fini(struct ids *ids)
{
    mem_free(ids->owned);
    io_map_close(&ids->map);
    io_writer_discard(ids->file);
    *ids = (struct ids){0};
}
