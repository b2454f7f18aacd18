/* What a window is made of; shared by window.c, which computes, and window_memory.c, which lays its
 * buffers out. */
#ifndef PTBLM_MODEL_WINDOW_PRIVATE_H
#define PTBLM_MODEL_WINDOW_PRIVATE_H

#include "lib/model/window.h"

/* Buffers of one layer. */
struct layer {
    size_t I;
    float *x;           /* [T*B, I] room for its input, after dropout */
    const float *input; /* [T*B, I] where the input is: there, or in the layer below */
    float *h;           /* [(T+1)*B, H] */
    float *tape;        /* the cell's */
};

struct window {
    const struct model *m;
    size_t B, T;
    enum window_use use;
    float *block; /* all float buffers */
    struct layer layers[MODEL_LAYERS_MAX];
    float *top;     /* [T*B, H] room for the last layer's output, after dropout */
    float *scratch; /* of a cell while it computes, a block of logits while the softmax does */
    float *dh;      /* [T*B, max(E, H)], twice: gradients on the way down */
    float *dx;
    struct profile *profile; /* NULL: nothing is measured */
    struct gradient gradient;
    int32_t *row_of; /* [V]: 1 + the word's place in gradient.rows, 0 where it has none */
    int32_t *rows;   /* [T*B]: places in gradient.rows of the words of the window */
    double *nats;    /* [T*B] */
};

#endif
