/* One time step of a recurrent layer: the products with its recurrent weights, and right after them
 * the pointwise part of the same units, on the thread that still has their gates in its cache.
 *
 * B rows, H units, G gates; arrays of gates have rows of G*H, gate after gate. All arrays are
 * borrowed for the call. Results are the same to the bit for any number of threads. */
#ifndef PTBLM_KERN_RECURRENT_STEP_H
#define PTBLM_KERN_RECURRENT_STEP_H

#include <stdbool.h>
#include <stddef.h>

enum { RECURRENT_PRODUCTS = 2 };

/* The pointwise part of `units` neighbouring units of a row. */
typedef void recurrent_pointwise(const void *ctx, size_t row, size_t unit, size_t units);

/* out [B, G*H] += left [B, k] W^T, with W [G*H, k]; or += left W, with W [k, H] and G = 1. Either
 * all products of a step are packed or none. */
struct recurrent_product {
    const float *left; /* NULL: this step has no such product */
    size_t gates, k;
    const float *packed; /* W, by recurrent_pack or recurrent_pack_back; NULL if it is */
    const float *weight; /* read unpacked, [G*H, k]: for few rows */
    bool set;            /* out is overwritten instead of added to */
    float *out;
};

struct recurrent_step {
    size_t B, H;
    struct recurrent_product products[RECURRENT_PRODUCTS]; /* made in this order */
    recurrent_pointwise *pointwise; /* called for each row and block of units after its products */
    const void *ctx;
    double *seconds; /* if not NULL, the time of the pointwise part is added */
};

/* Floats of G matrices [H, k] packed, in either form; for the kernel set in use. */
size_t recurrent_packed_size(size_t gates, size_t H, size_t k);

/* Packs w [G*H, k] for products left W^T. */
void recurrent_pack(size_t gates, size_t H, size_t k, const float *w, float *packed);

/* Packs w [k, H] for products left W (gates 1). */
void recurrent_pack_back(size_t H, size_t k, const float *w, float *packed);

/* The products, and the pointwise part of every row and unit once. */
void recurrent_step_run(const struct recurrent_step *s);

#endif
