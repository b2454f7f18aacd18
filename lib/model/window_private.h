/* The parts of a window: window.c runs it forward, window_backward.c back, window_memory.c lays out
 * its buffers, and window_calls.c has what the passes share. */
#ifndef PTBLM_MODEL_WINDOW_PRIVATE_H
#define PTBLM_MODEL_WINDOW_PRIVATE_H

#include "lib/model/window.h"

/* What a window reads: ids [n][T*B], or numbers [T*B, width]. */
struct reads {
    const int32_t *ids;
    const float *x;
};

/* Buffers of one direction of a layer. */
struct direction {
    float *x;    /* [T*B, I] the input from the last step to the first; of the reverse one only */
    float *h;    /* [(T+1)*B, H] */
    float *tape; /* the cell's */
    float *state_mask; /* [B, H] in training: the factors of the state */
};

/* Buffers of one layer. */
struct layer {
    float *x;           /* [T*B, I] room for its input, after the masks */
    const float *input; /* [T*B, I] the input: in that room, or in the layer below */
    struct direction directions[2];
    float *both; /* [T*B, 2H] the outputs of two directions */
};

struct window {
    const struct model *m;
    size_t B, T;
    enum window_use use;
    float *block; /* all float buffers */
    struct layer layers[MODEL_LAYERS_MAX];
    float *top;     /* [T*B, H] room for what the head reads: the output of the last layer, or the
                     * sum of all, after the masks */
    float *dtop;    /* [T*B, H] the gradient of a sum of all layers */
    float *scratch; /* scratch of the input, cell or head that computes */
    float *dh;      /* [T*B, widest], twice: gradients on the way down */
    float *dx;
    float *side_dh; /* the same for one direction, if there are two: [T*B, H], [T*B, I] */
    float *side_dx;
    float *dropped_block;       /* room for recurrent weights under a mask; NULL: there is none */
    float *dropped[PARAMS_MAX]; /* where those of each parameter are in it */
    struct sequences now;       /* those that are computed: B and T of the window, or fewer */
    struct reads reads;         /* what they read */
    double scale;               /* of the loss */
    float factor;               /* of the logits that are scored; 0: they stay */
    const float *read;          /* [T*B, H] what the head has read last */
    const struct masks *masks;  /* under which; NULL: none */
    struct profile *profile;    /* NULL: nothing is measured */
    const struct objective *objective; /* NULL: -ln p of the targets */
    struct gradient gradient;
    int32_t *places; /* [T*B] room for the input */
    double *nats;    /* [T*B] */
};

/* Rows of the sequences that are computed: T * B. */
size_t window_rows(const struct window *w);

/* Whether a parameter is under a mask. */
bool window_drops(const struct window *w, size_t param);

/* What the blocks are called with, forward and back. */
struct input_call window_input_call(const struct window *w);
struct cell_call window_cell_call(const struct window *w, size_t layer, size_t direction);
struct head_call window_head_call(const struct window *w, const float *h, const int32_t *targets);

/* y = x with the masks of a place, if it has any. */
void window_mask(const struct window *w, size_t place, size_t width, const float *x, float *y);

/* to = from, or to += from, of rows as wide as the outputs of a layer. */
void window_put_rows(const struct window *w, size_t layer, const float *from, float *to, bool add);

/* After the forward pass, whose head read `top`: makes w->nats, the gradient and, unless NULL,
 * guesses. */
void window_run_back(struct window *w, const float *top, const int32_t *targets, int32_t *guesses);

#endif
