/* Tokenizers: from a stretch of a line to tokens. Each is a row of one table. */
#ifndef PTBLM_VOCAB_TOKENIZER_TOKENIZER_H
#define PTBLM_VOCAB_TOKENIZER_TOKENIZER_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/buf.h"
#include "lib/base/err.h"
#include "vocab/tokenizer/token.h"

struct tokenizer {
    const char *name;    /* in settings and in model files */
    const char *summary; /* one line for the user */
    /* Adds the tokens of `len` bytes of UTF-8 without line ends; TOKEN_EOS is the caller's. `room`
     * is a buffer for the tokenizer's own use; the caller owns it, so that it serves line after
     * line. */
    enum status (*split)(const struct tokenizer *t, const char *bytes, size_t len, struct buf *room,
                         struct token_sink *sink, struct err *err);
    bool keeps_words;  /* its tokens are what stands between blanks */
    bool gives_words;  /* they are the words of vocab/text_size.h, which need no count then */
    const char *joint; /* stands between two tokens when text is shown again: " " or "" */
    /* Appends the tokens of a sentence or of a part of one, without its end, as readable text
     * (vocab/tokenizer/treebank_english.h); NULL where the tokens with their joint are that. */
    enum status (*detokenize)(struct buf *out, const struct slice *tokens, size_t n, bool begins,
                              bool ends, struct err *err);
    /* It learns merges from a text (tokenizer_bpe.h). The row of the table, which has learned
     * nothing, gives the whole words to learn from; what has learned is a copy of the row. */
    bool learns;
    bool spells_bytes;             /* and knows every character, by its bytes */
    struct bpe *bpe;               /* what it has learned; NULL in the table */
    const struct tokenizer *words; /* where it has its words from; NULL in the table: `words` */
};

extern const struct tokenizer tokenizer_words, tokenizer_chars, tokenizer_treebank,
    tokenizer_unicode, tokenizer_bpe, tokenizer_bpe_bytes;

/* Row i of the table, NULL after the last. */
const struct tokenizer *tokenizer_at(size_t i);

/* NULL where there is none of that name. */
const struct tokenizer *tokenizer_find(const char *name);

/* Sends the tokens of a line one by one to `emit`, which ends it by failing. */
typedef enum status token_fn(void *ctx, const char *token, size_t len, struct err *err);
enum status tokenizer_split_each(const struct tokenizer *t, const char *bytes, size_t len,
                                 token_fn *emit, void *ctx, struct err *err);

#endif
