/* Modified Kneser-Ney smoothing (Chen and Goodman 1998, equations 26 and 27). */
#ifndef PTBLM_NGRAM_NGRAM_SMOOTH_H
#define PTBLM_NGRAM_NGRAM_SMOOTH_H

#include <stdbool.h>
#include <stdint.h>

/* What is taken from the counts 1, 2, and 3 and more; off[0] is 0. */
struct ngram_discounts {
    double off[4];
    bool assumed; /* the counts of a text so small or strange give none: 0.5, 1 and 1.5 */
};

/* From the numbers of n-grams with the counts 1, 2, 3 and 4, in n_with[1] to n_with[4]. */
struct ngram_discounts ngram_discounts_of(const uint64_t n_with[5]);

static inline double ngram_discount(const struct ngram_discounts *d, uint64_t count)
{
    return d->off[count < 3 ? count : 3];
}

#endif
