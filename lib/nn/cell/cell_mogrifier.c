/* The Mogrifier LSTM: the LSTM with a capped input gate (lib/nn/cell/cell_lstm.c) after the rounds
 * of lib/nn/cell/mogrify.h. Since x_t waits for h_{t-1}, its product cannot run for all steps at
 * once. Tape: c [(T+1)*B, H], the gates [T*B, 4H], and that of the rounds. */
#include <string.h>

#include "lib/kern/gemm.h"
#include "lib/kern/kern.h"
#include "lib/nn/cell/mogrify.h"

enum { GATES = 4, N_PARAMS = 3 };

static void params(struct param_list *list, size_t layer, bool reverse,
                   const struct cell_shape *shape)
{
    cell_add_params(list, layer, reverse, GATES, shape, 1);
    mogrify_params(list, layer, reverse, shape);
}

static size_t tape_size(size_t B, size_t T, const struct cell_shape *s)
{
    return mem_padded_floats((T + 1) * B * s->H) + mem_padded_floats(T * B * GATES * s->H) +
           mogrify_tape_size(B, T, s);
}

static size_t ih_size(const struct cell_shape *s)
{
    return cell_packed_size(GATES, s->H, s->I);
}

static size_t hh_size(const struct cell_shape *s)
{
    return cell_packed_size(GATES, s->H, s->H);
}

/* W_ih and W_hh packed, those of the rounds, and the gradients of x, h and c at a step. */
static size_t scratch_size(size_t B, size_t T, const struct cell_shape *s)
{
    (void)T;
    return ih_size(s) + hh_size(s) + mogrify_packed_size(s) + mem_padded_floats(B * s->I) +
           2 * cell_state_room(B, s->H);
}

struct parts {
    float *c, *gates; /* of the tape */
    float *ih, *hh;   /* of the scratch, as the rest */
    float *dx, *dh, *dc;
    struct mogrify mogrify;
};

static void find_parts(struct parts *p, const struct cell_call *call)
{
    const size_t B = call->B, T = call->T, I = call->shape.I, H = call->shape.H;
    float *tape = call->tape, *scratch = call->scratch;
    p->c = cell_take(&tape, (T + 1) * B * H);
    p->gates = cell_take(&tape, T * B * GATES * H);
    p->ih = cell_take(&scratch, ih_size(&call->shape));
    p->hh = cell_take(&scratch, hh_size(&call->shape));
    p->dx = cell_take(&scratch, B * I);
    p->dh = cell_take(&scratch, B * H);
    p->dc = cell_take(&scratch, B * H);
    mogrify_init(&p->mogrify, call, N_PARAMS, tape, scratch);
}

/* What the pointwise part of a step works on. */
struct now {
    size_t H;
    float *gates;        /* [B, 4H] */
    const float *bias;   /* [4H]; forward */
    const float *c_prev; /* [B, H], as the rest */
    float *c, *h;
    float *dh, *dc; /* backward */
};

static void forward_units(const void *ctx, size_t row, size_t unit, size_t units)
{
    const struct now *n = ctx;
    const size_t at = row * n->H + unit;
    float *gates = n->gates + row * GATES * n->H + unit;
    for (size_t g = 0; g < GATES; g++)
        for (size_t j = 0; j < units; j++)
            gates[g * n->H + j] += n->bias[g * n->H + unit + j];
    kern()->lstm_capped_forward(n->H, units, gates, n->c_prev + at, n->c + at, n->h + at);
}

static void backward_units(const void *ctx, size_t row, size_t unit, size_t units)
{
    const struct now *n = ctx;
    const size_t at = row * n->H + unit;
    kern()->lstm_capped_backward(n->H, units, n->gates + row * GATES * n->H + unit, n->c_prev + at,
                                 n->c + at, n->dh + at, n->dc + at);
}

static struct now now_of(const struct cell_call *call, const struct parts *p, size_t t)
{
    const size_t at = t * call->B * call->shape.H, next = at + call->B * call->shape.H;
    return (struct now){.H = call->shape.H,
                        .gates = p->gates + GATES * at,
                        .bias = call->weights[B_IH],
                        .c_prev = p->c + at,
                        .c = p->c + next,
                        .h = call->h + next,
                        .dc = p->dc};
}

static void forward_step(const struct cell_call *call, const struct parts *p, size_t t)
{
    const size_t B = call->B, I = call->shape.I, H = call->shape.H;
    const bool packs = cell_packs(call);
    const struct now now = now_of(call, p, t);
    const struct recurrent_step step = {.B = B,
                                        .H = H,
                                        .products = {{.left = mogrify_x(&p->mogrify) + t * B * I,
                                                      .gates = GATES,
                                                      .k = I,
                                                      .packed = packs ? p->ih : NULL,
                                                      .weight = call->weights[W_IH],
                                                      .set = true,
                                                      .out = now.gates},
                                                     {.left = mogrify_h(&p->mogrify) + t * B * H,
                                                      .gates = GATES,
                                                      .k = H,
                                                      .packed = packs ? p->hh : NULL,
                                                      .weight = call->weights[W_HH],
                                                      .out = now.gates}},
                                        .pointwise = forward_units,
                                        .ctx = &now};
    recurrent_step_run(&step);
}

static void forward(const struct cell_call *call)
{
    struct parts p;
    find_parts(&p, call);
    if (cell_packs(call)) {
        recurrent_pack(GATES, call->shape.H, call->shape.I, call->weights[W_IH], p.ih);
        recurrent_pack(GATES, call->shape.H, call->shape.H, call->weights[W_HH], p.hh);
    }
    mogrify_pack(&p.mogrify);
    for (size_t t = 0; t < call->T; t++) {
        mogrify_step(&p.mogrify, t);
        forward_step(call, &p, t);
    }
    profile_lap(call->profile, call->layer, PROFILE_RECURRENT);
}

static void backward_step(const struct cell_call *call, const struct cell_grad *grad,
                          const struct parts *p, size_t t)
{
    const size_t B = call->B, I = call->shape.I, H = call->shape.H;
    struct now now = now_of(call, p, t);
    now.dh = grad->dh + t * B * H;
    const struct recurrent_step step = {.B = B, .H = H, .pointwise = backward_units, .ctx = &now};
    recurrent_step_run(&step);
    mogrify_multiply(B, I, GATES * H, now.gates, p->ih, NULL, true, p->dx);
    mogrify_multiply(B, H, GATES * H, now.gates, p->hh, NULL, true, p->dh);
    mogrify_step_back(&p->mogrify, t, p->dx, p->dh);
    cell_give_back(call, grad, t, p->dx, p->dh);
}

static void backward(const struct cell_call *call, const struct cell_grad *grad)
{
    const size_t B = call->B, T = call->T, I = call->shape.I, H = call->shape.H;
    struct parts p;
    find_parts(&p, call);
    recurrent_pack_back(I, GATES * H, call->weights[W_IH], p.ih);
    recurrent_pack_back(H, GATES * H, call->weights[W_HH], p.hh);
    mogrify_pack_back(&p.mogrify);
    memset(p.dc, 0, B * H * sizeof *p.dc);
    for (size_t t = T; t-- > 0;)
        backward_step(call, grad, &p, t);
    profile_lap(call->profile, call->layer, PROFILE_RECURRENT);
    gemm_gradient(GATES * H, I, T * B, p.gates, mogrify_x(&p.mogrify), 0.0f, grad->dweights[W_IH],
                  grad->dweights[B_IH]);
    gemm(true, false, GATES * H, H, T * B, p.gates, mogrify_h(&p.mogrify), 0.0f,
         grad->dweights[W_HH]);
    mogrify_weights_back(&p.mogrify, grad->dweights + N_PARAMS);
    profile_lap(call->profile, call->layer, PROFILE_WEIGHTS);
}

const struct cell_ops cell_mogrifier = {
    .name = "mogrifier",
    .n_params = N_PARAMS,
    .mogrifies = true,
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
