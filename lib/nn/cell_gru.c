/* The gated recurrent unit in PyTorch's and cuDNN's form (torch.nn.GRU), the reset gate after the
 * product; three blocks of H rows: r, z, n.
 *   x_t = W_ih x_t + b_ih          h_t = W_hh h_{t-1} + b_hh
 *   r = sigma(x_r + h_r)  z = sigma(x_z + h_z)  n = tanh(x_n + r h_n)
 *   h_t = (1 - z) n + z h_{t-1}
 * Tape: the input's side of the gates [T*B, 3H], then the state's [T*B, 3H]. Backward they become
 * the gradients of their pre-activations, which differ in n. */
#include <string.h>

#include "lib/kern/gemm.h"
#include "lib/kern/kern.h"
#include "lib/nn/cell_parts.h"

enum { GATES = 3, N_PARAMS = 4 };

static void params(struct param_list *list, size_t layer, size_t I, size_t H)
{
    cell_add_params(list, layer, GATES, I, H, 2);
}

static size_t tape_size(size_t B, size_t T, size_t H)
{
    return 2 * T * B * GATES * H;
}

static size_t packed_size(size_t H)
{
    return cell_padded(recurrent_packed_size(GATES, H, H));
}

/* W_hh packed, then what would reach the state before the window. */
static size_t scratch_size(size_t B, size_t T, size_t I, size_t H)
{
    (void)T;
    (void)I;
    return packed_size(H) + B * H;
}

/* What the pointwise part of a step works on. */
struct now {
    size_t H;
    float *x, *h;        /* [B, 3H] the two sides of the gates */
    const float *h_prev; /* [B, H], as the rest */
    float *out;          /* forward */
    const float *dh;     /* backward */
    float *dh_prev;
};

static void forward_units(const void *ctx, size_t row, size_t unit, size_t units)
{
    const struct now *n = ctx;
    const size_t at = row * n->H + unit, gate = row * GATES * n->H + unit;
    kern()->gru_forward(n->H, units, n->x + gate, n->h + gate, n->h_prev + at, n->out + at);
}

static void backward_units(const void *ctx, size_t row, size_t unit, size_t units)
{
    const struct now *n = ctx;
    const size_t at = row * n->H + unit, gate = row * GATES * n->H + unit;
    kern()->gru_backward(n->H, units, n->x + gate, n->h + gate, n->h_prev + at, n->dh + at,
                         n->dh_prev + at);
}

static void forward(const struct cell_call *call)
{
    const size_t B = call->B, T = call->T, H = call->H;
    float *h = call->h, *x_side = call->tape, *h_side = call->tape + T * B * GATES * H;
    double pointwise = 0.0;
    gemm_bias(T * B, GATES * H, call->I, call->x, call->weights[W_IH], call->weights[B_IH], x_side);
    profile_lap(call->profile, call->layer, PROFILE_INPUT);
    if (cell_packs(call))
        recurrent_pack(GATES, H, H, call->weights[W_HH], call->scratch);
    for (size_t t = 0; t < T; t++) {
        const size_t at = t * B * H;
        const struct now now = {.H = H,
                                .x = x_side + GATES * at,
                                .h = h_side + GATES * at,
                                .h_prev = h + at,
                                .out = h + at + B * H};
        const struct recurrent_step step = {.B = B,
                                            .H = H,
                                            .gates = GATES,
                                            .left = h + at,
                                            .k = H,
                                            .packed = cell_packs(call) ? call->scratch : NULL,
                                            .weight = call->weights[W_HH],
                                            .bias = call->weights[B_HH],
                                            .out = now.h,
                                            .pointwise = forward_units,
                                            .ctx = &now,
                                            .seconds = call->profile != NULL ? &pointwise : NULL};
        recurrent_step_run(&step);
    }
    cell_note_steps(call, pointwise);
}

static void backward_steps(const struct cell_call *call, const struct cell_grad *grad)
{
    const size_t B = call->B, T = call->T, H = call->H;
    float *x_side = call->tape, *h_side = call->tape + T * B * GATES * H;
    float *packed = call->scratch, *before = call->scratch + packed_size(H);
    double pointwise = 0.0;
    recurrent_pack_back(H, GATES * H, call->weights[W_HH], packed);
    memset(before, 0, B * H * sizeof *before);
    for (size_t t = T; t-- > 0;) {
        const size_t at = t * B * H, next = at + B * H;
        const struct now now = {.H = H,
                                .x = x_side + GATES * at,
                                .h = h_side + GATES * at,
                                .h_prev = call->h + at,
                                .dh = grad->dh + at,
                                .dh_prev = t > 0 ? grad->dh + at - B * H : before};
        const struct recurrent_step step = {.B = B,
                                            .H = H,
                                            .gates = 1,
                                            .left = t + 1 < T ? h_side + GATES * next : NULL,
                                            .k = GATES * H,
                                            .packed = packed,
                                            .out = grad->dh + at,
                                            .pointwise = backward_units,
                                            .ctx = &now,
                                            .seconds = call->profile != NULL ? &pointwise : NULL};
        recurrent_step_run(&step);
    }
    cell_note_steps(call, pointwise);
}

static void backward(const struct cell_call *call, const struct cell_grad *grad)
{
    const size_t B = call->B, T = call->T, I = call->I, H = call->H;
    const float *x_side = call->tape, *h_side = call->tape + T * B * GATES * H;
    backward_steps(call, grad);
    gemm_gradient(GATES * H, I, T * B, x_side, call->x, 0.0f, grad->dweights[W_IH],
                  grad->dweights[B_IH]);
    gemm_gradient(GATES * H, H, T * B, h_side, call->h, 0.0f, grad->dweights[W_HH],
                  grad->dweights[B_HH]);
    profile_lap(call->profile, call->layer, PROFILE_WEIGHTS);
    gemm(false, false, T * B, I, GATES * H, x_side, call->weights[W_IH], 0.0f, grad->dx);
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
