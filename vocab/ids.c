/* From text to counts and to ids: one pass over the lines, one look-up a token. */
#include "vocab/ids.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "corpora/text.h"
#include "lib/base/mem.h"
#include "vocab/quote.h"

/* Where a token stands, for messages. */
struct place {
    const char *name; /* of the text; NULL for a line in memory */
    uint64_t line;
};

struct counter {
    struct place place;
    struct vocab_counts *counts;
};

struct encoder {
    struct place place;
    const struct vocab *vocab;
    enum oov oov;
    int32_t *data; /* [n], room for [room] */
    size_t n, room;
    uint64_t unknown;
};

static enum status refuse_token(const struct place *place, const char *token, size_t len,
                                const char *reason, struct err *err)
{
    const struct quote word = quote_bytes(token, len);
    if (place->name == NULL)
        return err_set(err, ST_INPUT, "the line has %s, %s", word.text, reason);
    return err_set(err, ST_INPUT, "'%s' line %" PRIu64 " has %s, %s", place->name, place->line,
                   word.text, reason);
}

static enum status check_length(const struct place *place, const char *token, size_t len,
                                struct err *err)
{
    if (len <= TOKEN_MAX)
        return ST_OK;
    char reason[100];
    snprintf(reason, sizeof reason, "a token of %zu bytes: the most is %d", len, TOKEN_MAX);
    return refuse_token(place, token, len, reason, err);
}

static enum status count_token(void *ctx, const char *token, size_t len, struct err *err)
{
    struct counter *counter = ctx;
    TRY(check_length(&counter->place, token, len, err));
    return vocab_counts_add(counter->counts, token, len, err);
}

static enum status push_id(struct encoder *encoder, int32_t id, struct err *err)
{
    if (encoder->n == encoder->room) {
        const size_t room = encoder->room == 0 ? 64 : 2 * encoder->room;
        int32_t *data = mem_resize(encoder->data, room, sizeof *data, err);
        if (data == NULL)
            return ST_NOMEM;
        encoder->data = data;
        encoder->room = room;
    }
    encoder->data[encoder->n++] = id;
    return ST_OK;
}

static enum status encode_token(void *ctx, const char *token, size_t len, struct err *err)
{
    struct encoder *encoder = ctx;
    TRY(check_length(&encoder->place, token, len, err));
    int32_t id = vocab_find(encoder->vocab, token, len);
    if (id < 0) {
        if (encoder->oov == OOV_ERROR)
            return refuse_token(&encoder->place, token, len, "which is not in the vocabulary", err);
        encoder->unknown++;
        id = vocab_unk(encoder->vocab);
    }
    return push_id(encoder, id, err);
}

/* Sends all tokens of a split, TOKEN_EOS behind every line, to `emit` with `ctx`, and keeps
 * *place, which lies in *ctx, up to date. */
static enum status read_split(const struct split_text *split, const struct tokenizer *tokenizer,
                              const struct source_limits *limits, token_fn *emit, void *ctx,
                              struct place *place, uint64_t *hash, struct err *err)
{
    struct text *text;
    TRY(text_open_split(&text, split, limits, err));
    place->name = text_name(text);
    enum status status;
    for (;;) {
        struct text_piece piece;
        bool more;
        TRY_OUT(text_next(text, &piece, &more, err));
        if (!more)
            break;
        place->line = piece.line;
        TRY_OUT(tokenizer->split(piece.bytes, piece.len, emit, ctx, err));
        if (piece.ends_line)
            TRY_OUT(emit(ctx, TOKEN_EOS, strlen(TOKEN_EOS), err));
    }
    *hash = text_hash(text);
out:
    text_close(text);
    return status;
}

enum status ids_count_split(struct vocab_counts *counts, const struct split_text *split,
                            const struct tokenizer *tokenizer, const struct source_limits *limits,
                            struct err *err)
{
    struct counter counter = {.counts = counts};
    uint64_t hash;
    return read_split(split, tokenizer, limits, count_token, &counter, &counter.place, &hash, err);
}

enum status ids_encode_split(struct ids *ids, const struct split_text *split,
                             const struct tokenizer *tokenizer, const struct vocab *vocab,
                             enum oov oov, const struct source_limits *limits, struct err *err)
{
    struct encoder encoder = {.vocab = vocab, .oov = oov};
    uint64_t hash;
    enum status status =
        read_split(split, tokenizer, limits, encode_token, &encoder, &encoder.place, &hash, err);
    if (status == ST_OK && encoder.n == 0)
        status = err_set(err, ST_INPUT, "'%s' is empty: there is nothing to encode", split->name);
    if (status != ST_OK) {
        mem_free(encoder.data);
        return status;
    }
    *ids = (struct ids){.data = encoder.data,
                        .n = encoder.n,
                        .unknown = encoder.unknown,
                        .text_hash = hash,
                        .owned = encoder.data};
    return ST_OK;
}

enum status ids_encode_line(int32_t **data, size_t *n, uint64_t *unknown, const char *line,
                            size_t len, const struct tokenizer *tokenizer,
                            const struct vocab *vocab, enum oov oov, struct err *err)
{
    struct encoder encoder = {.vocab = vocab, .oov = oov, .room = len / 4 + 16};
    encoder.data = mem_resize(NULL, encoder.room, sizeof *encoder.data, err);
    if (encoder.data == NULL)
        return ST_NOMEM;
    const enum status status = tokenizer->split(line, len, encode_token, &encoder, err);
    if (status != ST_OK) {
        mem_free(encoder.data);
        return status;
    }
    *data = encoder.data;
    *n = encoder.n;
    *unknown = encoder.unknown;
    return ST_OK;
}

void ids_fini(struct ids *ids)
{
    mem_free(ids->owned);
    io_map_close(&ids->map);
    *ids = (struct ids){0};
}
