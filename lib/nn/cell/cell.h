/* Recurrent cells: one file and one table row each. A cell runs one layer over a window of T steps
 * of B rows, forward and backward, on buffers that the caller owns. Arrays over time are
 * time-major: row t*B + b belongs to step t. */
#ifndef PTBLM_NN_CELL_H
#define PTBLM_NN_CELL_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/profile.h"
#include "lib/nn/param.h"

enum { CELL_PARAMS_MAX = 32, CELL_ROUNDS_MAX = 8, CELL_ROUNDS = 5 };

/* A layer of one direction. */
struct cell_shape {
    size_t I, H;         /* width of its input, units */
    size_t rounds, rank; /* of a Mogrifier: its rounds, and the rank of its matrices; 0: full */
};

/* One layer over one window. */
struct cell_call {
    size_t B, T; /* T may be less than the buffers have room for */
    struct cell_shape shape;
    const float *weights[CELL_PARAMS_MAX]; /* in the order in which `params` lists them */
    const float *x;                        /* [T*B, I] */
    float *h;    /* [(T+1)*B, H]: rows 0..B-1 the hidden state before the window, then outputs */
    float *tape; /* what forward keeps for backward; its first `n_state - 1` arrays [B, H] hold
                    the rest of the state before the window */
    float *scratch;
    const float *state_mask; /* [B, H]: h_{t-1} is multiplied by it in front of the recurrent
                                weights, at every step; NULL: it is not */
    struct profile *profile; /* NULL: nothing is measured */
    size_t layer;            /* for the profile */
};

struct cell_grad {
    float *dweights[CELL_PARAMS_MAX]; /* overwritten */
    float *dh;                        /* [T*B, H]: gradient of the outputs; destroyed */
    float *dx;                        /* [T*B, I], overwritten; NULL: not wanted */
};

struct cell_ops {
    const char *name; /* in --cell and in model files */
    size_t n_params;  /* without those of a Mogrifier */
    bool mogrifies;   /* it has rounds, 1 to CELL_ROUNDS_MAX */
    size_t n_state;   /* arrays [B, H] carried from window to window, h the first */
    /* 1 + the index, among the gates of a bias, of the gate that keeps the last state, and of the
     * one that lets the new in; 0: there is none */
    size_t forget_gate, input_gate;
    double lr; /* of sgd, as tests/bench/README.md found; 0: that of the presets */
    /* Appends the parameters of a layer; `reverse`: of its direction from the end to the start. */
    void (*params)(struct param_list *list, size_t layer, bool reverse,
                   const struct cell_shape *shape);
    size_t (*tape_size)(size_t B, size_t T, const struct cell_shape *shape);    /* floats */
    size_t (*scratch_size)(size_t B, size_t T, const struct cell_shape *shape); /* floats */
    void (*forward)(const struct cell_call *call);

    /* After forward with the same call; destroys the tape. No gradient flows into the state before
     * the window. */
    void (*backward)(const struct cell_call *call, const struct cell_grad *grad);

    /* Makes the state after step T, except h, the state before the next window. */
    void (*carry)(const struct cell_call *call);
};

extern const struct cell_ops cell_lstm, cell_lstm_capped, cell_rlstm, cell_mogrifier,
    cell_mogrifier_rlstm, cell_lstm_norm, cell_gru, cell_gru_cho, cell_rnn, cell_rnn_relu;

/* The i-th cell of the table, NULL after the last. */
const struct cell_ops *cell_at(size_t i);

/* Its name, NULL after the last. */
const char *cell_name_at(size_t i);

/* NULL if there is none of that name. */
const struct cell_ops *cell_find(const char *name);

#endif
