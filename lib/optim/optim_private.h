/* What the optimisers share: the factors of a call, and steps that several of them take. The loops
 * are plain C that compilers vectorise: pointers are restrict, no branch depends on data, and every
 * operation is one that IEEE 754 rounds exactly, so that it does not matter where a stretch begins.
 */
#ifndef PTBLM_OPTIM_OPTIM_PRIVATE_H
#define PTBLM_OPTIM_OPTIM_PRIVATE_H

#include <float.h>
#include <math.h>

#include "lib/optim/optim.h"

/* Each optimiser sets those that its loop reads. */
struct optim_factors {
    float scale, decay; /* the gradient that counts is g = scale * grad + decay * w */
    float rate;         /* what a step is multiplied by */
    float shrink;       /* what weights are multiplied by before the step */
    float momentum;
    float beta1, rest1; /* m = beta1 * m + rest1 * g */
    float beta2, rest2; /* v = beta2 * v + rest2 * g^2 */
    float root, eps;    /* a step is divided by root * sqrt(v) + eps */
};

/* The coupled weight decay of a span. */
static inline double optim_decay(const struct optim_settings *s, const struct optim_span *span)
{
    return span->decays ? s->weight_decay : 0.0;
}

/* A fading average that is no longer a normal number is 0. Without this the moments of rare words
 * end as denormals, with which processors compute many times more slowly, and stay there: the
 * smallest of them times 0.9 is itself again. NaN stays. */
static inline float optim_fade(float x)
{
    return fabsf(x) < FLT_MIN ? 0.0f : x;
}

/* Adam's loop (optim_adam.c), with m and v in slots 0 and 1:
 *   m = beta1 m + rest1 g    v = beta2 v + rest2 g^2
 *   w = shrink w - rate m / (root sqrt(v) + eps) */
optim_loop optim_adam_loop;

/* Factors for Adam's loop: its bias corrections, coupled weight decay, shrink 1. */
void optim_adam_factors(struct optim_factors *f, const struct optim_step *step,
                        const struct optim_span *span);

/* Adam's slots: exp_avg and exp_avg_sq. */
size_t optim_adam_slots(const struct optim_settings *s, struct optim_slot *slots);

#endif
