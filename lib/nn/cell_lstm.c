/* The LSTM without peepholes or projection, in PyTorch's form (torch.nn.LSTM):
 *   a_t = W_ih x_t + b_ih + W_hh h_{t-1} + b_hh         four blocks of H rows: i, f, g, o
 *   i = sigma(a_i)  f = sigma(a_f)  g = tanh(a_g)  o = sigma(a_o)
 *   c_t = f c_{t-1} + i g           h_t = o tanh(c_t)
 * The input's product runs for all steps at once; only W_hh h_{t-1} is sequential.
 * Tape: c [(T+1)*B, H], then the gates [T*B, 4H]. */
#include "lib/nn/cell.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "lib/kern/gemm.h"
#include "lib/kern/kern.h"
#include "lib/kern/lstm_step.h"

enum { W_IH, W_HH, B_IH, B_HH, N_PARAMS };

static void params(struct param_list *list, size_t layer, size_t I, size_t H)
{
    char name[PARAM_NAME_MAX];
    snprintf(name, sizeof name, "rnn.weight_ih_l%zu", layer);
    param_add(list, name, 4 * H, I, PARAM_INPUT);
    snprintf(name, sizeof name, "rnn.weight_hh_l%zu", layer);
    param_add(list, name, 4 * H, H, PARAM_RECURRENT);
    snprintf(name, sizeof name, "rnn.bias_ih_l%zu", layer);
    param_add(list, name, 4 * H, 0, PARAM_BIAS);
    snprintf(name, sizeof name, "rnn.bias_hh_l%zu", layer);
    param_add(list, name, 4 * H, 0, PARAM_BIAS);
}

static size_t tape_size(size_t B, size_t T, size_t H)
{
    return (T + 1) * B * H + T * B * 4 * H;
}

/* W_hh packed, and behind it the sum of the biases (forward) or the running gradient of c
 * (backward). */
static size_t packed_size(size_t H)
{
    return (lstm_packed_size(H) + 15) / 16 * 16;
}

static size_t scratch_size(size_t B, size_t T, size_t I, size_t H)
{
    (void)T;
    (void)I;
    return packed_size(H) + (4 * H > B * H ? 4 * H : B * H);
}

/* Whether packing W_hh once is paid back by the faster products of the window. */
static bool worth_packing(const struct cell_call *call)
{
    return call->B >= 4 && call->T >= 4;
}

/* The laps of a layer's steps: what was not pointwise is the product. */
static void note_steps(const struct cell_call *call, double pointwise)
{
    profile_lap(call->profile, call->layer, PROFILE_RECURRENT);
    profile_move(call->profile, call->layer, PROFILE_RECURRENT, PROFILE_POINTWISE, pointwise);
}

static void forward(const struct cell_call *call)
{
    const size_t B = call->B, T = call->T, I = call->I, H = call->H;
    const float *w_hh = call->weights[W_HH];
    float *c = call->tape, *h = call->h, *gates = call->tape + (T + 1) * B * H;
    float *packed = call->scratch, *bias = call->scratch + packed_size(H);
    double pointwise = 0.0;
    memcpy(bias, call->weights[B_IH], 4 * H * sizeof *bias);
    kern_axpy(4 * H, 1.0f, call->weights[B_HH], bias);
    gemm_bias(T * B, 4 * H, I, call->x, call->weights[W_IH], bias, gates);
    profile_lap(call->profile, call->layer, PROFILE_INPUT);
    const bool is_packed = worth_packing(call);
    if (is_packed)
        lstm_pack_forward(H, w_hh, packed);
    for (size_t t = 0; t < T; t++) {
        const size_t now = t * B * H, next = now + B * H;
        const struct lstm_step step = {.B = B,
                                       .H = H,
                                       .packed = packed,
                                       .gates = gates + 4 * now,
                                       .c_prev = c + now,
                                       .pointwise = call->profile != NULL ? &pointwise : NULL};
        if (is_packed) {
            lstm_step_forward(&step, h + now, c + next, h + next);
        } else {
            gemm(false, true, B, 4 * H, H, h + now, w_hh, 1.0f, step.gates);
            kern_lstm_forward(B, H, step.gates, c + now, c + next, h + next);
        }
    }
    note_steps(call, pointwise);
}

static void backward(const struct cell_call *call, const struct cell_grad *grad)
{
    const size_t B = call->B, T = call->T, I = call->I, H = call->H;
    const float *c = call->tape;
    float *gates = call->tape + (T + 1) * B * H; /* become the gradients of a */
    float *packed = call->scratch, *dc = call->scratch + packed_size(H);
    double pointwise = 0.0;
    lstm_pack_backward(H, call->weights[W_HH], packed);
    memset(dc, 0, B * H * sizeof *dc);
    for (size_t t = T; t-- > 0;) {
        const size_t now = t * B * H, next = now + B * H;
        const struct lstm_step step = {.B = B,
                                       .H = H,
                                       .packed = packed,
                                       .gates = gates + 4 * now,
                                       .c_prev = c + now,
                                       .pointwise = call->profile != NULL ? &pointwise : NULL};
        lstm_step_backward(&step, t + 1 < T ? gates + 4 * next : NULL, c + next, grad->dh + now,
                           dc);
    }
    note_steps(call, pointwise);
    gemm_gradient(4 * H, I, T * B, gates, call->x, 0.0f, grad->dweights[W_IH],
                  grad->dweights[B_IH]);
    gemm(true, false, 4 * H, H, T * B, gates, call->h, 0.0f, grad->dweights[W_HH]);
    memcpy(grad->dweights[B_HH], grad->dweights[B_IH], 4 * H * sizeof *gates);
    profile_lap(call->profile, call->layer, PROFILE_WEIGHTS);
    gemm(false, false, T * B, I, 4 * H, gates, call->weights[W_IH], 0.0f, grad->dx);
    profile_lap(call->profile, call->layer, PROFILE_INPUT);
}

static void carry(const struct cell_call *call)
{
    const size_t state = call->B * call->H;
    memcpy(call->tape, call->tape + call->T * state, state * sizeof *call->tape);
}

const struct cell_ops cell_lstm = {
    .name = "lstm",
    .summary = "long short-term memory, as torch.nn.LSTM",
    .n_params = N_PARAMS,
    .n_state = 2,
    .forget_gate = 2,
    .params = params,
    .tape_size = tape_size,
    .scratch_size = scratch_size,
    .forward = forward,
    .backward = backward,
    .carry = carry,
};
