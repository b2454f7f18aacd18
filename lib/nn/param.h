/* The list of named parameters: the one place that says which tensors a model has. Allocation,
 * initialisation, files, reports, gradients and the optimiser all walk it. */
#ifndef PTBLM_NN_PARAM_H
#define PTBLM_NN_PARAM_H

#include <stddef.h>
#include <stdint.h>

enum { PARAMS_MAX = 256, PARAM_NAME_MAX = 40 };

enum param_init { PARAM_ZERO, PARAM_UNIFORM };

/* One tensor: [rows, cols], or [rows] where cols is 0. */
struct param {
    char name[PARAM_NAME_MAX]; /* PyTorch's word_language_model name */
    size_t rows, cols;
    enum param_init init;
    size_t offset; /* of its first float in the block; 64-byte aligned */
};

struct param_list {
    struct param items[PARAMS_MAX];
    size_t n;
    size_t total; /* floats of the block, gaps of the alignment included */
};

/* Appends a parameter; returns its index. The caller keeps within PARAMS_MAX. */
size_t param_add(struct param_list *list, const char *name, size_t rows, size_t cols,
                 enum param_init init);

/* The parameter of that name, or NULL. */
const struct param *param_find(const struct param_list *list, const char *name);

size_t param_size(const struct param *p); /* in floats */

/* Fills the block: zeros, or uniform in [-scale, scale) from stream RNG_INIT + index of the
 * parameter. */
void param_initialise(const struct param_list *list, float *block, float scale, uint64_t seed);

#endif
