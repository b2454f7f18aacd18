/* One time step of a recurrent layer: the product with its recurrent weights, and the pointwise
 * part of the same units right after it, by the thread that still has their gates in its cache.
 *
 * B rows, H units, G gates; arrays of gates have rows of G*H, gate after gate. */
#ifndef PTBLM_KERN_RECURRENT_STEP_H
#define PTBLM_KERN_RECURRENT_STEP_H

#include <stddef.h>

/* The pointwise part of `units` neighbouring units of a row. */
typedef void recurrent_pointwise(const void *ctx, size_t row, size_t unit, size_t units);

struct recurrent_step {
    size_t B, H;
    size_t gates;      /* G */
    const float *left; /* [B, k]; NULL: there is no product */
    size_t k;
    const float
        *packed; /* the weights, by recurrent_pack or recurrent_pack_back; NULL where they */
    const float *weight; /* are read as they lie, [G*H, k]: for few rows */
    const float *bias;   /* [G*H]: out = left W^T + bias; NULL: out += left W^T */
    float *out;          /* [B, G*H] */
    recurrent_pointwise *pointwise;
    const void *ctx;
    double *seconds; /* where not NULL, the pointwise part's share of the time is added */
};

/* Floats of G matrices [H, k] packed, in either form; for the kernel set in use. */
size_t recurrent_packed_size(size_t gates, size_t H, size_t k);

/* Packs w [G*H, k] for products left W^T. */
void recurrent_pack(size_t gates, size_t H, size_t k, const float *w, float *packed);

/* Packs w [k, H] for products left W (gates 1). */
void recurrent_pack_back(size_t H, size_t k, const float *w, float *packed);

/* The product, and the pointwise part of every row and unit. */
void recurrent_step_run(const struct recurrent_step *s);

#endif
