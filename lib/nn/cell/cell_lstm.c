/* The LSTM without peepholes or projection, in PyTorch's form (torch.nn.LSTM):
 *   a_t = W_ih x_t + b_ih + W_hh h_{t-1} + b_hh         four blocks of H rows: i, f, g, o
 *   i = sigma(a_i)  f = sigma(a_f)  g = tanh(a_g)  o = sigma(a_o)
 *   c_t = f c_{t-1} + i g           h_t = o tanh(c_t)
 * The input's product runs for all steps at once; only W_hh h_{t-1} is sequential.
 * Tape: c [(T+1)*B, H], then the gates [T*B, 4H].
 *
 * "lstm-capped" lets in no more than the forget gate leaves room for (Melis, Dyer and Blunsom 2018,
 * "On the state of the art of evaluation in neural language models"):
 *   c_t = f c_{t-1} + min(i, 1 - f) g
 * It has one bias, so that a file that does not name its cell is never taken for the other's. */
#include <string.h>

#include "lib/kern/gemm.h"
#include "lib/kern/kern.h"
#include "lib/nn/cell/cell_parts.h"

enum { GATES = 4, N_PARAMS = 4, N_PARAMS_CAPPED = 3 };

static void params(struct param_list *list, size_t layer, bool reverse,
                   const struct cell_shape *shape)
{
    cell_add_params(list, layer, reverse, GATES, shape, 2);
}

static void params_capped(struct param_list *list, size_t layer, bool reverse,
                          const struct cell_shape *shape)
{
    cell_add_params(list, layer, reverse, GATES, shape, 1);
}

static size_t tape_size(size_t B, size_t T, const struct cell_shape *shape)
{
    const size_t H = shape->H;
    return (T + 1) * B * H + T * B * GATES * H;
}

static size_t rest_size(size_t B, size_t H)
{
    return mem_padded_floats(GATES * H > B * H ? GATES * H : B * H);
}

/* W_hh packed; the sum of the biases (forward) or the running gradient of c (backward); the state
 * under its mask (forward) or the gradient that comes through the mask (backward). */
static size_t scratch_size(size_t B, size_t T, const struct cell_shape *shape)
{
    const size_t H = shape->H;
    (void)T;
    return cell_packed_size(GATES, H, H) + rest_size(B, H) + cell_state_room(B, H);
}

/* What the pointwise part of a step works on. */
struct now {
    size_t H;
    float *gates;             /* [B, 4H] */
    const float *c_prev;      /* [B, H], as the rest */
    float *c, *h;             /* forward */
    float *dh, *dc;           /* backward */
    const float *mask, *back; /* dh += mask * back; NULL: nothing */
};

static void forward_units(const void *ctx, size_t row, size_t unit, size_t units)
{
    const struct now *n = ctx;
    const size_t at = row * n->H + unit;
    kern()->lstm_forward(n->H, units, n->gates + row * GATES * n->H + unit, n->c_prev + at,
                         n->c + at, n->h + at);
}

static void capped_units(const void *ctx, size_t row, size_t unit, size_t units)
{
    const struct now *n = ctx;
    const size_t at = row * n->H + unit;
    kern()->lstm_capped_forward(n->H, units, n->gates + row * GATES * n->H + unit, n->c_prev + at,
                                n->c + at, n->h + at);
}

static void backward_units(const void *ctx, size_t row, size_t unit, size_t units)
{
    const struct now *n = ctx;
    const size_t at = row * n->H + unit;
    cell_add_back(at, units, n->mask, n->back, n->dh);
    kern()->lstm_backward(n->H, units, n->gates + row * GATES * n->H + unit, n->c_prev + at,
                          n->c + at, n->dh + at, n->dc + at);
}

static void capped_units_back(const void *ctx, size_t row, size_t unit, size_t units)
{
    const struct now *n = ctx;
    const size_t at = row * n->H + unit;
    cell_add_back(at, units, n->mask, n->back, n->dh);
    kern()->lstm_capped_backward(n->H, units, n->gates + row * GATES * n->H + unit, n->c_prev + at,
                                 n->c + at, n->dh + at, n->dc + at);
}

/* What the two cells differ in. */
struct kind {
    recurrent_pointwise *forward, *backward;
    bool has_two_biases;
};

static const struct kind plain = {forward_units, backward_units, true};
static const struct kind capped = {capped_units, capped_units_back, false};

static void run_forward(const struct cell_call *call, const struct kind *kind)
{
    const size_t B = call->B, T = call->T, I = call->shape.I, H = call->shape.H;
    float *c = call->tape, *h = call->h, *gates = call->tape + (T + 1) * B * H;
    float *packed = call->scratch, *bias = call->scratch + cell_packed_size(GATES, H, H);
    float *seen = bias + rest_size(B, H);
    double pointwise = 0.0;
    cell_sum_biases(call, GATES * H, kind->has_two_biases ? GATES * H : 0, bias);
    gemm_bias(T * B, GATES * H, I, call->x, call->weights[W_IH], bias, gates);
    profile_lap(call->profile, call->layer, PROFILE_INPUT);
    if (cell_packs(call))
        recurrent_pack(GATES, H, H, call->weights[W_HH], packed);
    for (size_t t = 0; t < T; t++) {
        const size_t at = t * B * H, next = at + B * H;
        const struct now now = {
            .H = H, .gates = gates + GATES * at, .c_prev = c + at, .c = c + next, .h = h + next};
        const struct recurrent_step step = {
            .B = B,
            .H = H,
            .products = {{.left = cell_seen_state(call, t, seen),
                          .gates = GATES,
                          .k = H,
                          .packed = cell_packs(call) ? packed : NULL,
                          .weight = call->weights[W_HH],
                          .out = now.gates}},
            .pointwise = kind->forward,
            .ctx = &now,
            .seconds = call->profile != NULL ? &pointwise : NULL};
        recurrent_step_run(&step);
    }
    cell_note_steps(call, pointwise);
}

/* The gates become the gradients of a. */
static void run_steps_back(const struct cell_call *call, const struct cell_grad *grad,
                           const struct kind *kind)
{
    const size_t B = call->B, T = call->T, H = call->shape.H;
    float *c = call->tape, *gates = call->tape + (T + 1) * B * H;
    float *packed = call->scratch, *dc = call->scratch + cell_packed_size(GATES, H, H);
    float *back = dc + rest_size(B, H);
    const bool masked = call->state_mask != NULL;
    double pointwise = 0.0;
    recurrent_pack_back(H, GATES * H, call->weights[W_HH], packed);
    memset(dc, 0, B * H * sizeof *dc);
    for (size_t t = T; t-- > 0;) {
        const size_t at = t * B * H, next = at + B * H;
        const bool last = t + 1 == T;
        const struct now now = {.H = H,
                                .gates = gates + GATES * at,
                                .c_prev = c + at,
                                .c = c + next,
                                .dh = grad->dh + at,
                                .dc = dc,
                                .mask = call->state_mask,
                                .back = masked && !last ? back : NULL};
        const struct recurrent_step step = {
            .B = B,
            .H = H,
            .products = {{.left = last ? NULL : gates + GATES * next,
                          .gates = 1,
                          .k = GATES * H,
                          .packed = packed,
                          .set = masked,
                          .out = masked ? back : now.dh}},
            .pointwise = kind->backward,
            .ctx = &now,
            .seconds = call->profile != NULL ? &pointwise : NULL};
        recurrent_step_run(&step);
    }
    cell_note_steps(call, pointwise);
}

static void run_backward(const struct cell_call *call, const struct cell_grad *grad,
                         const struct kind *kind)
{
    const size_t B = call->B, T = call->T, I = call->shape.I, H = call->shape.H;
    const float *gates = call->tape + (T + 1) * B * H;
    run_steps_back(call, grad, kind);
    cell_mask_states(call);
    gemm_gradient(GATES * H, I, T * B, gates, call->x, 0.0f, grad->dweights[W_IH],
                  grad->dweights[B_IH]);
    gemm(true, false, GATES * H, H, T * B, gates, call->h, 0.0f, grad->dweights[W_HH]);
    if (kind->has_two_biases)
        memcpy(grad->dweights[B_HH], grad->dweights[B_IH], GATES * H * sizeof *gates);
    profile_lap(call->profile, call->layer, PROFILE_WEIGHTS);
    if (grad->dx == NULL)
        return;
    gemm(false, false, T * B, I, GATES * H, gates, call->weights[W_IH], 0.0f, grad->dx);
    profile_lap(call->profile, call->layer, PROFILE_INPUT);
}

static void forward(const struct cell_call *call)
{
    run_forward(call, &plain);
}

static void backward(const struct cell_call *call, const struct cell_grad *grad)
{
    run_backward(call, grad, &plain);
}

static void forward_capped(const struct cell_call *call)
{
    run_forward(call, &capped);
}

static void backward_capped(const struct cell_call *call, const struct cell_grad *grad)
{
    run_backward(call, grad, &capped);
}

const struct cell_ops cell_lstm = {
    .name = "lstm",
    .n_params = N_PARAMS,
    .n_state = 2,
    .forget_gate = 2,
    .input_gate = 1,
    .params = params,
    .tape_size = tape_size,
    .scratch_size = scratch_size,
    .forward = forward,
    .backward = backward,
    .carry = cell_carry_c,
};

const struct cell_ops cell_lstm_capped = {
    .name = "lstm-capped",
    .n_params = N_PARAMS_CAPPED,
    .n_state = 2,
    .forget_gate = 2,
    .input_gate = 1,
    .params = params_capped,
    .tape_size = tape_size,
    .scratch_size = scratch_size,
    .forward = forward_capped,
    .backward = backward_capped,
    .carry = cell_carry_c,
};
