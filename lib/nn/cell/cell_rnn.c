/* The simple recurrent network (Elman 1990) in PyTorch's form (torch.nn.RNN):
 *   a_t = W_ih x_t + b_ih + W_hh h_{t-1} + b_hh     h_t = tanh(a_t), or max(a_t, 0)
 * a is computed in the place of h, and its gradient in the place of that of h, so there is no
 * tape. */
#include <string.h>

#include "lib/kern/gemm.h"
#include "lib/kern/kern.h"
#include "lib/nn/cell/cell_parts.h"

enum { N_PARAMS = 4 };

static void params(struct param_list *list, size_t layer, bool reverse,
                   const struct cell_shape *shape)
{
    cell_add_params(list, layer, reverse, 1, shape, 2);
}

static size_t tape_size(size_t B, size_t T, const struct cell_shape *shape)
{
    (void)B;
    (void)T;
    (void)shape;
    return 0;
}

/* W_hh packed; the sum of the biases; the state under its mask (forward) or the gradient that comes
 * through the mask (backward). */
static size_t scratch_size(size_t B, size_t T, const struct cell_shape *shape)
{
    const size_t H = shape->H;
    (void)T;
    return cell_packed_size(1, H, H) + mem_padded_floats(H) + cell_state_room(B, H);
}

/* Room for one state, the last part of the scratch. */
static float *state_room(const struct cell_call *call)
{
    return call->scratch + cell_packed_size(1, call->shape.H, call->shape.H) +
           mem_padded_floats(call->shape.H);
}

/* What the pointwise part of a step works on, [B, H]. */
struct now {
    size_t H;
    float *h;
    float *dh;                /* backward */
    const float *mask, *back; /* dh += mask * back; NULL: nothing */
};

static void tanh_units(const void *ctx, size_t row, size_t unit, size_t units)
{
    const struct now *n = ctx;
    kern()->tanh_forward(units, n->h + row * n->H + unit);
}

static void tanh_units_back(const void *ctx, size_t row, size_t unit, size_t units)
{
    const struct now *n = ctx;
    const size_t at = row * n->H + unit;
    cell_add_back(at, units, n->mask, n->back, n->dh);
    kern()->tanh_backward(units, n->h + at, n->dh + at);
}

static void relu_units(const void *ctx, size_t row, size_t unit, size_t units)
{
    const struct now *n = ctx;
    kern()->relu_forward(units, n->h + row * n->H + unit);
}

static void relu_units_back(const void *ctx, size_t row, size_t unit, size_t units)
{
    const struct now *n = ctx;
    const size_t at = row * n->H + unit;
    cell_add_back(at, units, n->mask, n->back, n->dh);
    kern()->relu_backward(units, n->h + at, n->dh + at);
}

static void run_forward(const struct cell_call *call, recurrent_pointwise *activation)
{
    const size_t B = call->B, T = call->T, H = call->shape.H;
    float *h = call->h, *bias = call->scratch + cell_packed_size(1, H, H);
    double pointwise = 0.0;
    cell_sum_biases(call, H, H, bias);
    gemm_bias(T * B, H, call->shape.I, call->x, call->weights[W_IH], bias, h + B * H);
    profile_lap(call->profile, call->layer, PROFILE_INPUT);
    if (cell_packs(call))
        recurrent_pack(1, H, H, call->weights[W_HH], call->scratch);
    for (size_t t = 0; t < T; t++) {
        const size_t at = t * B * H;
        const struct now now = {.H = H, .h = h + at + B * H};
        const struct recurrent_step step = {
            .B = B,
            .H = H,
            .products = {{.left = cell_seen_state(call, t, state_room(call)),
                          .gates = 1,
                          .k = H,
                          .packed = cell_packs(call) ? call->scratch : NULL,
                          .weight = call->weights[W_HH],
                          .out = now.h}},
            .pointwise = activation,
            .ctx = &now,
            .seconds = call->profile != NULL ? &pointwise : NULL};
        recurrent_step_run(&step);
    }
    cell_note_steps(call, pointwise);
}

static void run_steps_back(const struct cell_call *call, const struct cell_grad *grad,
                           recurrent_pointwise *derivative)
{
    const size_t B = call->B, T = call->T, H = call->shape.H;
    const bool masked = call->state_mask != NULL;
    float *back = state_room(call);
    double pointwise = 0.0;
    recurrent_pack_back(H, H, call->weights[W_HH], call->scratch);
    for (size_t t = T; t-- > 0;) {
        const size_t at = t * B * H, next = at + B * H;
        const bool last = t + 1 == T;
        const struct now now = {.H = H,
                                .h = call->h + next,
                                .dh = grad->dh + at,
                                .mask = call->state_mask,
                                .back = masked && !last ? back : NULL};
        const struct recurrent_step step = {.B = B,
                                            .H = H,
                                            .products = {{.left = last ? NULL : grad->dh + next,
                                                          .gates = 1,
                                                          .k = H,
                                                          .packed = call->scratch,
                                                          .set = masked,
                                                          .out = masked ? back : now.dh}},
                                            .pointwise = derivative,
                                            .ctx = &now,
                                            .seconds = call->profile != NULL ? &pointwise : NULL};
        recurrent_step_run(&step);
    }
    cell_note_steps(call, pointwise);
}

static void run_backward(const struct cell_call *call, const struct cell_grad *grad,
                         recurrent_pointwise *derivative)
{
    const size_t B = call->B, T = call->T, I = call->shape.I, H = call->shape.H;
    const float *da = grad->dh;
    run_steps_back(call, grad, derivative);
    cell_mask_states(call);
    gemm_gradient(H, I, T * B, da, call->x, 0.0f, grad->dweights[W_IH], grad->dweights[B_IH]);
    gemm(true, false, H, H, T * B, da, call->h, 0.0f, grad->dweights[W_HH]);
    memcpy(grad->dweights[B_HH], grad->dweights[B_IH], H * sizeof *da);
    profile_lap(call->profile, call->layer, PROFILE_WEIGHTS);
    if (grad->dx == NULL)
        return;
    gemm(false, false, T * B, I, H, da, call->weights[W_IH], 0.0f, grad->dx);
    profile_lap(call->profile, call->layer, PROFILE_INPUT);
}

static void forward_tanh(const struct cell_call *call)
{
    run_forward(call, tanh_units);
}

static void backward_tanh(const struct cell_call *call, const struct cell_grad *grad)
{
    run_backward(call, grad, tanh_units_back);
}

static void forward_relu(const struct cell_call *call)
{
    run_forward(call, relu_units);
}

static void backward_relu(const struct cell_call *call, const struct cell_grad *grad)
{
    run_backward(call, grad, relu_units_back);
}

const struct cell_ops cell_rnn = {
    .name = "rnn",
    .n_params = N_PARAMS,
    .n_state = 1,
    .lr = 0.1,
    .params = params,
    .tape_size = tape_size,
    .scratch_size = scratch_size,
    .forward = forward_tanh,
    .backward = backward_tanh,
    .carry = cell_carry_nothing,
};

const struct cell_ops cell_rnn_relu = {
    .name = "rnn-relu",
    .n_params = N_PARAMS,
    .n_state = 1,
    .lr = 0.1,
    .params = params,
    .tape_size = tape_size,
    .scratch_size = scratch_size,
    .forward = forward_relu,
    .backward = backward_relu,
    .carry = cell_carry_nothing,
};
