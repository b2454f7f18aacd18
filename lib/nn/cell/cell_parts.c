#include "lib/nn/cell/cell_parts.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "lib/kern/kern.h"
#include "lib/kern/pool.h"

void cell_add_param(struct param_list *list, const char *kind, size_t layer, bool reverse,
                    size_t gates, size_t rows, size_t cols, enum param_role role)
{
    char name[PARAM_NAME_MAX];
    snprintf(name, sizeof name, "rnn.%s_l%zu%s", kind, layer, reverse ? "_reverse" : "");
    const size_t id = param_add(list, name, gates * rows, cols, role);
    list->items[id].gates = gates;
}

void cell_add_params(struct param_list *list, size_t layer, bool reverse, size_t gates,
                     const struct cell_shape *shape, size_t biases)
{
    const size_t I = shape->I, H = shape->H;
    cell_add_param(list, "weight_ih", layer, reverse, gates, H, I, PARAM_INPUT);
    cell_add_param(list, "weight_hh", layer, reverse, gates, H, H, PARAM_RECURRENT);
    cell_add_param(list, "bias_ih", layer, reverse, gates, H, 0, PARAM_BIAS);
    if (biases == 2)
        cell_add_param(list, "bias_hh", layer, reverse, gates, H, 0, PARAM_BIAS);
}

void cell_sum_biases(const struct cell_call *call, size_t n, size_t summed, float *bias)
{
    memcpy(bias, call->weights[B_IH], n * sizeof *bias);
    kern_axpy(summed, 1.0f, call->weights[B_HH], bias);
}

bool cell_packs(const struct cell_call *call)
{
    return call->B >= 4 && call->T >= 4;
}

size_t cell_packed_size(size_t gates, size_t H, size_t k)
{
    const size_t forward = recurrent_packed_size(gates, H, k);
    const size_t back = recurrent_packed_size(1, k, gates * H);
    return mem_padded_floats(forward > back ? forward : back);
}

float *cell_take(float **at, size_t n)
{
    float *taken = *at;
    *at += mem_padded_floats(n);
    return taken;
}

void cell_no_units(const void *ctx, size_t row, size_t unit, size_t units)
{
    (void)ctx;
    (void)row;
    (void)unit;
    (void)units;
}

/* (1 + tanh((x + b) / 2)) / 2 */
void cell_sigmoid(size_t n, const float *b, float *x)
{
    for (size_t j = 0; j < n; j++)
        x[j] = 0.5f * (x[j] + b[j]);
    kern()->tanh_forward(n, x);
    for (size_t j = 0; j < n; j++)
        x[j] = 0.5f + 0.5f * x[j];
}

void cell_carry_nothing(const struct cell_call *call)
{
    (void)call;
}

void cell_carry_c(const struct cell_call *call)
{
    const size_t state = call->B * call->shape.H;
    memcpy(call->tape, call->tape + call->T * state, state * sizeof *call->tape);
}

size_t cell_state_room(size_t B, size_t H)
{
    return mem_padded_floats(B * H);
}

const float *cell_seen_state(const struct cell_call *call, size_t t, float *room)
{
    const size_t n = call->B * call->shape.H;
    const float *h = call->h + t * n;
    if (call->state_mask == NULL)
        return h;
    for (size_t i = 0; i < n; i++)
        room[i] = call->state_mask[i] * h[i];
    return room;
}

static void mask_steps(const void *args, size_t first, size_t last)
{
    const struct cell_call *call = args;
    const size_t n = call->B * call->shape.H;
    for (size_t t = first; t < last; t++)
        cell_mask_units(n, call->state_mask, call->h + t * n);
}

void cell_mask_states(const struct cell_call *call)
{
    if (call->state_mask != NULL)
        pool_run(call->T, 1, mask_steps, call);
}

void cell_mask_units(size_t units, const float *mask, float *y)
{
    for (size_t i = 0; i < units; i++)
        y[i] *= mask[i];
}

void cell_add_back(size_t at, size_t units, const float *mask, const float *back, float *dh)
{
    for (size_t i = at; back != NULL && i < at + units; i++)
        dh[i] += mask[i] * back[i];
}

void cell_give_back(const struct cell_call *call, const struct cell_grad *grad, size_t t,
                    const float *dx, const float *dh)
{
    const size_t n = call->B * call->shape.H, width = call->B * call->shape.I;
    if (grad->dx != NULL && dx != NULL)
        memcpy(grad->dx + t * width, dx, width * sizeof *dx);
    if (t == 0)
        return;
    float *before = grad->dh + (t - 1) * n;
    for (size_t i = 0; i < n; i++)
        before[i] += call->state_mask != NULL ? call->state_mask[i] * dh[i] : dh[i];
}

void cell_note_steps(const struct cell_call *call, double pointwise)
{
    profile_lap(call->profile, call->layer, PROFILE_RECURRENT);
    profile_move(call->profile, call->layer, PROFILE_RECURRENT, PROFILE_POINTWISE, pointwise);
}
