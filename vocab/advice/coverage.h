/* How much of a text a vocabulary knows, by the way in which the text is cut into tokens. */
#ifndef PTBLM_VOCAB_ADVICE_COVERAGE_H
#define PTBLM_VOCAB_ADVICE_COVERAGE_H

#include <stddef.h>
#include <stdint.h>

#include "lib/base/err.h"
#include "vocab/tokenizer/tokenizer.h"
#include "vocab/vocab.h"

enum { COVERAGE_TOKENIZERS = 16 };

/* By row of the table of tokenizers. A zeroed struct has seen no text. */
struct coverage {
    uint64_t tokens[COVERAGE_TOKENIZERS];
    uint64_t unknown[COVERAGE_TOKENIZERS]; /* of these, how many the vocabulary lacks */
};

/* Counts a line, or a piece of one, without its end. A tokenizer of characters is left out where
 * the vocabulary has no blank: it then is one of words, some of which have one letter. */
enum status coverage_add(struct coverage *c, const struct vocab *vocab, const char *bytes,
                         size_t len, struct err *err);

struct coverage_share {
    const struct tokenizer *tokenizer;
    uint64_t tokens, unknown;
};

/* Of the tokenizer that was used. */
struct coverage_share coverage_of(const struct coverage *c, const struct tokenizer *used);

/* Where at least half of what the tokenizer in use gives is unknown: the tokenizer with the least
 * share of unknown tokens, if that is less than half of it. Otherwise its tokenizer is NULL. */
struct coverage_share coverage_find_better(const struct coverage *c, const struct tokenizer *used);

#endif
