/* Where the time of a step goes: laps of a stopwatch, summed by part and layer. */
#ifndef PTBLM_BASE_PROFILE_H
#define PTBLM_BASE_PROFILE_H

#include <stddef.h>

enum profile_part {
    PROFILE_EMBEDDING,        /* look-up, and its gradient */
    PROFILE_DROPOUT,          /* everywhere */
    PROFILE_INPUT,            /* a layer's products with its input, and the input's gradient */
    PROFILE_RECURRENT,        /* its products with its own state, forward and backward */
    PROFILE_POINTWISE,        /* its gates */
    PROFILE_WEIGHTS,          /* the gradients of its weights */
    PROFILE_SOFTMAX_FORWARD,  /* logits, normaliser, loss */
    PROFILE_SOFTMAX_BACKWARD, /* gradient of the logits, of their input, of the weights */
    PROFILE_CLIP,             /* norm of the gradient */
    PROFILE_UPDATE,           /* of the weights */
    PROFILE_PARTS
};

enum { PROFILE_LAYERS = 32 };

struct profile {
    double last;                                   /* the end of the last lap */
    double seconds[PROFILE_LAYERS][PROFILE_PARTS]; /* layer 0: what belongs to no layer */
};

/* Starts a lap, setting all sums to 0. */
void profile_start(struct profile *p);

/* Ends a lap, adds it to that part, and starts the next. NULL is allowed: nothing is measured. */
void profile_lap(struct profile *p, size_t layer, enum profile_part part);

/* Moves seconds from part `from` to part `to`. NULL is allowed. */
void profile_move(struct profile *p, size_t layer, enum profile_part from, enum profile_part to,
                  double seconds);

#endif
