#include "lib/nn/cell/mogrify.h"

#include <stdio.h>
#include <string.h>

#include "lib/kern/gemm.h"
#include "lib/kern/kern.h"

static bool makes_x(size_t round)
{
    return round % 2 == 0;
}

static size_t width_out(const struct cell_shape *s, size_t round)
{
    return makes_x(round) ? s->I : s->H;
}

static size_t width_in(const struct cell_shape *s, size_t round)
{
    return makes_x(round) ? s->H : s->I;
}

static void add(struct param_list *list, size_t round, const char *kind, size_t layer, bool reverse,
                size_t rows, size_t cols)
{
    char name[PARAM_NAME_MAX];
    snprintf(name, sizeof name, "mogrifier%zu_%s", round + 1, kind);
    cell_add_param(list, name, layer, reverse, 1, rows, cols, cols > 0 ? PARAM_INPUT : PARAM_BIAS);
}

void mogrify_params(struct param_list *list, size_t layer, bool reverse, const struct cell_shape *s)
{
    for (size_t r = 0; r < s->rounds; r++) {
        const size_t out = width_out(s, r), in = width_in(s, r);
        if (s->rank > 0) {
            add(list, r, "left", layer, reverse, out, s->rank);
            add(list, r, "right", layer, reverse, s->rank, in);
        } else {
            add(list, r, "weight", layer, reverse, out, in);
        }
        add(list, r, "bias", layer, reverse, out, 0);
    }
}

size_t mogrify_tape_size(size_t B, size_t T, const struct cell_shape *s)
{
    const size_t rows = B * T;
    size_t n = mem_padded_floats(rows * s->H);
    for (size_t r = 0; r < s->rounds; r++)
        n += 2 * mem_padded_floats(rows * width_out(s, r)) + 2 * mem_padded_floats(rows * s->rank);
    return n;
}

static size_t left_size(const struct cell_shape *s, size_t round)
{
    return cell_packed_size(1, width_out(s, round), s->rank > 0 ? s->rank : width_in(s, round));
}

static size_t right_size(const struct cell_shape *s, size_t round)
{
    return s->rank > 0 ? cell_packed_size(1, s->rank, width_in(s, round)) : 0;
}

size_t mogrify_packed_size(const struct cell_shape *s)
{
    size_t n = 0;
    for (size_t r = 0; r < s->rounds; r++)
        n += left_size(s, r) + right_size(s, r);
    return n;
}

void mogrify_init(struct mogrify *m, const struct cell_call *call, size_t first, float *tape,
                  float *packed)
{
    const struct cell_shape *s = &call->shape;
    const size_t rows = call->T * call->B;
    *m = (struct mogrify){.call = call, .h0 = cell_take(&tape, rows * s->H)};
    for (size_t r = 0; r < s->rounds; r++) {
        struct mogrify_round *round = &m->rounds[r];
        round->in = width_in(s, r);
        round->out = width_out(s, r);
        round->left = call->weights[first++];
        round->right = s->rank > 0 ? call->weights[first++] : NULL;
        round->bias = call->weights[first++];
        round->made = cell_take(&tape, rows * round->out);
        round->gate = cell_take(&tape, rows * round->out);
        round->product = cell_take(&tape, rows * s->rank);
        round->dproduct = cell_take(&tape, rows * s->rank);
        round->left_packed = cell_take(&packed, left_size(s, r));
        round->right_packed = cell_take(&packed, right_size(s, r));
    }
}

void mogrify_pack(const struct mogrify *m)
{
    const size_t rank = m->call->shape.rank;
    for (size_t r = 0; r < m->call->shape.rounds && cell_packs(m->call); r++) {
        const struct mogrify_round *round = &m->rounds[r];
        recurrent_pack(1, round->out, rank > 0 ? rank : round->in, round->left, round->left_packed);
        if (rank > 0)
            recurrent_pack(1, rank, round->in, round->right, round->right_packed);
    }
}

void mogrify_pack_back(const struct mogrify *m)
{
    const size_t rank = m->call->shape.rank;
    for (size_t r = 0; r < m->call->shape.rounds; r++) {
        const struct mogrify_round *round = &m->rounds[r];
        recurrent_pack_back(rank > 0 ? rank : round->in, round->out, round->left,
                            round->left_packed);
        if (rank > 0)
            recurrent_pack_back(round->in, rank, round->right, round->right_packed);
    }
}

void mogrify_multiply(size_t B, size_t units, size_t k, const float *left, const float *packed,
                      const float *weight, bool set, float *out)
{
    const struct recurrent_step step = {.B = B,
                                        .H = units,
                                        .products = {{.left = left,
                                                      .gates = 1,
                                                      .k = k,
                                                      .packed = packed,
                                                      .weight = weight,
                                                      .set = set,
                                                      .out = out}},
                                        .pointwise = cell_no_units};
    recurrent_step_run(&step);
}

/* What round r reads, and what it scales: that of all steps. */
static const float *read_by(const struct mogrify *m, size_t r)
{
    return r > 0 ? m->rounds[r - 1].made : m->h0;
}

static const float *scaled_by(const struct mogrify *m, size_t r)
{
    if (r == 0)
        return m->call->x;
    return r == 1 ? m->h0 : m->rounds[r - 2].made;
}

/* What the pointwise part of a round works on, [B, out]. */
struct now {
    size_t out;
    const float *bias, *before;
    float *gate, *made; /* forward */
    float *d;           /* backward */
};

/* gate = sigma(z + b),  made = 2 gate before */
static void scale_units(const void *ctx, size_t row, size_t unit, size_t units)
{
    const struct now *n = ctx;
    const size_t at = row * n->out + unit;
    float *gate = n->gate + at, *made = n->made + at;
    cell_sigmoid(units, n->bias + unit, gate);
    for (size_t j = 0; j < units; j++)
        made[j] = 2.0f * gate[j] * n->before[at + j];
}

/* dz = d before 2 gate (1 - gate) in the place of the gate;  d = 2 gate d */
static void scale_units_back(const void *ctx, size_t row, size_t unit, size_t units)
{
    const struct now *n = ctx;
    const size_t at = row * n->out + unit;
    for (size_t j = at; j < at + units; j++) {
        const float gate = n->gate[j], twice = 2.0f * gate * n->d[j];
        n->gate[j] = twice * n->before[j] * (1.0f - gate);
        n->d[j] = twice;
    }
}

static void run_round(const struct mogrify *m, size_t r, size_t t)
{
    const struct mogrify_round *round = &m->rounds[r];
    const size_t B = m->call->B, rank = m->call->shape.rank, row = t * B;
    const bool packs = cell_packs(m->call);
    const float *left = read_by(m, r) + row * round->in;
    size_t k = round->in;
    if (rank > 0) {
        mogrify_multiply(B, rank, k, left, packs ? round->right_packed : NULL, round->right, true,
                         round->product + row * rank);
        left = round->product + row * rank;
        k = rank;
    }
    const struct now now = {.out = round->out,
                            .bias = round->bias,
                            .before = scaled_by(m, r) + row * round->out,
                            .gate = round->gate + row * round->out,
                            .made = round->made + row * round->out};
    const struct recurrent_step step = {.B = B,
                                        .H = round->out,
                                        .products = {{.left = left,
                                                      .gates = 1,
                                                      .k = k,
                                                      .packed = packs ? round->left_packed : NULL,
                                                      .weight = round->left,
                                                      .set = true,
                                                      .out = now.gate}},
                                        .pointwise = scale_units,
                                        .ctx = &now};
    recurrent_step_run(&step);
}

void mogrify_step(const struct mogrify *m, size_t t)
{
    const size_t state = m->call->B * m->call->shape.H;
    const float *seen = cell_seen_state(m->call, t, m->h0 + t * state);
    if (seen != m->h0 + t * state)
        memcpy(m->h0 + t * state, seen, state * sizeof *seen);
    for (size_t r = 0; r < m->call->shape.rounds; r++)
        run_round(m, r, t);
}

const float *mogrify_x(const struct mogrify *m)
{
    const size_t rounds = m->call->shape.rounds;
    return rounds == 0 ? m->call->x : m->rounds[rounds - (rounds % 2 == 1 ? 1 : 2)].made;
}

const float *mogrify_h(const struct mogrify *m)
{
    const size_t rounds = m->call->shape.rounds;
    return rounds < 2 ? m->h0 : m->rounds[rounds - (rounds % 2 == 0 ? 1 : 2)].made;
}

static void run_round_back(const struct mogrify *m, size_t r, size_t t, float *d, float *dread)
{
    const struct mogrify_round *round = &m->rounds[r];
    const size_t B = m->call->B, rank = m->call->shape.rank, row = t * B;
    const struct now now = {.out = round->out,
                            .before = scaled_by(m, r) + row * round->out,
                            .gate = round->gate + row * round->out,
                            .d = d};
    const struct recurrent_step step = {
        .B = B, .H = round->out, .pointwise = scale_units_back, .ctx = &now};
    recurrent_step_run(&step);
    if (rank == 0) {
        mogrify_multiply(B, round->in, round->out, now.gate, round->left_packed, NULL, false,
                         dread);
        return;
    }
    float *dproduct = round->dproduct + row * rank;
    mogrify_multiply(B, rank, round->out, now.gate, round->left_packed, NULL, true, dproduct);
    mogrify_multiply(B, round->in, rank, dproduct, round->right_packed, NULL, false, dread);
}

void mogrify_step_back(const struct mogrify *m, size_t t, float *dx, float *dh)
{
    for (size_t r = m->call->shape.rounds; r-- > 0;)
        run_round_back(m, r, t, makes_x(r) ? dx : dh, makes_x(r) ? dh : dx);
}

void mogrify_weights_back(const struct mogrify *m, float *const *dweights)
{
    const size_t rows = m->call->T * m->call->B, rank = m->call->shape.rank;
    for (size_t r = 0; r < m->call->shape.rounds; r++) {
        const struct mogrify_round *round = &m->rounds[r];
        float *dleft = *dweights++, *dright = rank > 0 ? *dweights++ : NULL, *dbias = *dweights++;
        gemm_gradient(round->out, rank > 0 ? rank : round->in, rows, round->gate,
                      rank > 0 ? round->product : read_by(m, r), 0.0f, dleft, dbias);
        if (rank > 0)
            gemm(true, false, rank, round->in, rows, round->dproduct, read_by(m, r), 0.0f, dright);
    }
}
