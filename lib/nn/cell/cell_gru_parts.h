/* What the two forms of the gated recurrent unit share; for lib/nn/cell/cell_gru*.c only. Their
 * three blocks of H rows are r, z and n. r and z, whose products run as one, are kept apart from n.
 */
#ifndef PTBLM_NN_CELL_GRU_PARTS_H
#define PTBLM_NN_CELL_GRU_PARTS_H

#include "lib/nn/cell/cell_parts.h"

enum { GRU_GATES = 3, GRU_RZ = 2 };

struct gru_tape {
    float *rz;   /* [T*B, 2H] */
    float *n;    /* [T*B, H] */
    float *of_h; /* [T*B, H]: what n is given of h_{t-1} */
};

/* struct cell_ops' tape_size, and what is on that tape. */
size_t gru_tape_size(size_t B, size_t T, const struct cell_shape *shape);
struct gru_tape gru_tape_of(const struct cell_call *call);

/* Floats of the recurrent weights, packed; and where those of n begin in it. */
size_t gru_packed_size(size_t H);
float *gru_packed_n(float *packed, size_t H);

/* rz and n = x W_ih^T + bias [3H]. */
void gru_multiply_input(const struct cell_call *call, const float *bias, float *rz, float *n);

/* Packs the recurrent weights for the products of the steps: forward, if cell_packs; backward. */
void gru_pack(const struct cell_call *call, float *packed);
void gru_pack_back(const struct cell_call *call, float *packed);

/* From the gradients of the pre-activations: that of W_ih and b_ih; that of x. */
void gru_input_weights_back(const struct cell_call *call, const struct cell_grad *grad,
                            const float *rz, const float *n);
void gru_input_back(const struct cell_call *call, const struct cell_grad *grad, const float *rz,
                    const float *n);

#endif
