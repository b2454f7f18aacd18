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
#include "lib/nn/cell_parts.h"

enum { GATES = 3, SUMMED = 2, N_PARAMS = 4 }; /* SUMMED: r and z */

static void params(struct param_list *list, size_t layer, size_t I, size_t H)
{
    cell_add_params(list, layer, GATES, I, H, 2);
}

static size_t tape_size(size_t B, size_t T, size_t H)
{
    return 4 * T * B * H;
}

struct tape {
    float *rz, *n, *q;
};

static struct tape tape_of(const struct cell_call *call)
{
    const size_t states = call->T * call->B * call->H;
    return (struct tape){call->tape, call->tape + 2 * states, call->tape + 3 * states};
}

/* W_hr and W_hz packed, W_hn packed, then the input biases with the recurrent biases of r and z
 * added (forward), or the gradient of the state before the window, which is dropped (backward). */
struct scratch {
    float *rz, *n, *rest;
};

static struct scratch scratch_of(float *at, size_t H)
{
    struct scratch s = {.rz = at};
    s.n = s.rz + cell_padded(recurrent_packed_size(SUMMED, H, H));
    s.rest = s.n + cell_padded(recurrent_packed_size(1, H, H));
    return s;
}

static size_t scratch_size(size_t B, size_t T, size_t I, size_t H)
{
    (void)T;
    (void)I;
    return cell_padded(recurrent_packed_size(SUMMED, H, H)) +
           cell_padded(recurrent_packed_size(1, H, H)) + (GATES > B ? GATES : B) * H;
}

/* What the pointwise part of a step works on. */
struct now {
    size_t H;
    float *rz;    /* [B, 2H] */
    float *n, *q; /* [B, H], as the rest but b */
    const float *h_prev;
    const float *b; /* [H] b_hn; forward */
    float *out;
    const float *dh; /* backward */
    float *dh_prev;
};

static void forward_units(const void *ctx, size_t row, size_t unit, size_t units)
{
    const struct now *n = ctx;
    const size_t at = row * n->H + unit;
    kern()->gru_forward(n->H, units, n->rz + row * SUMMED * n->H + unit, n->n + at, n->q + at,
                        n->b + unit, n->h_prev + at, n->out + at);
}

static void backward_units(const void *ctx, size_t row, size_t unit, size_t units)
{
    const struct now *n = ctx;
    const size_t at = row * n->H + unit;
    kern()->gru_backward(n->H, units, n->rz + row * SUMMED * n->H + unit, n->n + at, n->q + at,
                         n->h_prev + at, n->dh + at, n->dh_prev + at);
}

static void multiply_input(const struct cell_call *call, const struct tape *tape, float *bias)
{
    const size_t rows = call->T * call->B, I = call->I, H = call->H;
    const float *w = call->weights[W_IH];
    memcpy(bias, call->weights[B_IH], GATES * H * sizeof *bias);
    kern_axpy(SUMMED * H, 1.0f, call->weights[B_HH], bias);
    gemm_bias(rows, SUMMED * H, I, call->x, w, bias, tape->rz);
    gemm_bias(rows, H, I, call->x, w + SUMMED * H * I, bias + SUMMED * H, tape->n);
    profile_lap(call->profile, call->layer, PROFILE_INPUT);
}

static void forward_step(const struct cell_call *call, size_t t, double *pointwise)
{
    const size_t B = call->B, H = call->H, at = t * B * H;
    const float *w = call->weights[W_HH];
    const bool packs = cell_packs(call);
    const struct tape tape = tape_of(call);
    const struct scratch packed = scratch_of(call->scratch, H);
    const struct now now = {.H = H,
                            .rz = tape.rz + SUMMED * at,
                            .n = tape.n + at,
                            .q = tape.q + at,
                            .h_prev = call->h + at,
                            .b = call->weights[B_HH] + SUMMED * H,
                            .out = call->h + at + B * H};
    const struct recurrent_step step = {.B = B,
                                        .H = H,
                                        .products = {{.left = now.h_prev,
                                                      .gates = SUMMED,
                                                      .k = H,
                                                      .packed = packs ? packed.rz : NULL,
                                                      .weight = w,
                                                      .out = now.rz},
                                                     {.left = now.h_prev,
                                                      .gates = 1,
                                                      .k = H,
                                                      .packed = packs ? packed.n : NULL,
                                                      .weight = w + SUMMED * H * H,
                                                      .set = true,
                                                      .out = now.q}},
                                        .pointwise = forward_units,
                                        .ctx = &now,
                                        .seconds = call->profile != NULL ? pointwise : NULL};
    recurrent_step_run(&step);
}

static void forward(const struct cell_call *call)
{
    const size_t H = call->H;
    const struct tape tape = tape_of(call);
    const struct scratch s = scratch_of(call->scratch, H);
    double pointwise = 0.0;
    multiply_input(call, &tape, s.rest);
    if (cell_packs(call)) {
        recurrent_pack(SUMMED, H, H, call->weights[W_HH], s.rz);
        recurrent_pack(1, H, H, call->weights[W_HH] + SUMMED * H * H, s.n);
    }
    for (size_t t = 0; t < call->T; t++)
        forward_step(call, t, &pointwise);
    cell_note_steps(call, pointwise);
}

static void backward_step(const struct cell_call *call, const struct cell_grad *grad, size_t t,
                          double *pointwise)
{
    const size_t B = call->B, H = call->H, at = t * B * H, next = at + B * H;
    const bool last = t + 1 == call->T;
    const struct tape tape = tape_of(call);
    const struct scratch s = scratch_of(call->scratch, H);
    const struct now now = {.H = H,
                            .rz = tape.rz + SUMMED * at,
                            .n = tape.n + at,
                            .q = tape.q + at,
                            .h_prev = call->h + at,
                            .dh = grad->dh + at,
                            .dh_prev = t > 0 ? grad->dh + at - B * H : s.rest};
    const struct recurrent_step step = {.B = B,
                                        .H = H,
                                        .products = {{.left = last ? NULL : tape.rz + SUMMED * next,
                                                      .gates = 1,
                                                      .k = SUMMED * H,
                                                      .packed = s.rz,
                                                      .out = grad->dh + at},
                                                     {.left = last ? NULL : tape.q + next,
                                                      .gates = 1,
                                                      .k = H,
                                                      .packed = s.n,
                                                      .out = grad->dh + at}},
                                        .pointwise = backward_units,
                                        .ctx = &now,
                                        .seconds = call->profile != NULL ? pointwise : NULL};
    recurrent_step_run(&step);
}

static void backward_steps(const struct cell_call *call, const struct cell_grad *grad)
{
    const size_t H = call->H;
    const struct scratch s = scratch_of(call->scratch, H);
    double pointwise = 0.0;
    recurrent_pack_back(H, SUMMED * H, call->weights[W_HH], s.rz);
    recurrent_pack_back(H, H, call->weights[W_HH] + SUMMED * H * H, s.n);
    memset(s.rest, 0, call->B * H * sizeof *s.rest);
    for (size_t t = call->T; t-- > 0;)
        backward_step(call, grad, t, &pointwise);
    cell_note_steps(call, pointwise);
}

static void backward(const struct cell_call *call, const struct cell_grad *grad)
{
    const size_t rows = call->T * call->B, I = call->I, H = call->H;
    const struct tape tape = tape_of(call);
    float *dw_ih = grad->dweights[W_IH], *dw_hh = grad->dweights[W_HH];
    float *db_ih = grad->dweights[B_IH], *db_hh = grad->dweights[B_HH];
    backward_steps(call, grad);
    gemm_gradient(SUMMED * H, I, rows, tape.rz, call->x, 0.0f, dw_ih, db_ih);
    gemm_gradient(H, I, rows, tape.n, call->x, 0.0f, dw_ih + SUMMED * H * I, db_ih + SUMMED * H);
    gemm(true, false, SUMMED * H, H, rows, tape.rz, call->h, 0.0f, dw_hh);
    memcpy(db_hh, db_ih, SUMMED * H * sizeof *db_hh);
    gemm_gradient(H, H, rows, tape.q, call->h, 0.0f, dw_hh + SUMMED * H * H, db_hh + SUMMED * H);
    profile_lap(call->profile, call->layer, PROFILE_WEIGHTS);
    gemm(false, false, rows, I, SUMMED * H, tape.rz, call->weights[W_IH], 0.0f, grad->dx);
    gemm(false, false, rows, I, H, tape.n, call->weights[W_IH] + SUMMED * H * I, 1.0f, grad->dx);
    profile_lap(call->profile, call->layer, PROFILE_INPUT);
}

static void carry(const struct cell_call *call)
{
    (void)call; /* h is all of the state */
}

const struct cell_ops cell_gru = {
    .name = "gru",
    .summary = "gated recurrent unit, as torch.nn.GRU",
    .n_params = N_PARAMS,
    .n_state = 1,
    .params = params,
    .tape_size = tape_size,
    .scratch_size = scratch_size,
    .forward = forward,
    .backward = backward,
    .carry = carry,
};
