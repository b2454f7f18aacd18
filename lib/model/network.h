/* A network of blocks: input + stack of layers + head. A block keeps the numbers of its parameters
 * in the list (lib/nn/param.h); no other code computes them. */
#ifndef PTBLM_MODEL_NETWORK_H
#define PTBLM_MODEL_NETWORK_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/nn/cell/cell.h"
#include "lib/nn/head/head.h"
#include "lib/nn/input.h"
#include "lib/nn/param.h"

enum { MODEL_LAYERS_MAX = 32, MODEL_UNITS_MAX = 65536, MODEL_LABELS_MAX = 65536 };

/* What describes a network before it is built. */
struct model_shape {
    size_t V;          /* vocabulary; 0 where the input is numbers */
    size_t E;          /* embedding, or how many numbers a step has */
    size_t n_features; /* of a word, beside its vector */
    struct input_table features[INPUT_FEATURES_MAX];
    size_t L;                   /* layers */
    size_t H[MODEL_LAYERS_MAX]; /* units of each layer, and of each direction of it */
    const struct cell_ops *cell;
    size_t rounds, rank; /* of a Mogrifier (struct cell_shape); otherwise 0 */
    bool bidirectional;
    bool tied;                   /* the softmax shares the word vectors */
    bool sums_layers;            /* the head reads the sum of the outputs of all layers */
    const struct head_ops *head; /* of labels; NULL: the softmax over the vocabulary */
    size_t C;                    /* labels */
};

/* Layers of one width; a Mogrifier has CELL_ROUNDS rounds of full matrices. */
struct model_shape model_shape_even(const struct cell_ops *cell, size_t V, size_t E, size_t H,
                                    size_t L);

/* Whether all layers have one width. */
bool model_shape_is_even(const struct model_shape *shape);

bool model_shape_equal(const struct model_shape *a, const struct model_shape *b);

/* The layers as text: "2 x 650", or "1150 + 1150 + 400" if their widths differ. */
enum { MODEL_LAYERS_TEXT = 16 * MODEL_LAYERS_MAX };
const char *model_layers_text(char out[MODEL_LAYERS_TEXT], const struct model_shape *shape);

/* Width of the rows that the first layer reads: of the word vectors and those of all features, or
 * of the numbers; and of the outputs of a layer, of its directions together. */
size_t model_shape_input_width(const struct model_shape *shape);
size_t model_shape_output_width(const struct model_shape *shape, size_t layer);

/* The widest rows that pass through the stack. */
size_t model_shape_widest(const struct model_shape *shape);

/* Directions of a layer: 1, or 2. */
size_t model_shape_directions(const struct model_shape *shape);

struct network_input {
    const struct input_ops *ops;
    struct input_shape shape;
    size_t params[INPUT_PARAMS_MAX];
    size_t n_params;
};

/* A layer. One with two directions has in the second the parameters of the reverse one. */
struct network_layer {
    const struct cell_ops *cell;
    struct cell_shape shape; /* of a direction */
    size_t directions;       /* 1 or 2 */
    size_t n_params;         /* of a direction */
    size_t params[2][CELL_PARAMS_MAX];
};

struct network_head {
    const struct head_ops *ops;
    struct head_shape shape;
    size_t params[HEAD_PARAMS_MAX];
    size_t n_params;
};

struct network {
    struct network_input input;
    size_t L;
    struct network_layer layers[MODEL_LAYERS_MAX];
    struct network_head head;
};

/* Builds the network of a checked shape, and appends its parameters in the order of the blocks. */
void network_build(struct network *net, const struct model_shape *shape, struct param_list *list);

/* Entries of the weight matrices used for each token: those of a layer with that role; those of the
 * head. */
double network_layer_macs(const struct network *net, const struct param_list *list, size_t layer,
                          enum param_role role);
double network_head_macs(const struct network *net, const struct param_list *list);

/* Entries of the weight matrices used for each token: those of every product, with shared ones
 * counted in each. A training step costs 6 operations per entry and token. */
double network_macs(const struct network *net, const struct param_list *list);

#endif
