/* Masks: the kinds of dropout, one table row each. Kept elements are multiplied by 1 / keep, so
 * that a network needs no change to be used without masks (inverted scaling, Srivastava et al.
 * 2014). A mask is drawn from the random numbers of (seed, place, step), so that forward and
 * backward get the same one by calling the same function. */
#ifndef PTBLM_NN_MASK_H
#define PTBLM_NN_MASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MASKS_MAX = 64 };

/* Rows over time, [T*B, width], to apply a mask to. */
struct mask_call {
    double keep; /* in (0, 1) */
    uint64_t seed, step;
    uint32_t place;
    size_t rows_max; /* T*B of the largest call of any step, so that steps share no numbers */
    size_t T, B, width;
    const float *x;
    float *y; /* may be x */
};

struct mask_ops {
    const char *name;
    void (*apply)(const struct mask_call *call);
};

/* Each element independently, with a new mask at each time step (on non-recurrent connections:
 * Zaremba et al. 2014). */
extern const struct mask_ops mask_element;

/* The i-th kind of the table, NULL after the last; that of a name, NULL if there is none. */
const struct mask_ops *mask_at(size_t i);
const struct mask_ops *mask_find(const char *name);

/* Where a mask applies: to the output of the input block (0), or of layer l - 1 (l). */
struct mask {
    const struct mask_ops *ops;
    size_t place;
    double drop; /* the share that is dropped, in (0, 1) */
};

/* The masks of a network, and the seed and step to draw them with. */
struct masks {
    struct mask items[MASKS_MAX];
    size_t n;
    uint64_t seed;
    uint64_t step;   /* each step of a training run has new ones */
    size_t rows_max; /* T*B of the largest step; 0: all are as large as this one */
};

/* Dropout of elements at every place of a stack of L layers; none if drop is 0. */
struct masks masks_dropout(size_t L, double drop, uint64_t seed);

/* Whether anything is dropped at a place. */
bool masks_drop_at(const struct masks *masks, size_t place);

/* y = all masks of a place over x [T*B, width], one after the other; x and y may be the same. */
void masks_apply(const struct masks *masks, size_t place, size_t T, size_t B, size_t width,
                 const float *x, float *y);

#endif
