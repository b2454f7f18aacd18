/* Inputs: what a network reads, as rows of numbers. One file each, named by lib/model/network.c.
 * Rows are time-major: row t*B + b belongs to step t. */
#ifndef PTBLM_NN_INPUT_H
#define PTBLM_NN_INPUT_H

#include <stddef.h>
#include <stdint.h>

#include "lib/nn/param.h"

enum { INPUT_PARAMS_MAX = 2 };

struct input_shape {
    size_t V; /* how many words there are */
    size_t E; /* width of a row */
};

struct input_call {
    struct input_shape shape;
    const float *weights[INPUT_PARAMS_MAX]; /* in the order of `params` */
    size_t rows;
    const int32_t *ids; /* [rows], below V */
};

struct input_ops {
    size_t n_params;
    /* Appends the parameters; ids[i] is the number of the i-th. */
    void (*params)(struct param_list *list, const struct input_shape *shape, size_t *ids);
    /* out [rows, E] */
    void (*forward)(const struct input_call *call, float *out);
    /* Adds the gradient of dout [rows, E] to the dense gradients of the parameters, and rebuilds
     * those by rows. places [rows] is scratch. */
    void (*backward)(const struct input_call *call, const float *dout, int32_t *places,
                     const struct param_grad *grads);
};

/* Words by their ids: a table of word vectors, "encoder.weight" [V, E]. */
extern const struct input_ops input_ids;

#endif
