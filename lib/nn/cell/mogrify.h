/* The rounds of a Mogrifier (Melis, Kocisky and Blunsom 2020, "Mogrifier LSTM", section 2), in
 * which the input of a step and the last state scale each other before the cell sees them; for
 * lib/nn/cell/cell_*.c only. With x^-1 = x_t and h^0 = h_{t-1} (under the mask of the state), for i
 * = 1 to `rounds`:
 *   odd i    x^i = 2 sigma(Q^i h^{i-1} + b^i) x^{i-2}
 *   even i   h^i = 2 sigma(R^i x^{i-1} + b^i) h^{i-2}
 * Q^i [I, H] and R^i [H, I] are matrices, or products of a left [., rank] and a right one [rank,
 * .].
 *
 * Tape: h^0 [T*B, H]; for each round what it makes, its gates, which become the gradients of their
 * pre-activations, [T*B, I or H], and the product with the right matrix and its gradient [T*B,
 * rank].
 */
#ifndef PTBLM_NN_MOGRIFY_H
#define PTBLM_NN_MOGRIFY_H

#include "lib/nn/cell/cell_parts.h"

struct mogrify_round {
    size_t in, out;
    const float *left, *right, *bias; /* right NULL: left is the whole matrix */
    float *made, *gate;               /* [T*B, out] */
    float *product, *dproduct;        /* [T*B, rank] */
    float *left_packed, *right_packed;
};

struct mogrify {
    const struct cell_call *call;
    float *h0;
    struct mogrify_round rounds[CELL_ROUNDS_MAX];
};

/* Appends the parameters of all rounds: "rnn.mogrifierI_left_lN" and "..._right_lN", or
 * "..._weight_lN", and "..._bias_lN". */
void mogrify_params(struct param_list *list, size_t layer, bool reverse,
                    const struct cell_shape *shape);

size_t mogrify_tape_size(size_t B, size_t T, const struct cell_shape *shape);
size_t mogrify_packed_size(const struct cell_shape *shape);

/* The rounds of a call, whose parameters begin with number `first` of it, in a part of its tape and
 * of its scratch. */
void mogrify_init(struct mogrify *m, const struct cell_call *call, size_t first, float *tape,
                  float *packed);

/* Packs the matrices for mogrify_step, or for mogrify_step_back. */
void mogrify_pack(const struct mogrify *m);
void mogrify_pack_back(const struct mogrify *m);

/* The rounds of step t. */
void mogrify_step(const struct mogrify *m, size_t t);

/* What the cell sees: of all steps, [T*B, I] and [T*B, H]. */
const float *mogrify_x(const struct mogrify *m);
const float *mogrify_h(const struct mogrify *m);

/* From the gradients of what the cell saw at step t, dx [B, I] and dh [B, H], which become those of
 * x_t and h^0. */
void mogrify_step_back(const struct mogrify *m, size_t t, float *dx, float *dh);

/* The gradients of the rounds' parameters, after all steps. */
void mogrify_weights_back(const struct mogrify *m, float *const *dweights);

/* out [B, units] = left [B, k] W^T, or added to what is there; `packed` is W [units, k] packed, or
 * NULL: `weight` is read as it is. */
void mogrify_multiply(size_t B, size_t units, size_t k, const float *left, const float *packed,
                      const float *weight, bool set, float *out);

#endif
