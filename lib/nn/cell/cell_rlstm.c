/* The rewired LSTM (Melis 2022, "Circling back to recurrent models of language"); m is the mask of
 * the state, or 1, and h_{t-1} is under it:
 *   i = sigma(W_ii x + W_hi h_{t-1} + b_i)    g = tanh(W_ig x + W_hg h_{t-1} + b_g)    u = i g
 *   f = sigma(W_fu u + W_hf h_{t-1} + b_f)
 *   c_t = f c_{t-1} + min(i, 1 - f) g
 *   o = sigma(W_oc (m c_t) + b_o)             h_t = o tanh(c_t)
 * weight_ih has the rows i, g; weight_hh i, g, f; the bias i, g, f, o. "mogrifier-rlstm" reads what
 * the rounds of lib/nn/cell/mogrify.h make of x and h.
 * Tape: c [(T+1)*B, H]; i and g [T*B, 2H]; f, u, o and m c [T*B, H]; that of the rounds. In the
 * backward pass i, g, f and o become the gradients of their pre-activations. */
#include <string.h>

#include "lib/kern/gemm.h"
#include "lib/kern/kern.h"
#include "lib/nn/cell/mogrify.h"

enum { IG = 2, N_PARAMS = 5 };

/* The order of the parameters. */
enum { R_IH, R_HH, R_FU, R_OC, R_BIAS };

static void params(struct param_list *list, size_t layer, bool reverse,
                   const struct cell_shape *shape)
{
    const size_t I = shape->I, H = shape->H;
    cell_add_param(list, "weight_ih", layer, reverse, IG, H, I, PARAM_INPUT);
    cell_add_param(list, "weight_hh", layer, reverse, 3, H, H, PARAM_RECURRENT);
    cell_add_param(list, "weight_fu", layer, reverse, 1, H, H, PARAM_INPUT);
    cell_add_param(list, "weight_oc", layer, reverse, 1, H, H, PARAM_INPUT);
    cell_add_param(list, "bias_ih", layer, reverse, 4, H, 0, PARAM_BIAS);
    mogrify_params(list, layer, reverse, shape);
}

static size_t tape_size(size_t B, size_t T, const struct cell_shape *s)
{
    const size_t states = T * B * s->H;
    return mem_padded_floats(states + B * s->H) + mem_padded_floats(IG * states) +
           4 * mem_padded_floats(states) + mogrify_tape_size(B, T, s);
}

static size_t ih_size(const struct cell_shape *s)
{
    return cell_packed_size(IG, s->H, s->I);
}

static size_t hh_size(size_t gates, size_t H)
{
    return cell_packed_size(gates, H, H);
}

/* All weights packed, those of the rounds, and six gradients at a step. */
static size_t scratch_size(size_t B, size_t T, const struct cell_shape *s)
{
    (void)T;
    return ih_size(s) + hh_size(IG, s->H) + 3 * hh_size(1, s->H) + mogrify_packed_size(s) +
           mem_padded_floats(B * s->I) + 5 * cell_state_room(B, s->H);
}

struct parts {
    float *c, *ig, *f, *u, *o, *seen; /* of the tape */
    float *ih, *h_ig, *h_f, *fu, *oc; /* of the scratch, as the rest: packed */
    float *dx, *dh, *dc, *di, *dg, *room;
    struct mogrify mogrify;
};

static void find_parts(struct parts *p, const struct cell_call *call)
{
    const size_t B = call->B, H = call->shape.H, states = call->T * B * H;
    float *tape = call->tape, *scratch = call->scratch;
    p->c = cell_take(&tape, states + B * H);
    p->ig = cell_take(&tape, IG * states);
    p->f = cell_take(&tape, states);
    p->u = cell_take(&tape, states);
    p->o = cell_take(&tape, states);
    p->seen = cell_take(&tape, states);
    p->ih = cell_take(&scratch, ih_size(&call->shape));
    p->h_ig = cell_take(&scratch, hh_size(IG, H));
    p->h_f = cell_take(&scratch, hh_size(1, H));
    p->fu = cell_take(&scratch, hh_size(1, H));
    p->oc = cell_take(&scratch, hh_size(1, H));
    p->dx = cell_take(&scratch, B * call->shape.I);
    p->dh = cell_take(&scratch, B * H);
    p->dc = cell_take(&scratch, B * H);
    p->di = cell_take(&scratch, B * H);
    p->dg = cell_take(&scratch, B * H);
    p->room = cell_take(&scratch, B * H);
    mogrify_init(&p->mogrify, call, N_PARAMS, tape, scratch);
}

/* Where the gates' rows begin in weight_hh. */
static const float *hf_of(const struct cell_call *call)
{
    return call->weights[R_HH] + IG * call->shape.H * call->shape.H;
}

/* What the pointwise parts of a step work on, [B, H] but for ig. */
struct now {
    size_t H;
    float *ig; /* [B, 2H] */
    float *f, *u, *o, *seen;
    const float *c_prev, *mask, *bias;
    float *c, *h;
    const float *dh, *back; /* backward */
    float *dc, *di, *dg;
};

static struct now now_of(const struct cell_call *call, const struct parts *p, size_t t)
{
    const size_t at = t * call->B * call->shape.H, next = at + call->B * call->shape.H;
    return (struct now){.H = call->shape.H,
                        .ig = p->ig + IG * at,
                        .f = p->f + at,
                        .u = p->u + at,
                        .o = p->o + at,
                        .seen = p->seen + at,
                        .c_prev = p->c + at,
                        .mask = call->state_mask,
                        .bias = call->weights[R_BIAS],
                        .c = p->c + next,
                        .h = call->h + next,
                        .back = p->room,
                        .dc = p->dc,
                        .di = p->di,
                        .dg = p->dg};
}

static void add(size_t n, const float *b, float *x)
{
    for (size_t j = 0; j < n; j++)
        x[j] += b[j];
}

static void input_units(const void *ctx, size_t row, size_t unit, size_t units)
{
    const struct now *n = ctx;
    float *i = n->ig + row * IG * n->H + unit, *g = i + n->H, *u = n->u + row * n->H + unit;
    cell_sigmoid(units, n->bias + unit, i);
    add(units, n->bias + n->H + unit, g);
    kern()->tanh_forward(units, g);
    for (size_t j = 0; j < units; j++)
        u[j] = i[j] * g[j];
}

static void cell_units(const void *ctx, size_t row, size_t unit, size_t units)
{
    const struct now *n = ctx;
    const size_t at = row * n->H + unit;
    const float *i = n->ig + row * IG * n->H + unit, *g = i + n->H;
    float *f = n->f + at, *c = n->c + at;
    cell_sigmoid(units, n->bias + 2 * n->H + unit, f);
    for (size_t j = 0; j < units; j++) {
        const float in = i[j] > 1.0f - f[j] ? 1.0f - f[j] : i[j];
        c[j] = f[j] * n->c_prev[at + j] + in * g[j];
        n->seen[at + j] = n->mask != NULL ? n->mask[at + j] * c[j] : c[j];
    }
}

static void output_units(const void *ctx, size_t row, size_t unit, size_t units)
{
    const struct now *n = ctx;
    const size_t at = row * n->H + unit;
    float *h = n->h + at;
    cell_sigmoid(units, n->bias + 3 * n->H + unit, n->o + at);
    memcpy(h, n->c + at, units * sizeof *h);
    kern()->tanh_forward(units, h);
    for (size_t j = 0; j < units; j++)
        h[j] *= n->o[at + j];
}

/* With v = tanh(c): dc += dh o (1 - v^2), and o becomes dh v o (1 - o). */
static void output_units_back(const void *ctx, size_t row, size_t unit, size_t units)
{
    enum { MOST = 256 };
    const struct now *n = ctx;
    float v[MOST];
    for (size_t done = 0; done < units; done += MOST) {
        const size_t at = row * n->H + unit + done;
        const size_t some = units - done < MOST ? units - done : MOST;
        memcpy(v, n->c + at, some * sizeof *v);
        kern()->tanh_forward(some, v);
        for (size_t j = 0; j < some; j++) {
            const float o = n->o[at + j], dh = n->dh[at + j];
            n->dc[at + j] += dh * o * (1.0f - v[j] * v[j]);
            n->o[at + j] = dh * v[j] * o * (1.0f - o);
        }
    }
}

/* Through the cell to f, i, g and c_{t-1}. */
static void cell_units_back(const void *ctx, size_t row, size_t unit, size_t units)
{
    const struct now *n = ctx;
    float *ig = n->ig + row * IG * n->H;
    for (size_t k = unit; k < unit + units; k++) {
        const size_t at = row * n->H + k;
        const float back = n->mask != NULL ? n->mask[at] * n->back[at] : n->back[at];
        const float dc = n->dc[at] + back, f = n->f[at], i = ig[k], g = ig[n->H + k];
        const bool capped = i > 1.0f - f;
        const float df = dc * (capped ? n->c_prev[at] - g : n->c_prev[at]);
        n->f[at] = df * f * (1.0f - f);
        n->dc[at] = dc * f;
        n->di[at] = capped ? 0.0f : dc * g;
        n->dg[at] = dc * (capped ? 1.0f - f : i);
    }
}

/* With du, di += du g and dg += du i, and on to the pre-activations. */
static void input_units_back(const void *ctx, size_t row, size_t unit, size_t units)
{
    const struct now *n = ctx;
    float *ig = n->ig + row * IG * n->H;
    for (size_t k = unit; k < unit + units; k++) {
        const size_t at = row * n->H + k;
        const float i = ig[k], g = ig[n->H + k], du = n->back[at];
        ig[k] = (n->di[at] + du * g) * i * (1.0f - i);
        ig[n->H + k] = (n->dg[at] + du * i) * (1.0f - g * g);
    }
}

/* The products of a step with its pointwise part; all are packed, or none. */
static void run(const struct cell_call *call, const struct now *now,
                const struct recurrent_product *products, recurrent_pointwise *pointwise)
{
    struct recurrent_step step = {
        .B = call->B, .H = call->shape.H, .pointwise = pointwise, .ctx = now};
    memcpy(step.products, products, sizeof step.products);
    recurrent_step_run(&step);
}

/* Where there are no rounds, x was multiplied for all steps at once. */
static void forward_step(const struct cell_call *call, const struct parts *p, size_t t)
{
    const size_t B = call->B, I = call->shape.I, H = call->shape.H;
    const bool packs = cell_packs(call), rounds = call->shape.rounds > 0;
    const struct now now = now_of(call, p, t);
    const float *x = mogrify_x(&p->mogrify) + t * B * I, *h = mogrify_h(&p->mogrify) + t * B * H;
    const float *const *w = call->weights;
    const struct recurrent_product ig[] = {
        {rounds ? x : NULL, IG, I, packs ? p->ih : NULL, w[R_IH], true, now.ig},
        {h, IG, H, packs ? p->h_ig : NULL, w[R_HH], false, now.ig}};
    const struct recurrent_product f[] = {
        {h, 1, H, packs ? p->h_f : NULL, hf_of(call), true, now.f},
        {now.u, 1, H, packs ? p->fu : NULL, w[R_FU], false, now.f}};
    const struct recurrent_product o[RECURRENT_PRODUCTS] = {
        {now.seen, 1, H, packs ? p->oc : NULL, w[R_OC], true, now.o}};
    run(call, &now, ig, input_units);
    run(call, &now, f, cell_units);
    run(call, &now, o, output_units);
}

static void pack(const struct cell_call *call, const struct parts *p)
{
    const size_t H = call->shape.H;
    if (!cell_packs(call))
        return;
    recurrent_pack(IG, H, call->shape.I, call->weights[R_IH], p->ih);
    recurrent_pack(IG, H, H, call->weights[R_HH], p->h_ig);
    recurrent_pack(1, H, H, hf_of(call), p->h_f);
    recurrent_pack(1, H, H, call->weights[R_FU], p->fu);
    recurrent_pack(1, H, H, call->weights[R_OC], p->oc);
}

static void pack_back(const struct cell_call *call, const struct parts *p)
{
    const size_t H = call->shape.H;
    recurrent_pack_back(call->shape.I, IG * H, call->weights[R_IH], p->ih);
    recurrent_pack_back(H, IG * H, call->weights[R_HH], p->h_ig);
    recurrent_pack_back(H, H, hf_of(call), p->h_f);
    recurrent_pack_back(H, H, call->weights[R_FU], p->fu);
    recurrent_pack_back(H, H, call->weights[R_OC], p->oc);
}

static void forward(const struct cell_call *call)
{
    struct parts p;
    find_parts(&p, call);
    if (call->shape.rounds == 0)
        gemm(false, true, call->T * call->B, IG * call->shape.H, call->shape.I, call->x,
             call->weights[R_IH], 0.0f, p.ig);
    profile_lap(call->profile, call->layer, PROFILE_INPUT);
    pack(call, &p);
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
    const size_t B = call->B, H = call->shape.H;
    struct now now = now_of(call, p, t);
    now.dh = grad->dh + t * B * H;
    const struct recurrent_product none[RECURRENT_PRODUCTS] = {{.left = NULL}};
    const struct recurrent_product oc[RECURRENT_PRODUCTS] = {
        {now.o, 1, H, p->oc, NULL, true, p->room}};
    const struct recurrent_product fu[RECURRENT_PRODUCTS] = {
        {now.f, 1, H, p->fu, NULL, true, p->room}};
    run(call, &now, none, output_units_back);
    run(call, &now, oc, cell_units_back);
    run(call, &now, fu, input_units_back);
    mogrify_multiply(B, H, IG * H, now.ig, p->h_ig, NULL, true, p->dh);
    mogrify_multiply(B, H, H, now.f, p->h_f, NULL, false, p->dh);
    if (call->shape.rounds > 0)
        mogrify_multiply(B, call->shape.I, IG * H, now.ig, p->ih, NULL, true, p->dx);
    mogrify_step_back(&p->mogrify, t, p->dx, p->dh);
    cell_give_back(call, grad, t, call->shape.rounds > 0 ? p->dx : NULL, p->dh);
}

/* Of biases: the sums of the rows. */
static void weights_back(const struct cell_call *call, const struct cell_grad *grad,
                         const struct parts *p)
{
    const size_t I = call->shape.I, H = call->shape.H, rows = call->T * call->B;
    const float *h = mogrify_h(&p->mogrify);
    float *const *dw = grad->dweights;
    float *dbias = dw[R_BIAS];
    gemm_gradient(IG * H, I, rows, p->ig, mogrify_x(&p->mogrify), 0.0f, dw[R_IH], dbias);
    gemm(true, false, IG * H, H, rows, p->ig, h, 0.0f, dw[R_HH]);
    gemm(true, false, H, H, rows, p->f, h, 0.0f, dw[R_HH] + IG * H * H);
    gemm_gradient(H, H, rows, p->f, p->u, 0.0f, dw[R_FU], dbias + 2 * H);
    gemm_gradient(H, H, rows, p->o, p->seen, 0.0f, dw[R_OC], dbias + 3 * H);
    mogrify_weights_back(&p->mogrify, dw + N_PARAMS);
    profile_lap(call->profile, call->layer, PROFILE_WEIGHTS);
}

static void backward(const struct cell_call *call, const struct cell_grad *grad)
{
    struct parts p;
    find_parts(&p, call);
    pack_back(call, &p);
    mogrify_pack_back(&p.mogrify);
    memset(p.dc, 0, call->B * call->shape.H * sizeof *p.dc);
    for (size_t t = call->T; t-- > 0;)
        backward_step(call, grad, &p, t);
    profile_lap(call->profile, call->layer, PROFILE_RECURRENT);
    weights_back(call, grad, &p);
    if (grad->dx == NULL || call->shape.rounds > 0)
        return;
    gemm(false, false, call->T * call->B, call->shape.I, IG * call->shape.H, p.ig,
         call->weights[R_IH], 0.0f, grad->dx);
    profile_lap(call->profile, call->layer, PROFILE_INPUT);
}

#define RLSTM(has_rounds, called)                                                                  \
    {                                                                                              \
        .name = (called), .n_params = N_PARAMS, .mogrifies = (has_rounds), .n_state = 2,           \
        .forget_gate = 3, .input_gate = 1, .params = params, .tape_size = tape_size,               \
        .scratch_size = scratch_size, .forward = forward, .backward = backward,                    \
        .carry = cell_carry_c                                                                      \
    }

const struct cell_ops cell_rlstm = RLSTM(false, "rlstm");
const struct cell_ops cell_mogrifier_rlstm = RLSTM(true, "mogrifier-rlstm");
