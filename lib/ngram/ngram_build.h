/* A model by interpolated modified Kneser-Ney smoothing from the counts of a text:
 *
 * p(w | h) = (c(h w) - D(c(h w))) / c(h) + g(h) p(w | h without its first word)
 *
 * with c(h) the sum over all w, g(h) what makes the sum of p one, and 1 / V below order 1. The
 * model has p for each n-gram and log g as the back-off of its history. */
#ifndef PTBLM_NGRAM_NGRAM_BUILD_H
#define PTBLM_NGRAM_NGRAM_BUILD_H

#include "lib/ngram/ngram.h"
#include "lib/ngram/ngram_arrays.h"
#include "lib/ngram/ngram_count.h"
#include "lib/ngram/ngram_smooth.h"

struct ngram_built {
    struct ngram model;
    struct ngram_discounts discounts[NGRAM_MAX];
    uint64_t left_out[NGRAM_MAX]; /* n-grams of each order */
    struct ngram_arrays arrays;
};

/* Scratch files are beside `path`. What was left out counts for the back-off. ngram_built_fini must
 * be called whatever the result. */
enum status ngram_build(struct ngram_built *b, struct ngram_counts *counts,
                        const struct ngram_text *text, const char *path, struct err *err);

void ngram_built_fini(struct ngram_built *b);

#endif
