/* The continuous cache (Grave, Joulin and Usunier 2017, "Improving Neural Language Models with a
 * Continuous Cache"): the words that were read, each under the output h of the last layer that it
 * was predicted from.
 *
 *   p(w | h) = sum over i with w_i = w of exp(theta h . h_i) / sum over all i of the same
 *
 * over the last `window` words. It grows from the first word on. */
#ifndef PTBLM_NN_NEURAL_CACHE_H
#define PTBLM_NN_NEURAL_CACHE_H

#include <stddef.h>
#include <stdint.h>

#include "lib/base/err.h"

struct neural_cache {
    size_t H, window, T; /* width of h; words that are kept; most steps of a call */
    size_t n, begin;     /* words kept, the first at `begin` */
    float *keys;         /* [rows, H], more than window + T rows */
    int32_t *words;      /* [rows] */
    float *scores;       /* [T, window + T] */
};

/* window, T > 0. ST_NOMEM; a zeroed struct may be released. */
enum status neural_cache_init(struct neural_cache *c, size_t H, size_t window, size_t T,
                              struct err *err);
void neural_cache_fini(struct neural_cache *c);

/* Bytes of such a cache. */
double neural_cache_bytes(size_t H, size_t window, size_t T);

/* Forgets all words. */
void neural_cache_reset(struct neural_cache *c);

/* p[t] = p(y[t] | h[t]) for T' <= T steps, h [T', H], from all words before step t, those of this
 * call too, which are then kept; -1 where there are none. */
void neural_cache_score(struct neural_cache *c, size_t T, const float *h, const int32_t *y,
                        double theta, double *p);

/* The same of all words after an h [H]: adds weight * p(w | h) to p[w], of [V]. Nothing is kept.
 * Returns the sum of what was added: weight, or 0 if there are no words. */
double neural_cache_add(struct neural_cache *c, const float *h, double theta, double weight,
                        double *p);

#endif
