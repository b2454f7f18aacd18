/* Tokenizers: from a stretch of a line to tokens. One table row each. */
#ifndef PTBLM_VOCAB_TOKENIZER_TOKENIZER_H
#define PTBLM_VOCAB_TOKENIZER_TOKENIZER_H

#include <stddef.h>

#include "lib/base/buf.h"
#include "lib/base/err.h"

/* The token that stands for a line's end, and the one for a word not in the vocabulary. */
#define TOKEN_EOS "<eos>"
#define TOKEN_UNK "<unk>"

/* Bytes of a token at the most; more is an error where tokens are counted or encoded. */
enum { TOKEN_MAX = 65535 };

struct token {
    const char *bytes;
    size_t len;
};

/* Takes the tokens of a tokenizer, some at a time; the first member of what its owner needs. The
 * bytes of a token lie in the line, in the tokenizer's room or in constant memory, and stay there
 * until one of the first two is used again. */
enum { TOKEN_BATCH = 64 };
struct token_sink {
    enum status (*take)(struct token_sink *s, const struct token *tokens, size_t n,
                        struct err *err);
    size_t n; /* tokens that wait */
    struct token waiting[TOKEN_BATCH];
};

/* For tokenizers. What still waits when a tokenizer returns, its caller flushes. */
static inline enum status token_sink_flush(struct token_sink *s, struct err *err)
{
    const size_t n = s->n;
    s->n = 0;
    return n > 0 ? s->take(s, s->waiting, n, err) : ST_OK;
}

static inline enum status token_sink_add(struct token_sink *s, const char *bytes, size_t len,
                                         struct err *err)
{
    s->waiting[s->n++] = (struct token){bytes, len};
    return s->n == TOKEN_BATCH ? token_sink_flush(s, err) : ST_OK;
}

struct tokenizer {
    const char *name;    /* in --tokenizer, in model files */
    const char *summary; /* one line for --help */
    /* Adds the tokens of `len` bytes of UTF-8 without line ends; TOKEN_EOS is the caller's. `room`
     * is a buffer for the tokenizer's own use, the caller's so that it serves line after line. */
    enum status (*split)(const char *bytes, size_t len, struct buf *room, struct token_sink *sink,
                         struct err *err);
    /* What stands between two tokens when text is shown again: " " or "". */
    const char *joint;
};

extern const struct tokenizer tokenizer_words, tokenizer_chars, tokenizer_treebank;

/* The i-th tokenizer of the table, NULL behind the last. */
const struct tokenizer *tokenizer_at(size_t i);

/* NULL where there is none of that name. */
const struct tokenizer *tokenizer_find(const char *name);

/* Sends the tokens of a line one by one to `emit`, which ends it by failing. */
typedef enum status token_fn(void *ctx, const char *token, size_t len, struct err *err);
enum status tokenizer_split_each(const struct tokenizer *t, const char *bytes, size_t len,
                                 token_fn *emit, void *ctx, struct err *err);

/* For tokenizers: the length of the TOKEN_UNK or TOKEN_EOS that bytes[0..len) begin with, or 0.
 * Every tokenizer lets these two pass, so that prepared text can hold them. */
size_t tokenizer_special(const char *bytes, size_t len);

#endif
