/* Layer normalisation of rows of n numbers (Ba, Kiros and Hinton 2016, "Layer normalization"), with
 * the e of torch.nn.LayerNorm, 1e-5:
 *   mean = sum x / n    var = sum (x - mean)^2 / n    normal = (x - mean) / sqrt(var + e)
 *   y = gain normal + shift                           gain, shift [n]
 * A row is the work of one thread, and the results are the same to the bit for any number. */
#ifndef PTBLM_NN_LAYER_NORM_H
#define PTBLM_NN_LAYER_NORM_H

#include <stddef.h>

/* x [n] becomes `normal`; returns 1 / sqrt(var + e). */
float layer_norm_row(size_t n, float *x);

/* What layer_norm_row made of a row, for its gradient. */
struct layer_norm_row {
    size_t n;
    const float *normal, *gain; /* [n] */
    float inverse;              /* 1 / sqrt(var + e) */
};

/* From dy, the gradient of y, to that of x:  d = dy gain,
 *   dx = inverse (d - mean(d) - normal mean(d normal))
 * dx may be `normal`, but not dy. */
void layer_norm_row_back(const struct layer_norm_row *row, const float *dy, float *dx);

/* Of rows [rows, n], by all threads: dgain = sum dy normal, dshift = sum dy, rows in order. */
void layer_norm_gains_back(size_t rows, size_t n, const float *dy, const float *normal,
                           float *dgain, float *dshift);

#endif
