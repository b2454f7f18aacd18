/* Tokenizers: from a stretch of a line to tokens. One table row each. */
#ifndef PTBLM_VOCAB_TOKENIZER_H
#define PTBLM_VOCAB_TOKENIZER_H

#include <stddef.h>

#include "lib/base/err.h"

/* The token that stands for a line's end, and the one for a word not in the vocabulary. */
#define TOKEN_EOS "<eos>"
#define TOKEN_UNK "<unk>"

/* Bytes of a token at the most; more is an error where tokens are counted or encoded. */
enum { TOKEN_MAX = 65535 };

/* Called for each token in order; the bytes are borrowed for the call. */
typedef enum status token_fn(void *ctx, const char *token, size_t len, struct err *err);

struct tokenizer {
    const char *name;    /* in --tokenizer, in model files */
    const char *summary; /* one line for --help */
    /* Emits the tokens of `len` bytes of UTF-8 without line ends; TOKEN_EOS is the caller's. */
    enum status (*split)(const char *bytes, size_t len, token_fn *emit, void *ctx, struct err *err);
    /* What stands between two tokens when text is shown again: " " or "". */
    const char *joint;
};

extern const struct tokenizer tokenizer_words, tokenizer_chars, tokenizer_treebank;

/* The i-th tokenizer of the table, NULL behind the last. */
const struct tokenizer *tokenizer_at(size_t i);

/* NULL where there is none of that name. */
const struct tokenizer *tokenizer_find(const char *name);

/* For tokenizers: the length of the TOKEN_UNK or TOKEN_EOS that bytes[0..len) begin with, or 0.
 * Every tokenizer lets these two pass, so that prepared text can hold them. */
size_t tokenizer_special(const char *bytes, size_t len);

#endif
