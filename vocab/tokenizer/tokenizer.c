#include "vocab/tokenizer/tokenizer.h"

#include <string.h>

static const struct tokenizer *const tokenizers[] = {
    &tokenizer_words,   &tokenizer_chars, &tokenizer_treebank,
    &tokenizer_unicode, &tokenizer_bpe,   &tokenizer_bpe_bytes,
};

const struct tokenizer *tokenizer_at(size_t i)
{
    return i < sizeof tokenizers / sizeof tokenizers[0] ? tokenizers[i] : NULL;
}

const struct tokenizer *tokenizer_find(const char *name)
{
    for (size_t i = 0; tokenizer_at(i) != NULL; i++)
        if (strcmp(tokenizer_at(i)->name, name) == 0)
            return tokenizer_at(i);
    return NULL;
}

struct each {
    struct token_sink sink;
    token_fn *emit;
    void *ctx;
};

static enum status take_each(struct token_sink *s, const struct slice *tokens, size_t n,
                             struct err *err)
{
    const struct each *each = (const struct each *)s;
    for (size_t i = 0; i < n; i++)
        TRY(each->emit(each->ctx, tokens[i].bytes, tokens[i].len, err));
    return ST_OK;
}

enum status tokenizer_split_each(const struct tokenizer *t, const char *bytes, size_t len,
                                 token_fn *emit, void *ctx, struct err *err)
{
    struct each each = {.sink = {.take = take_each}, .emit = emit, .ctx = ctx};
    struct buf room = {0};
    enum status status = t->split(t, bytes, len, &room, &each.sink, err);
    if (status == ST_OK)
        status = token_sink_flush(&each.sink, err);
    buf_fini(&room);
    return status;
}
