/* One step of training: forward, backward, clipping, update. */
#ifndef PTBLM_TASK_TRAIN_TRAIN_STEP_H
#define PTBLM_TASK_TRAIN_TRAIN_STEP_H

#include <stdint.h>

#include "lib/model/model.h"
#include "lib/model/window.h"
#include "lib/optim/optim.h"

/* What a step is trained on: a window of a text, [T][B], or a batch of sequences with labels. */
struct train_input {
    const int32_t *x, *y;
    size_t T;                         /* steps of the window */
    double share;                     /* T over the steps that are usual: the gradient is divided by
                                         it, so that it is that of as many, and the rate
                                         multiplied, as in the code of Merity et al. 2018 */
    const struct window_batch *batch; /* NULL: x and y */
    int32_t *guesses;                 /* of a batch: receives the most probable labels; or NULL */
};

struct train_step_result {
    double nats; /* sum of -ln p over all targets, before the update */
    double norm; /* of the gradient, before it is clipped to its most */
};

struct train_step_settings {
    const struct optim_ops *optim;
    const struct optim_settings *optim_settings;
    double lr, max_grad_norm;
    double clip_value; /* the most of an element of the gradient, before its norm is; 0: any */
    uint64_t step;     /* 1 for the first of the run */
    float *slots;      /* the optimiser's [slots][params.total]; NULL if it has none */
};

/* If loss or norm is not finite, the weights stay unchanged, and the caller must check the result.
 */
struct train_step_result train_step(struct model *m, struct window *w,
                                    const struct train_input *input, const struct masks *masks,
                                    const struct train_step_settings *settings);

#endif
