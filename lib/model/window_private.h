/* The parts of a window; shared by window.c, which computes, and window_memory.c, which lays out
 * the buffers. */
#ifndef PTBLM_MODEL_WINDOW_PRIVATE_H
#define PTBLM_MODEL_WINDOW_PRIVATE_H

#include "lib/model/window.h"

/* Buffers of one layer. */
struct layer {
    float *x;           /* [T*B, I] room for its input, after the masks */
    const float *input; /* [T*B, I] the input: in that room, or in the layer below */
    float *h;           /* [(T+1)*B, H] */
    float *tape;        /* the cell's */
};

struct window {
    const struct model *m;
    size_t B, T;
    enum window_use use;
    float *block; /* all float buffers */
    struct layer layers[MODEL_LAYERS_MAX];
    float *top;     /* [T*B, H] room for the last layer's output, after the masks */
    float *scratch; /* scratch of the cell or head that computes */
    float *dh;      /* [T*B, widest], twice: gradients on the way down */
    float *dx;
    struct profile *profile; /* NULL: nothing is measured */
    struct gradient gradient;
    int32_t *places; /* [T*B] room for the input */
    double *nats;    /* [T*B] */
};

#endif
