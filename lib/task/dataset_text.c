/* Counting and encoding of texts in memory: standard input, which can be read once only, and the
 * built-in corpus. */
#include <string.h>

#include "corpora/text.h"
#include "lib/base/mem.h"
#include "lib/task/dataset_parts.h"

static enum status open_text(struct text **t, const struct dataset_text *text, struct err *err)
{
    struct source *source;
    TRY(source_open_memory(&source, text->name, text->bytes, text->len, err));
    return text_open(t, source, err);
}

static enum status count_token(void *ctx, const char *token, size_t len, struct err *err)
{
    return vocab_counts_add(ctx, token, len, err);
}

enum status dataset_count_text(struct vocab_counts *counts, const struct dataset_text *text,
                               const struct tokenizer *tokenizer, struct err *err)
{
    enum status status = ST_OK;
    struct text *t;
    struct text_piece piece;
    bool more = true;
    TRY(open_text(&t, text, err));
    for (;;) {
        TRY_OUT(text_next(t, &piece, &more, err));
        if (!more)
            goto out;
        TRY_OUT(tokenizer->split(piece.bytes, piece.len, count_token, counts, err));
        if (piece.ends_line)
            TRY_OUT(vocab_counts_add(counts, TOKEN_EOS, strlen(TOKEN_EOS), err));
    }
out:
    text_close(t);
    return status;
}

struct growing_ids {
    int32_t *data;
    size_t n, cap;
};

static enum status append_ids(struct growing_ids *g, const int32_t *more, size_t n, struct err *err)
{
    if (n > g->cap - g->n) {
        const size_t need = g->n + n;
        const size_t cap = need < 2 * g->cap ? 2 * g->cap : need + 1024;
        int32_t *data = mem_resize(g->data, cap, sizeof *data, err);
        if (data == NULL)
            return ST_NOMEM;
        g->data = data;
        g->cap = cap;
    }
    if (n > 0)
        memcpy(g->data + g->n, more, n * sizeof *more);
    g->n += n;
    return ST_OK;
}

/* An unknown word's message says where it stands. */
static enum status add_place(const struct dataset_text *text, uint64_t line, struct err *err)
{
    if (err == NULL || err->code != ST_INPUT)
        return err == NULL ? ST_INPUT : err->code;
    const struct err why = *err;
    return err_set(err, ST_INPUT, "%s line %llu: %.900s", text->name, (unsigned long long)line,
                   why.text);
}

static enum status encode_piece(struct growing_ids *g, uint64_t *unknown,
                                const struct text_piece *piece, const struct tokenizer *tokenizer,
                                const struct vocab *vocab, enum oov oov, struct err *err)
{
    int32_t *data = NULL;
    size_t n = 0;
    uint64_t missed = 0;
    TRY(ids_encode_line(&data, &n, &missed, piece->bytes, piece->len, tokenizer, vocab, oov, err));
    *unknown += missed;
    const int32_t eos = vocab_eos(vocab);
    enum status status = append_ids(g, data, n, err);
    if (status == ST_OK && piece->ends_line)
        status = append_ids(g, &eos, 1, err);
    mem_free(data);
    return status;
}

enum status dataset_encode_text(struct ids *ids, const struct dataset_text *text,
                                const struct tokenizer *tokenizer, const struct vocab *vocab,
                                enum oov oov, struct err *err)
{
    enum status status = ST_OK;
    struct text *t;
    struct text_piece piece;
    struct growing_ids g = {0};
    uint64_t unknown = 0;
    bool more = true;
    TRY(open_text(&t, text, err));
    for (;;) {
        TRY_OUT(text_next(t, &piece, &more, err));
        if (!more)
            break;
        status = encode_piece(&g, &unknown, &piece, tokenizer, vocab, oov, err);
        if (status == ST_INPUT)
            status = add_place(text, piece.line, err);
        TRY_OUT(status);
    }
    if (g.n == 0)
        TRY_OUT(err_set(err, ST_INPUT, "%s is empty: there is no text to read", text->name));
    *ids = (struct ids){.data = g.data, .n = g.n, .unknown = unknown, .owned = g.data};
    ids->text_hash = text_hash(t);
    g.data = NULL;
out:
    mem_free(g.data);
    text_close(t);
    return status;
}
