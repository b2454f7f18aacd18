/* What the cells share; for lib/nn/cell/cell_*.c only. */
#ifndef PTBLM_NN_CELL_PARTS_H
#define PTBLM_NN_CELL_PARTS_H

#include <stdbool.h>

#include "lib/base/mem.h"
#include "lib/kern/recurrent_step.h"
#include "lib/nn/cell/cell.h"

/* The order of a cell's parameters. */
enum { W_IH, W_HH, B_IH, B_HH };

/* "rnn.weight_ih_lN" [G*H, I], "rnn.weight_hh_lN" [G*H, H] and one or two biases, "rnn.bias_ih_lN"
 * and "rnn.bias_hh_lN" [G*H]; the names of a reverse direction end with "_reverse". */
void cell_add_params(struct param_list *list, size_t layer, bool reverse, size_t gates,
                     const struct cell_shape *shape, size_t biases);

/* Appends "rnn.KIND_lN" [gates * rows, cols], of one matrix for each gate; cols 0: a bias. */
void cell_add_param(struct param_list *list, const char *kind, size_t layer, bool reverse,
                    size_t gates, size_t rows, size_t cols, enum param_role role);

/* bias [n] = b_ih, with b_hh added to its first `summed` entries. */
void cell_sum_biases(const struct cell_call *call, size_t n, size_t summed, float *bias);

/* Whether the faster products of the window pay for packing W_hh once. */
bool cell_packs(const struct cell_call *call);

/* Floats of W [gates*H, k] packed by recurrent_pack, or the same packed by recurrent_pack_back:
 * room for either. */
size_t cell_packed_size(size_t gates, size_t H, size_t k);

/* The next n floats, padded, of a tape or scratch. */
float *cell_take(float **at, size_t n);

/* The pointwise part of a step that has none. */
void cell_no_units(const void *ctx, size_t row, size_t unit, size_t units);

/* x = sigma(x + b), both [n]. */
void cell_sigmoid(size_t n, const float *b, float *x);

/* struct cell_ops' carry, of cells of which h is all of the state. */
void cell_carry_nothing(const struct cell_call *call);

/* struct cell_ops' carry, of cells whose tape begins with c [(T+1)*B, H]. */
void cell_carry_c(const struct cell_call *call);

/* Floats of room for one state, [B, H]. */
size_t cell_state_room(size_t B, size_t H);

/* The state before step t as the recurrent weights see it, [B, H]: with a mask made in `room`. */
const float *cell_seen_state(const struct cell_call *call, size_t t, float *room);

/* Puts the states before all steps under the mask, if there is one, for the gradient of the
 * recurrent weights: nothing reads them afterwards. */
void cell_mask_states(const struct cell_call *call);

/* Of `units` neighbouring units: y *= mask. */
void cell_mask_units(size_t units, const float *mask, float *y);

/* Of `units` neighbouring units from `at` on: dh += mask * back; back NULL: nothing. */
void cell_add_back(size_t at, size_t units, const float *mask, const float *back, float *dh);

/* Hands on the gradients of step t: dx [B, I], unless it is NULL, is that of x_t; dh [B, H], that
 * of the state before the step as it was seen, is added to the gradient of the output of the step
 * before. */
void cell_give_back(const struct cell_call *call, const struct cell_grad *grad, size_t t,
                    const float *dx, const float *dh);

/* Records the time of a layer's steps: what was not pointwise counts as the product. */
void cell_note_steps(const struct cell_call *call, double pointwise);

#endif
