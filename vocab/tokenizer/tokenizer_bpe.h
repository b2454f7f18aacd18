/* The tokenizers that learn: `bpe` and `bpe-bytes`, with the merges that they have learned. */
#ifndef PTBLM_VOCAB_TOKENIZER_TOKENIZER_BPE_H
#define PTBLM_VOCAB_TOKENIZER_TOKENIZER_BPE_H

#include "vocab/tokenizer/bpe.h"
#include "vocab/tokenizer/tokenizer.h"
#include "vocab/vocab.h"

/* A tokenizer like `row`, of the table, with merges in their text form; `name` is for messages. */
enum status tokenizer_new(struct tokenizer **t, const struct tokenizer *row, const char *name,
                          const char *merges, size_t len, struct err *err);

/* The same with merges from a file, or up to n learned from counted words. */
enum status tokenizer_read(struct tokenizer **t, const struct tokenizer *row, const char *path,
                           struct err *err);
enum status tokenizer_learn(struct tokenizer **t, const struct tokenizer *row,
                            const struct vocab_counts *words, size_t n, struct err *err);

/* NULL is allowed. */
void tokenizer_free(struct tokenizer *t);

/* Whether it can be used: it learns nothing, or has learned. */
static inline bool tokenizer_is_ready(const struct tokenizer *t)
{
    return !t->learns || t->bpe != NULL;
}

/* Adds to the counted tokens of a text, with the count 0, what else the tokenizer makes of words
 * that do not occur in it: so a word is unknown only where a character of it is, and with bytes
 * none is. Nothing for a tokenizer that does not learn. */
enum status tokenizer_complete(const struct tokenizer *t, struct vocab_counts *counts,
                               struct err *err);

#endif
