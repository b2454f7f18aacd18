/* What the cells share; for lib/nn/cell_*.c only. */
#ifndef PTBLM_NN_CELL_PARTS_H
#define PTBLM_NN_CELL_PARTS_H

#include <stdbool.h>

#include "lib/base/mem.h"
#include "lib/kern/recurrent_step.h"
#include "lib/nn/cell.h"

/* The order of a cell's parameters. */
enum { W_IH, W_HH, B_IH, B_HH };

/* "rnn.weight_ih_lN" [G*H, I], "rnn.weight_hh_lN" [G*H, H] and one or two biases, "rnn.bias_ih_lN"
 * and "rnn.bias_hh_lN" [G*H]; the names of a reverse direction end with "_reverse". */
void cell_add_params(struct param_list *list, size_t layer, bool reverse, size_t gates, size_t I,
                     size_t H, size_t biases);

/* bias [n] = b_ih, with b_hh added to its first `summed` entries. */
void cell_sum_biases(const struct cell_call *call, size_t n, size_t summed, float *bias);

/* Whether the faster products of the window pay for packing W_hh once. */
bool cell_packs(const struct cell_call *call);

/* Records the time of a layer's steps: what was not pointwise counts as the product. */
void cell_note_steps(const struct cell_call *call, double pointwise);

#endif
