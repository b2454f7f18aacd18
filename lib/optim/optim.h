/* Optimisers: one file and one table row each, over flat stretches of the weights. */
#ifndef PTBLM_OPTIM_OPTIM_H
#define PTBLM_OPTIM_OPTIM_H

#include <stddef.h>

enum { OPTIM_SLOTS_MAX = 4 };

struct optim_ops {
    const char *name;    /* in --optim, in run records */
    const char *summary; /* one line for --help */
    size_t n_slots;      /* floats kept for each weight, at most OPTIM_SLOTS_MAX; they start at 0 */
    const char *slots[OPTIM_SLOTS_MAX]; /* their names, as PyTorch has them */
    /* One step on n weights: `scale` is what clipping multiplies the gradient by; slots is the
     * same stretch of each slot array. */
    void (*update)(size_t n, float lr, float scale, const float *grad, float *weights,
                   float *const *slots);
};

extern const struct optim_ops optim_sgd;

/* The i-th optimiser of the table, NULL behind the last. */
const struct optim_ops *optim_at(size_t i);

/* NULL where there is none of that name. */
const struct optim_ops *optim_find(const char *name);

/* The name of a slot, for files. */
const char *optim_slot_name(const struct optim_ops *ops, size_t slot);

/* The sum of squares of a stretch of the gradient, in double. */
double optim_sum_squares(size_t n, const float *grad);

/* What a gradient of this norm is multiplied by so that its norm is at most max_norm (Pascanu et
 * al. 2013, section 3.2): min(1, max_norm / norm). */
float optim_clip_scale(double norm, double max_norm);

#endif
