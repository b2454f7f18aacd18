/* The LSTM with layer normalisation (Ba, Kiros and Hinton 2016, "Layer normalization", equations
 * 20 to 22 of the supplement); LN is that of lib/nn/cell/layer_norm.h, of all four gates together:
 *   a_t = LN(W_ih x_t; gain_ih, shift_ih) + LN(W_hh h_{t-1}; gain_hh, shift_hh) + b
 *   i = sigma(a_i)  f = sigma(a_f)  g = tanh(a_g)  o = sigma(a_o)
 *   c_t = f c_{t-1} + i g           h_t = o tanh(LN(c_t; gain_c, shift_c))
 * What comes of the input runs for all steps at once. A step is its product and then, whole rows
 * being needed, its rows.
 * Tape: c [(T+1)*B, H]; the gates and the normalised products [T*B, 4H]; the normalised c [T*B, H];
 * and 1 / sqrt(var + e) of each of those rows. */
#include <string.h>

#include "lib/base/io/io.h"
#include "lib/kern/gemm.h"
#include "lib/kern/kern.h"
#include "lib/kern/pool.h"
#include "lib/nn/cell/cell_parts.h"
#include "lib/nn/cell/layer_norm.h"

enum { GATES = 4, N_PARAMS = 9 };

/* The order of the parameters. */
enum { N_IH, N_HH, N_BIAS, GAIN_IH, SHIFT_IH, GAIN_HH, SHIFT_HH, GAIN_C, SHIFT_C };

static void params(struct param_list *list, size_t layer, bool reverse,
                   const struct cell_shape *shape)
{
    const size_t H = shape->H;
    cell_add_params(list, layer, reverse, GATES, shape, 1);
    cell_add_param(list, "gain_ih", layer, reverse, GATES, H, 0, PARAM_GAIN);
    cell_add_param(list, "shift_ih", layer, reverse, GATES, H, 0, PARAM_SHIFT);
    cell_add_param(list, "gain_hh", layer, reverse, GATES, H, 0, PARAM_GAIN);
    cell_add_param(list, "shift_hh", layer, reverse, GATES, H, 0, PARAM_SHIFT);
    cell_add_param(list, "gain_c", layer, reverse, 1, H, 0, PARAM_GAIN);
    cell_add_param(list, "shift_c", layer, reverse, 1, H, 0, PARAM_SHIFT);
}

/* Arrays -------------------------------------------------------------------------- */

static size_t tape_size(size_t B, size_t T, const struct cell_shape *shape)
{
    const size_t H = shape->H, rows = T * B;
    return mem_padded_floats((rows + B) * H) + 3 * mem_padded_floats(rows * GATES * H) +
           mem_padded_floats(rows * H) + 3 * mem_padded_floats(rows);
}

/* W_hh packed; the sum of what is added to the gates; the gradients of c and of the products with
 * W_hh; and a room. */
static size_t scratch_size(size_t B, size_t T, const struct cell_shape *shape)
{
    const size_t H = shape->H;
    return cell_packed_size(GATES, H, H) + mem_padded_floats(GATES * H) +
           2 * cell_state_room(B, H) + mem_padded_floats(T * B * GATES * H);
}

/* What a pass works on; t is its step, and a row's number in the arrays of the tape t * B + row. */
struct pass {
    const struct cell_call *call;
    float *c, *gates, *ih, *hh, *normal_c;      /* of the tape */
    float *inverse_ih, *inverse_hh, *inverse_c; /* [T*B] */
    float *packed, *sum, *dc, *dhh;             /* of the scratch */
    float *room; /* [B, H]: the state under its mask, or what comes back through the mask; then the
                    gradient of c through the normalisation */
    float *dh;   /* [T*B, H]; that of the normalised c takes its place */
    size_t t;
    double seconds; /* of the rows */
};

static struct pass pass_of(const struct cell_call *call)
{
    const size_t B = call->B, H = call->shape.H, rows = call->T * B;
    float *tape = call->tape, *scratch = call->scratch;
    struct pass p = {.call = call};
    p.c = cell_take(&tape, (rows + B) * H);
    p.gates = cell_take(&tape, rows * GATES * H);
    p.ih = cell_take(&tape, rows * GATES * H);
    p.hh = cell_take(&tape, rows * GATES * H);
    p.normal_c = cell_take(&tape, rows * H);
    p.inverse_ih = cell_take(&tape, rows);
    p.inverse_hh = cell_take(&tape, rows);
    p.inverse_c = cell_take(&tape, rows);
    p.packed = cell_take(&scratch, cell_packed_size(GATES, H, H));
    p.sum = cell_take(&scratch, GATES * H);
    p.dc = cell_take(&scratch, B * H);
    p.room = cell_take(&scratch, B * H);
    p.dhh = cell_take(&scratch, rows * GATES * H);
    return p;
}

/* n rows, those of a step or all; a stretch of them is worth handing to a thread. */
static void run_rows(struct pass *p, size_t n, pool_task *task)
{
    enum { WORTH = 1024 }; /* units */
    const double start = p->call->profile != NULL ? io_seconds() : 0.0;
    pool_run(n, 1 + WORTH / p->call->shape.H, task, p);
    if (p->call->profile != NULL)
        p->seconds += io_seconds() - start;
}

/* Forward ------------------------------------------------------------------------- */

static void input_rows(const void *args, size_t first, size_t last)
{
    const struct pass *p = args;
    const size_t n = GATES * p->call->shape.H;
    const float *gain = p->call->weights[GAIN_IH];
    for (size_t r = first; r < last; r++) {
        float *normal = p->ih + r * n, *gates = p->gates + r * n;
        p->inverse_ih[r] = layer_norm_row(n, normal);
        for (size_t j = 0; j < n; j++)
            gates[j] = gain[j] * normal[j] + p->sum[j];
    }
}

/* From the cell to the output, which holds nothing yet: h = o tanh(LN(c)). */
static void output_row(const struct pass *p, size_t r, const float *c, const float *o, float *h)
{
    const size_t H = p->call->shape.H;
    const float *gain = p->call->weights[GAIN_C], *shift = p->call->weights[SHIFT_C];
    float *normal = p->normal_c + r * H;
    memcpy(normal, c, H * sizeof *c);
    p->inverse_c[r] = layer_norm_row(H, normal);
    for (size_t j = 0; j < H; j++)
        h[j] = gain[j] * normal[j] + shift[j];
    kern()->tanh_forward(H, h);
    for (size_t j = 0; j < H; j++)
        h[j] *= o[j];
}

/* The LSTM's own h is not wanted, and is written over. */
static void step_rows(const void *args, size_t first, size_t last)
{
    const struct pass *p = args;
    const size_t B = p->call->B, H = p->call->shape.H, n = GATES * H;
    const float *gain = p->call->weights[GAIN_HH];
    for (size_t row = first; row < last; row++) {
        const size_t r = p->t * B + row;
        float *normal = p->hh + r * n, *gates = p->gates + r * n;
        float *c = p->c + (r + B) * H, *h = p->call->h + (r + B) * H;
        p->inverse_hh[r] = layer_norm_row(n, normal);
        for (size_t j = 0; j < n; j++)
            gates[j] += gain[j] * normal[j];
        kern()->lstm_forward(H, H, gates, p->c + r * H, c, h);
        output_row(p, r, c, gates + 3 * H, h);
    }
}

static void multiply_state(const struct pass *p)
{
    const struct cell_call *call = p->call;
    const size_t B = call->B, H = call->shape.H;
    const struct recurrent_step step = {.B = B,
                                        .H = H,
                                        .products = {{.left = cell_seen_state(call, p->t, p->room),
                                                      .gates = GATES,
                                                      .k = H,
                                                      .packed = cell_packs(call) ? p->packed : NULL,
                                                      .weight = call->weights[N_HH],
                                                      .set = true,
                                                      .out = p->hh + p->t * B * GATES * H}},
                                        .pointwise = cell_no_units};
    recurrent_step_run(&step);
}

static void multiply_input(struct pass *p)
{
    const struct cell_call *call = p->call;
    const size_t n = GATES * call->shape.H, rows = call->T * call->B;
    memcpy(p->sum, call->weights[N_BIAS], n * sizeof *p->sum);
    kern_axpy(n, 1.0f, call->weights[SHIFT_IH], p->sum);
    kern_axpy(n, 1.0f, call->weights[SHIFT_HH], p->sum);
    gemm(false, true, rows, n, call->shape.I, call->x, call->weights[N_IH], 0.0f, p->ih);
    run_rows(p, rows, input_rows);
    p->seconds = 0.0; /* part of the input's */
    profile_lap(call->profile, call->layer, PROFILE_INPUT);
}

static void forward(const struct cell_call *call)
{
    struct pass p = pass_of(call);
    multiply_input(&p);
    if (cell_packs(call))
        recurrent_pack(GATES, call->shape.H, call->shape.H, call->weights[N_HH], p.packed);
    for (p.t = 0; p.t < call->T; p.t++) {
        multiply_state(&p);
        run_rows(&p, call->B, step_rows);
    }
    cell_note_steps(call, p.seconds);
}

/* Backward ------------------------------------------------------------------------ */

/* With v = tanh(LN(c)): o becomes dh v o (1 - o), and dh the gradient of LN(c), dh o (1 - v^2);
 * `room` receives that of c. */
static void output_row_back(const struct pass *p, size_t r, float *o, float *dh, float *room)
{
    const size_t H = p->call->shape.H;
    const float *gain = p->call->weights[GAIN_C], *shift = p->call->weights[SHIFT_C];
    const float *normal = p->normal_c + r * H;
    const struct layer_norm_row norm = {H, normal, gain, p->inverse_c[r]};
    for (size_t j = 0; j < H; j++)
        room[j] = gain[j] * normal[j] + shift[j];
    kern()->tanh_forward(H, room);
    for (size_t j = 0; j < H; j++) {
        const float v = room[j], d = dh[j] * o[j];
        o[j] = d * v * (1.0f - o[j]);
        dh[j] = d * (1.0f - v * v);
    }
    layer_norm_row_back(&norm, dh, room);
}

/* Through c = f c_prev + i g. */
static void cell_row_back(size_t H, float *gates, const float *c_prev, const float *more, float *dc)
{
    float *i = gates, *f = gates + H, *g = gates + 2 * H;
    for (size_t j = 0; j < H; j++) {
        const float d = dc[j] + more[j], in = i[j], keep = f[j], fresh = g[j];
        dc[j] = d * keep;
        i[j] = d * fresh * in * (1.0f - in);
        f[j] = d * c_prev[j] * keep * (1.0f - keep);
        g[j] = d * in * (1.0f - fresh * fresh);
    }
}

/* The gates become the gradients of a. */
static void step_rows_back(const void *args, size_t first, size_t last)
{
    const struct pass *p = args;
    const size_t B = p->call->B, H = p->call->shape.H, n = GATES * H;
    for (size_t row = first; row < last; row++) {
        const size_t r = p->t * B + row;
        float *gates = p->gates + r * n, *room = p->room + row * H;
        const struct layer_norm_row norm = {n, p->hh + r * n, p->call->weights[GAIN_HH],
                                            p->inverse_hh[r]};
        output_row_back(p, r, gates + 3 * H, p->dh + r * H, room);
        cell_row_back(H, gates, p->c + r * H, room, p->dc + row * H);
        layer_norm_row_back(&norm, gates, p->dhh + r * n);
    }
}

static void add_units_back(const void *ctx, size_t row, size_t unit, size_t units)
{
    const struct pass *p = ctx;
    const size_t at = row * p->call->shape.H + unit;
    cell_add_back(at, units, p->call->state_mask, p->room,
                  p->dh + p->t * p->call->B * p->call->shape.H);
}

/* dh gains what comes from the step after. */
static void multiply_back(const struct pass *p)
{
    const struct cell_call *call = p->call;
    const size_t n = call->B * call->shape.H;
    const bool masked = call->state_mask != NULL;
    const struct recurrent_step step = {.B = call->B,
                                        .H = call->shape.H,
                                        .products = {{.left = p->dhh + (p->t + 1) * GATES * n,
                                                      .gates = 1,
                                                      .k = GATES * call->shape.H,
                                                      .packed = p->packed,
                                                      .set = masked,
                                                      .out = masked ? p->room : p->dh + p->t * n}},
                                        .pointwise = masked ? add_units_back : cell_no_units,
                                        .ctx = p};
    recurrent_step_run(&step);
}

static void run_steps_back(struct pass *p)
{
    const struct cell_call *call = p->call;
    recurrent_pack_back(call->shape.H, GATES * call->shape.H, call->weights[N_HH], p->packed);
    memset(p->dc, 0, call->B * call->shape.H * sizeof *p->dc);
    for (p->t = call->T; p->t-- > 0;) {
        if (p->t + 1 < call->T)
            multiply_back(p);
        run_rows(p, call->B, step_rows_back);
    }
    cell_note_steps(call, p->seconds);
}

/* The normalised products become the gradients of the products. */
static void input_rows_back(const void *args, size_t first, size_t last)
{
    const struct pass *p = args;
    const size_t n = GATES * p->call->shape.H;
    for (size_t r = first; r < last; r++) {
        const struct layer_norm_row norm = {n, p->ih + r * n, p->call->weights[GAIN_IH],
                                            p->inverse_ih[r]};
        layer_norm_row_back(&norm, p->gates + r * n, p->ih + r * n);
    }
}

static void weights_back(struct pass *p, const struct cell_grad *grad)
{
    const struct cell_call *call = p->call;
    const size_t H = call->shape.H, n = GATES * H, rows = call->T * call->B;
    float *const *dw = grad->dweights;
    layer_norm_gains_back(rows, n, p->gates, p->ih, dw[GAIN_IH], dw[SHIFT_IH]);
    layer_norm_gains_back(rows, n, p->gates, p->hh, dw[GAIN_HH], dw[SHIFT_HH]);
    layer_norm_gains_back(rows, H, p->dh, p->normal_c, dw[GAIN_C], dw[SHIFT_C]);
    memcpy(dw[N_BIAS], dw[SHIFT_IH], n * sizeof *dw[N_BIAS]);
    run_rows(p, rows, input_rows_back);
    cell_mask_states(call);
    gemm(true, false, n, call->shape.I, rows, p->ih, call->x, 0.0f, dw[N_IH]);
    gemm(true, false, n, H, rows, p->dhh, call->h, 0.0f, dw[N_HH]);
    profile_lap(call->profile, call->layer, PROFILE_WEIGHTS);
}

static void backward(const struct cell_call *call, const struct cell_grad *grad)
{
    struct pass p = pass_of(call);
    p.dh = grad->dh;
    run_steps_back(&p);
    weights_back(&p, grad);
    if (grad->dx == NULL)
        return;
    gemm(false, false, call->T * call->B, call->shape.I, GATES * call->shape.H, p.ih,
         call->weights[N_IH], 0.0f, grad->dx);
    profile_lap(call->profile, call->layer, PROFILE_INPUT);
}

const struct cell_ops cell_lstm_norm = {
    .name = "lstm-norm",
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
