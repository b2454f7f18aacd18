/* The softmax layer shared by all time steps, with its cross entropy: logits = h W^T + b, rows in
 * blocks sized for the cache, so that the logits of a window are never in memory all at once. */
#ifndef PTBLM_NN_SOFTMAX_H
#define PTBLM_NN_SOFTMAX_H

#include <stddef.h>
#include <stdint.h>

#include "lib/base/profile.h"
#include "lib/nn/head/objective.h"

struct softmax {
    size_t V, H;
    const float *weight;               /* [V, H] */
    const float *bias;                 /* [V] */
    const struct objective *objective; /* of training; NULL: -ln p of the targets */
    float factor;                      /* of the logits that are scored; 0: they stay */
    struct profile *profile;           /* NULL: nothing is measured */
};

/* Rows of logits that one block holds, for up to `rows` rows: never fewer for more rows, so that
 * the block of a whole window is enough for shorter ones. */
size_t softmax_block_rows(size_t rows, size_t V);

/* nats[r] = -ln p(targets[r] | h[r]) for rows of h [rows, H]; `block` holds
 * softmax_block_rows(rows, V) * V floats. */
void softmax_score(const struct softmax *s, size_t rows, const float *h, const int32_t *targets,
                   float *block, double *nats);

/* The same, with the gradients of scale * sum_r nats[r], or of another objective, to which `nats`
 * then belong: dh [rows, H], dweight [V, H] and dbias [V] are overwritten. */
void softmax_backward(const struct softmax *s, size_t rows, const float *h, const int32_t *targets,
                      float scale, float *block, double *nats, float *dh, float *dweight,
                      float *dbias);

/* p[j] = softmax(factor * logits)[j] of one row; p may be logits. */
void softmax_probabilities(size_t V, float factor, const float *logits, float *p);

/* logits [rows, V] of h [rows, H]. */
void softmax_logits(const struct softmax *s, size_t rows, const float *h, float *logits);

#endif
