/* Heads: the outputs of a network, and its loss. One file each, named by lib/model/network.c. Rows
 * are time-major: row t*B + b belongs to step t. */
#ifndef PTBLM_NN_HEAD_H
#define PTBLM_NN_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/profile.h"
#include "lib/nn/param.h"

enum { HEAD_PARAMS_MAX = 4 };

struct head_shape {
    size_t V;     /* classes */
    size_t H;     /* width of its input rows */
    size_t E;     /* width of the word vectors */
    bool tied;    /* its weights are the word vectors */
    size_t table; /* their number in the list if tied */
};

struct head_call {
    struct head_shape shape;
    const float *weights[HEAD_PARAMS_MAX]; /* in the order of `params` */
    size_t rows;
    const float *h;          /* [rows, H] */
    const int32_t *targets;  /* [rows], below V; logits needs none */
    float *scratch;          /* scratch_size floats */
    struct profile *profile; /* NULL: nothing is measured */
};

struct head_grad {
    float scale; /* of the loss: gradients are those of scale * sum_r nats[r] */
    float *dh;   /* [rows, H], overwritten */
    struct param_grad params[HEAD_PARAMS_MAX]; /* dense, overwritten */
};

struct head_ops {
    /* Appends the parameters, and marks a shared one as dense; ids[i] is the number of the i-th.
     * Returns their count. */
    size_t (*params)(struct param_list *list, const struct head_shape *shape, size_t *ids);
    /* Floats for up to `rows` rows. */
    size_t (*scratch_size)(const struct head_shape *shape, size_t rows);
    /* nats[r] = -ln p(targets[r] | h[r]) */
    void (*score)(const struct head_call *call, double *nats);
    /* The same, with the gradients. */
    void (*backward)(const struct head_call *call, double *nats, const struct head_grad *grad);
    /* out [rows, V] */
    void (*logits)(const struct head_call *call, float *out);
};

/* A softmax over V classes at each step, shared by all steps: "decoder.weight" [V, H] and
 * "decoder.bias" [V]. Tied (Press and Wolf 2017, "Using the output embedding to improve language
 * models"; Inan et al. 2017), "encoder.weight" [V, E] takes the place of decoder.weight; if H is
 * not E, "projection.weight" [E, H] comes before it, without bias. */
extern const struct head_ops head_softmax;

#endif
