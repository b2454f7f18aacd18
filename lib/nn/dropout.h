/* Dropout with inverted scaling (Srivastava et al. 2014; on non-recurrent connections, Zaremba et
 * al. 2014): an element is kept with probability `keep` and multiplied by 1 / keep, or is 0. The
 * mask comes from the random numbers of (seed, place, step), so forward and backward call the same
 * function and get the same mask. */
#ifndef PTBLM_NN_DROPOUT_H
#define PTBLM_NN_DROPOUT_H

#include <stddef.h>
#include <stdint.h>

struct dropout {
    double keep; /* in (0, 1] */
    uint64_t seed;
    uint64_t step; /* a new mask for each step of a training run */
};

/* y = mask(x) over n elements; `place` tells the layers apart; n is the same at every step. x and
 * y may be one. */
void dropout_apply(const struct dropout *d, uint32_t place, size_t n, const float *x, float *y);

#endif
