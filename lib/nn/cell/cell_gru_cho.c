/* The gated recurrent unit as published, with the reset gate before the product (Cho et al. 2014,
 * "Learning phrase representations using RNN encoder-decoder"; TensorFlow's GRUCell, whose u is z
 * here); three blocks of H rows: r, z, n, and one bias.
 *   r = sigma(W_r x_t + U_r h_{t-1} + b_r)   z = sigma(W_z x_t + U_z h_{t-1} + b_z)
 *   n = tanh(W_n x_t + U_n (r h_{t-1}) + b_n)
 *   h_t = (1 - z) n + z h_{t-1}
 * A step has two products, since the second needs all of r. Tape: r and z [T*B, 2H], n [T*B, H], r
 * h_{t-1} [T*B, H]; in the backward pass the first two become the gradients of their
 * pre-activations. */
#include <string.h>

#include "lib/kern/gemm.h"
#include "lib/kern/kern.h"
#include "lib/nn/cell/cell_gru_parts.h"

enum { N_PARAMS = 3 };

static void params(struct param_list *list, size_t layer, bool reverse,
                   const struct cell_shape *shape)
{
    cell_add_params(list, layer, reverse, GRU_GATES, shape, 1);
}

/* U_r and U_z packed, U_n packed; in the backward pass also the gradient of r h_{t-1}, and that of
 * the state before the window, which is dropped; the state under its mask (forward), or the
 * gradient that comes through the mask (backward). */
struct scratch {
    float *rz, *n, *dreset, *before, *masked;
};

static struct scratch scratch_of(float *at, size_t B, size_t H)
{
    struct scratch s = {.rz = at};
    s.n = gru_packed_n(at, H);
    s.dreset = at + gru_packed_size(H);
    s.before = s.dreset + mem_padded_floats(B * H);
    s.masked = s.before + mem_padded_floats(B * H);
    return s;
}

static size_t scratch_size(size_t B, size_t T, const struct cell_shape *shape)
{
    const size_t H = shape->H;
    (void)T;
    return gru_packed_size(H) + 2 * mem_padded_floats(B * H) + cell_state_room(B, H);
}

/* What the pointwise parts of a step work on. */
struct now {
    size_t H;
    float *rz;        /* [B, 2H] */
    float *n, *reset; /* [B, H], as the rest */
    const float *h_prev;
    float *out;                   /* forward */
    float *dh, *dreset, *dh_prev; /* backward */
    const float *mask;            /* of h_{t-1} in front of all products; NULL: none */
    const float *back;            /* dh += mask * back; NULL: nothing */
};

static void reset_units(const void *ctx, size_t row, size_t unit, size_t units)
{
    const struct now *n = ctx;
    const size_t at = row * n->H + unit;
    kern()->cho_gates_forward(n->H, units, n->rz + row * GRU_RZ * n->H + unit, n->h_prev + at,
                              n->reset + at);
    if (n->mask != NULL)
        cell_mask_units(units, n->mask + at, n->reset + at);
}

static void output_units(const void *ctx, size_t row, size_t unit, size_t units)
{
    const struct now *n = ctx;
    const size_t at = row * n->H + unit;
    const float *z = n->rz + (row * GRU_RZ + 1) * n->H + unit;
    kern()->cho_forward(units, z, n->n + at, n->h_prev + at, n->out + at);
}

static void output_units_back(const void *ctx, size_t row, size_t unit, size_t units)
{
    const struct now *n = ctx;
    const size_t at = row * n->H + unit;
    float *z = n->rz + (row * GRU_RZ + 1) * n->H + unit;
    cell_add_back(at, units, n->mask, n->back, n->dh);
    kern()->cho_backward(units, z, n->n + at, n->h_prev + at, n->dh + at, n->dh_prev + at);
}

static void reset_units_back(const void *ctx, size_t row, size_t unit, size_t units)
{
    const struct now *n = ctx;
    const size_t at = row * n->H + unit;
    if (n->mask != NULL)
        cell_mask_units(units, n->mask + at, n->dreset + at);
    kern()->cho_gates_backward(units, n->rz + row * GRU_RZ * n->H + unit, n->h_prev + at,
                               n->dreset + at, n->dh_prev + at);
}

static void forward_step(const struct cell_call *call, size_t t, double *pointwise)
{
    const size_t B = call->B, H = call->shape.H, at = t * B * H;
    const bool packs = cell_packs(call);
    const struct gru_tape tape = gru_tape_of(call);
    const struct scratch packed = scratch_of(call->scratch, B, H);
    const struct now now = {.H = H,
                            .rz = tape.rz + GRU_RZ * at,
                            .n = tape.n + at,
                            .reset = tape.of_h + at,
                            .h_prev = call->h + at,
                            .out = call->h + at + B * H,
                            .mask = call->state_mask};
    struct recurrent_step step = {.B = B,
                                  .H = H,
                                  .products = {{.left = cell_seen_state(call, t, packed.masked),
                                                .gates = GRU_RZ,
                                                .k = H,
                                                .packed = packs ? packed.rz : NULL,
                                                .weight = call->weights[W_HH],
                                                .out = now.rz}},
                                  .pointwise = reset_units,
                                  .ctx = &now,
                                  .seconds = call->profile != NULL ? pointwise : NULL};
    recurrent_step_run(&step);
    step.products[0] = (struct recurrent_product){.left = now.reset,
                                                  .gates = 1,
                                                  .k = H,
                                                  .packed = packs ? packed.n : NULL,
                                                  .weight = call->weights[W_HH] + GRU_RZ * H * H,
                                                  .out = now.n};
    step.pointwise = output_units;
    recurrent_step_run(&step);
}

static void forward(const struct cell_call *call)
{
    const struct gru_tape tape = gru_tape_of(call);
    double pointwise = 0.0;
    gru_multiply_input(call, call->weights[B_IH], tape.rz, tape.n);
    gru_pack(call, call->scratch);
    for (size_t t = 0; t < call->T; t++)
        forward_step(call, t, &pointwise);
    cell_note_steps(call, pointwise);
}

/* dh of this step is complete once the product with the gradients of r and z of the next step is
 * added; then follow n and z, the product that gives the gradient of r h_{t-1}, and r. */
static void backward_step(const struct cell_call *call, const struct cell_grad *grad, size_t t,
                          double *pointwise)
{
    const size_t B = call->B, H = call->shape.H, at = t * B * H;
    const bool last = t + 1 == call->T, masked = call->state_mask != NULL;
    const struct gru_tape tape = gru_tape_of(call);
    const struct scratch s = scratch_of(call->scratch, B, H);
    const struct now now = {.H = H,
                            .rz = tape.rz + GRU_RZ * at,
                            .n = tape.n + at,
                            .h_prev = call->h + at,
                            .dh = grad->dh + at,
                            .dreset = s.dreset,
                            .dh_prev = t > 0 ? grad->dh + at - B * H : s.before,
                            .mask = call->state_mask,
                            .back = masked && !last ? s.masked : NULL};
    struct recurrent_step step = {.B = B,
                                  .H = H,
                                  .products = {{.left = last ? NULL : now.rz + GRU_RZ * B * H,
                                                .gates = 1,
                                                .k = GRU_RZ * H,
                                                .packed = s.rz,
                                                .set = masked,
                                                .out = masked ? s.masked : now.dh}},
                                  .pointwise = output_units_back,
                                  .ctx = &now,
                                  .seconds = call->profile != NULL ? pointwise : NULL};
    recurrent_step_run(&step);
    step.products[0] = (struct recurrent_product){
        .left = now.n, .gates = 1, .k = H, .packed = s.n, .set = true, .out = s.dreset};
    step.pointwise = reset_units_back;
    recurrent_step_run(&step);
}

static void backward_steps(const struct cell_call *call, const struct cell_grad *grad)
{
    const size_t H = call->shape.H;
    const struct scratch s = scratch_of(call->scratch, call->B, H);
    double pointwise = 0.0;
    gru_pack_back(call, call->scratch);
    memset(s.before, 0, call->B * H * sizeof *s.before);
    for (size_t t = call->T; t-- > 0;)
        backward_step(call, grad, t, &pointwise);
    cell_note_steps(call, pointwise);
}

static void backward(const struct cell_call *call, const struct cell_grad *grad)
{
    const size_t rows = call->T * call->B, H = call->shape.H;
    const struct gru_tape tape = gru_tape_of(call);
    float *dw_hh = grad->dweights[W_HH];
    backward_steps(call, grad);
    cell_mask_states(call);
    gru_input_weights_back(call, grad, tape.rz, tape.n);
    gemm(true, false, GRU_RZ * H, H, rows, tape.rz, call->h, 0.0f, dw_hh);
    gemm(true, false, H, H, rows, tape.n, tape.of_h, 0.0f, dw_hh + GRU_RZ * H * H);
    profile_lap(call->profile, call->layer, PROFILE_WEIGHTS);
    gru_input_back(call, grad, tape.rz, tape.n);
}

const struct cell_ops cell_gru_cho = {
    .name = "gru-cho",
    .n_params = N_PARAMS,
    .n_state = 1,
    .forget_gate = 2,
    .lr = 0.3,
    .params = params,
    .tape_size = gru_tape_size,
    .scratch_size = scratch_size,
    .forward = forward,
    .backward = backward,
    .carry = cell_carry_nothing,
};
