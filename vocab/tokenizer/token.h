/* Tokens, and the sink that takes them from a tokenizer. */
#ifndef PTBLM_VOCAB_TOKENIZER_TOKEN_H
#define PTBLM_VOCAB_TOKENIZER_TOKEN_H

#include <stddef.h>

#include "lib/base/buf.h"
#include "lib/base/err.h"

/* The token for the end of a line, and the one for a word that is not in the vocabulary. */
#define TOKEN_EOS "<eos>"
#define TOKEN_UNK "<unk>"

enum {
    TOKEN_MAX = 65535, /* bytes of a token; more is an error where tokens are counted or encoded */
    TOKEN_BATCH = 64,  /* tokens that a sink takes at once */
};

/* Takes the tokens of a tokenizer in batches; the first member of what its owner needs. The bytes
 * of a token lie in the line, in the tokenizer's room or in constant memory, and stay there until
 * the line or the room is used again. */
struct token_sink {
    enum status (*take)(struct token_sink *s, const struct slice *tokens, size_t n,
                        struct err *err);
    size_t n; /* tokens that wait */
    struct slice waiting[TOKEN_BATCH];
};

/* Whoever calls a tokenizer flushes what still waits when it returns. */
static inline enum status token_sink_flush(struct token_sink *s, struct err *err)
{
    const size_t n = s->n;
    s->n = 0;
    return n > 0 ? s->take(s, s->waiting, n, err) : ST_OK;
}

static inline enum status token_sink_add(struct token_sink *s, const char *bytes, size_t len,
                                         struct err *err)
{
    s->waiting[s->n++] = (struct slice){bytes, len};
    return s->n == TOKEN_BATCH ? token_sink_flush(s, err) : ST_OK;
}

/* The length of the TOKEN_UNK or TOKEN_EOS that bytes[0..len) begin with, or 0. Every tokenizer
 * lets these two pass, so that prepared text can hold them. */
size_t token_special(const char *bytes, size_t len);

#endif
