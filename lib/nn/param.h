/* The list of named parameters: the only place that defines which tensors a network has. A block
 * (an input, a layer, a head) adds its own and keeps their numbers; allocation, initialisation,
 * files, gradients, updates and reports walk the list, and no other code computes the offset of a
 * parameter. */
#ifndef PTBLM_NN_PARAM_H
#define PTBLM_NN_PARAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PARAMS_MAX = 2080, PARAM_NAME_MAX = 40 };

/* What a parameter is for; decides which initialiser starts it (lib/nn/init.h). */
enum param_role {
    PARAM_EMBEDDING,   /* word vectors, and those of features of a word */
    PARAM_INPUT,       /* from a layer's input to its gates */
    PARAM_RECURRENT,   /* from its last output to its gates */
    PARAM_BIAS,        /* of its gates */
    PARAM_PROJECTION,  /* from the last layer's width to the embedding's */
    PARAM_OUTPUT,      /* from there to the classes */
    PARAM_OUTPUT_BIAS, /* of the classes */
    PARAM_TRANSITION,  /* from a label to the next */
    PARAM_GAIN,        /* of a normalised row; starts at 1 */
    PARAM_SHIFT,       /* the same, added; starts at 0 */
    PARAM_ROLES
};

/* One tensor: [rows, cols], or [rows] if cols is 0. */
struct param {
    char name[PARAM_NAME_MAX]; /* PyTorch's word_language_model name */
    size_t rows, cols;
    enum param_role role;
    size_t gates;  /* blocks of rows that are matrices of their own: 4 for an LSTM's weights */
    bool by_rows;  /* its gradient has only the rows that a window used */
    size_t offset; /* of its first float in the block; 64-byte aligned */
};

struct param_list {
    struct param items[PARAMS_MAX];
    size_t n;
    size_t total; /* floats of the block, with the gaps for alignment */
};

/* Appends a parameter of one gate and a dense gradient; returns its number. The caller ensures that
 * there are at most PARAMS_MAX. */
size_t param_add(struct param_list *list, const char *name, size_t rows, size_t cols,
                 enum param_role role);

/* The parameter of that name, or NULL. */
const struct param *param_find(const struct param_list *list, const char *name);

size_t param_size(const struct param *p); /* in floats */

/* The rows of a table that a window used, in order of first use. */
struct param_rows {
    int32_t *rows; /* [n] */
    size_t n;
    int32_t *place_of; /* [rows of the table]: 1 + a row's index in `rows`, 0 if it has none */
};

/* The gradient of one parameter: dense, laid out as it is, or by rows, [rows->n, cols]. */
struct param_grad {
    float *values;
    struct param_rows *rows; /* NULL: dense */
};

#endif
