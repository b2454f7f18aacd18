/* The gated recurrent unit in the form of PyTorch and cuDNN (torch.nn.GRU), with the reset gate
 * after the product; three blocks of H rows: r, z, n.
 *   r = sigma(W_ir x_t + b_ir + W_hr h_{t-1} + b_hr)   z likewise
 *   q = W_hn h_{t-1} + b_hn     n = tanh(W_in x_t + b_in + r q)
 *   h_t = (1 - z) n + z h_{t-1}
 * r and z are stored apart from n, since only for them are the two products simply added. Tape: r
 * and z [T*B, 2H], n [T*B, H], q [T*B, H]; in the backward pass they become the gradients of the
 * pre-activations of r, z and n, and of q. */
#include <string.h>

#include "lib/kern/gemm.h"
#include "lib/kern/kern.h"
#include "lib/nn/cell/cell_gru_parts.h"

enum { N_PARAMS = 4 };

static void params(struct param_list *list, size_t layer, bool reverse,
                   const struct cell_shape *shape)
{
    cell_add_params(list, layer, reverse, GRU_GATES, shape, 2);
}

/* W_hr and W_hz packed, W_hn packed, then the input biases with the recurrent biases of r and z
 * added (forward), or the gradient of the state before the window, which is dropped (backward);
 * the state under its mask (forward), or the gradient that comes through the mask (backward). */
struct scratch {
    float *rz, *n, *rest, *masked;
};

static size_t rest_size(size_t B, size_t H)
{
    return mem_padded_floats((GRU_GATES > B ? GRU_GATES : B) * H);
}

static struct scratch scratch_of(float *at, size_t B, size_t H)
{
    struct scratch s = {.rz = at};
    s.n = gru_packed_n(at, H);
    s.rest = at + gru_packed_size(H);
    s.masked = s.rest + rest_size(B, H);
    return s;
}

static size_t scratch_size(size_t B, size_t T, const struct cell_shape *shape)
{
    const size_t H = shape->H;
    (void)T;
    return gru_packed_size(H) + rest_size(B, H) + cell_state_room(B, H);
}

/* What the pointwise part of a step works on. */
struct now {
    size_t H;
    float *rz;    /* [B, 2H] */
    float *n, *q; /* [B, H], as the rest but b */
    const float *h_prev;
    const float *b; /* [H] b_hn; forward */
    float *out;
    float *dh, *dh_prev;      /* backward */
    const float *mask, *back; /* dh += mask * back; NULL: nothing */
};

static void forward_units(const void *ctx, size_t row, size_t unit, size_t units)
{
    const struct now *n = ctx;
    const size_t at = row * n->H + unit;
    kern()->gru_forward(n->H, units, n->rz + row * GRU_RZ * n->H + unit, n->n + at, n->q + at,
                        n->b + unit, n->h_prev + at, n->out + at);
}

static void backward_units(const void *ctx, size_t row, size_t unit, size_t units)
{
    const struct now *n = ctx;
    const size_t at = row * n->H + unit;
    cell_add_back(at, units, n->mask, n->back, n->dh);
    kern()->gru_backward(n->H, units, n->rz + row * GRU_RZ * n->H + unit, n->n + at, n->q + at,
                         n->h_prev + at, n->dh + at, n->dh_prev + at);
}

static void forward_step(const struct cell_call *call, size_t t, double *pointwise)
{
    const size_t B = call->B, H = call->shape.H, at = t * B * H;
    const float *w = call->weights[W_HH];
    const bool packs = cell_packs(call);
    const struct gru_tape tape = gru_tape_of(call);
    const struct scratch packed = scratch_of(call->scratch, call->B, H);
    const struct now now = {.H = H,
                            .rz = tape.rz + GRU_RZ * at,
                            .n = tape.n + at,
                            .q = tape.of_h + at,
                            .h_prev = call->h + at,
                            .b = call->weights[B_HH] + GRU_RZ * H,
                            .out = call->h + at + B * H};
    const float *seen = cell_seen_state(call, t, packed.masked);
    const struct recurrent_step step = {.B = B,
                                        .H = H,
                                        .products = {{.left = seen,
                                                      .gates = GRU_RZ,
                                                      .k = H,
                                                      .packed = packs ? packed.rz : NULL,
                                                      .weight = w,
                                                      .out = now.rz},
                                                     {.left = seen,
                                                      .gates = 1,
                                                      .k = H,
                                                      .packed = packs ? packed.n : NULL,
                                                      .weight = w + GRU_RZ * H * H,
                                                      .set = true,
                                                      .out = now.q}},
                                        .pointwise = forward_units,
                                        .ctx = &now,
                                        .seconds = call->profile != NULL ? pointwise : NULL};
    recurrent_step_run(&step);
}

static void forward(const struct cell_call *call)
{
    const size_t H = call->shape.H;
    const struct gru_tape tape = gru_tape_of(call);
    const struct scratch s = scratch_of(call->scratch, call->B, H);
    double pointwise = 0.0;
    cell_sum_biases(call, GRU_GATES * H, GRU_RZ * H, s.rest);
    gru_multiply_input(call, s.rest, tape.rz, tape.n);
    gru_pack(call, call->scratch);
    for (size_t t = 0; t < call->T; t++)
        forward_step(call, t, &pointwise);
    cell_note_steps(call, pointwise);
}

static void backward_step(const struct cell_call *call, const struct cell_grad *grad, size_t t,
                          double *pointwise)
{
    const size_t B = call->B, H = call->shape.H, at = t * B * H, next = at + B * H;
    const bool last = t + 1 == call->T, masked = call->state_mask != NULL;
    const struct gru_tape tape = gru_tape_of(call);
    const struct scratch s = scratch_of(call->scratch, call->B, H);
    const struct now now = {.H = H,
                            .rz = tape.rz + GRU_RZ * at,
                            .n = tape.n + at,
                            .q = tape.of_h + at,
                            .h_prev = call->h + at,
                            .dh = grad->dh + at,
                            .dh_prev = t > 0 ? grad->dh + at - B * H : s.rest,
                            .mask = call->state_mask,
                            .back = masked && !last ? s.masked : NULL};
    float *out = masked ? s.masked : now.dh;
    const struct recurrent_step step = {.B = B,
                                        .H = H,
                                        .products = {{.left = last ? NULL : tape.rz + GRU_RZ * next,
                                                      .gates = 1,
                                                      .k = GRU_RZ * H,
                                                      .packed = s.rz,
                                                      .set = masked,
                                                      .out = out},
                                                     {.left = last ? NULL : tape.of_h + next,
                                                      .gates = 1,
                                                      .k = H,
                                                      .packed = s.n,
                                                      .out = out}},
                                        .pointwise = backward_units,
                                        .ctx = &now,
                                        .seconds = call->profile != NULL ? pointwise : NULL};
    recurrent_step_run(&step);
}

static void backward_steps(const struct cell_call *call, const struct cell_grad *grad)
{
    const size_t H = call->shape.H;
    const struct scratch s = scratch_of(call->scratch, call->B, H);
    double pointwise = 0.0;
    gru_pack_back(call, call->scratch);
    memset(s.rest, 0, call->B * H * sizeof *s.rest);
    for (size_t t = call->T; t-- > 0;)
        backward_step(call, grad, t, &pointwise);
    cell_note_steps(call, pointwise);
}

static void backward(const struct cell_call *call, const struct cell_grad *grad)
{
    const size_t rows = call->T * call->B, H = call->shape.H;
    const struct gru_tape tape = gru_tape_of(call);
    float *dw_hh = grad->dweights[W_HH], *db_hh = grad->dweights[B_HH];
    backward_steps(call, grad);
    cell_mask_states(call);
    gru_input_weights_back(call, grad, tape.rz, tape.n);
    gemm(true, false, GRU_RZ * H, H, rows, tape.rz, call->h, 0.0f, dw_hh);
    memcpy(db_hh, grad->dweights[B_IH], GRU_RZ * H * sizeof *db_hh);
    gemm_gradient(H, H, rows, tape.of_h, call->h, 0.0f, dw_hh + GRU_RZ * H * H, db_hh + GRU_RZ * H);
    profile_lap(call->profile, call->layer, PROFILE_WEIGHTS);
    gru_input_back(call, grad, tape.rz, tape.n);
}

const struct cell_ops cell_gru = {
    .name = "gru",
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
