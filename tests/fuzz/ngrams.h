/* What the targets that read n-gram models share. */
#ifndef PTBLM_TESTS_FUZZ_NGRAMS_H
#define PTBLM_TESTS_FUZZ_NGRAMS_H

#include "lib/ngram/ngram.h"

/* Nothing in the arrays leads out of them, and what the model says of words after some histories
 * are logarithms of probabilities. */
void fuzz_check_ngrams(const struct ngram *m);

#endif
