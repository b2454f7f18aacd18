/* Inputs: what a network reads, as rows of numbers. One file each, named by lib/model/network.c.
 * Rows are time-major: row t*B + b belongs to step t. */
#ifndef PTBLM_NN_INPUT_H
#define PTBLM_NN_INPUT_H

#include <stddef.h>
#include <stdint.h>

#include "lib/nn/param.h"

enum { INPUT_FEATURES_MAX = 16, INPUT_PARAMS_MAX = 1 + INPUT_FEATURES_MAX };

/* A table of vectors [V, E]. */
struct input_table {
    size_t V, E;
};

struct input_shape {
    struct input_table tables[INPUT_PARAMS_MAX]; /* of words, then of each feature of a word */
    size_t n;                                    /* tables; 0 for numbers */
    size_t width;                                /* of a row: of all tables, or of the numbers */
};

struct input_call {
    struct input_shape shape;
    const float *weights[INPUT_PARAMS_MAX]; /* in the order of `params` */
    size_t rows;
    const int32_t *ids; /* [n, rows], those of a table below its V; */
    const float *x;     /* or the numbers themselves, [rows, width] */
    float *scratch;     /* input_scratch_size floats */
};

struct input_ops {
    /* Appends the parameters; ids[i] is the number of the i-th. Returns their count. */
    size_t (*params)(struct param_list *list, const struct input_shape *shape, size_t *ids);
    /* Floats for up to `rows` rows. */
    size_t (*scratch_size)(const struct input_shape *shape, size_t rows);
    /* out [rows, width] */
    void (*forward)(const struct input_call *call, float *out);
    /* Adds the gradient of dout [rows, width] to the dense gradient of the words' table, and makes
     * those of the other tables, and one by rows, anew. places [rows] is scratch. NULL: there is no
     * parameter that wants it. */
    void (*backward)(const struct input_call *call, const float *dout, int32_t *places,
                     const struct param_grad *grads);
};

/* Words by their ids: a table of word vectors, "encoder.weight" [V, E]; and features of them, such
 * as a suffix, by theirs: "features.0.weight" and so on. A row is all these vectors side by side.
 */
extern const struct input_ops input_ids;

/* Numbers, such as the rows of an image. */
extern const struct input_ops input_dense;

#endif
