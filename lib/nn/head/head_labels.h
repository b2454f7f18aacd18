/* What the heads of labels share; for lib/nn/head_*.c only. */
#ifndef PTBLM_NN_HEAD_LABELS_H
#define PTBLM_NN_HEAD_LABELS_H

#include "lib/nn/head/head.h"

/* The order of their parameters. */
enum { LABELS_WEIGHT, LABELS_BIAS, LABELS_PARAMS };

/* "decoder.weight" [V, H] and "decoder.bias" [V]; returns LABELS_PARAMS. */
size_t labels_params(struct param_list *list, const struct head_shape *shape, size_t *ids);

/* logits [rows, V] = z W^T + b, of rows z [rows, H]. */
void labels_logits(const struct head_call *call, size_t rows, const float *z, float *logits);

/* From dlogits [rows, V]: dz [rows, H], and the gradients of W and b. */
void labels_backward(const struct head_call *call, size_t rows, const float *dlogits,
                     const float *z, float *dz, const struct head_grad *grad);

/* The greatest of n numbers, the first of several. */
int32_t labels_greatest(size_t n, const float *x);

#endif
