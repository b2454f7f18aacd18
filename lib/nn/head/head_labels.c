/* A softmax over labels, of one row for each sequence or for each valid step. The heads differ in
 * how these rows z are made from the outputs h of the stack, and how the gradient goes back. */
#include "lib/nn/head/head_labels.h"

#include <string.h>

#include "lib/base/mem.h"
#include "lib/kern/gemm.h"
#include "lib/kern/kern.h"
#include "lib/nn/head/softmax.h"

/* --- shared with the CRF --- */

size_t labels_params(struct param_list *list, const struct head_shape *s, size_t *ids)
{
    ids[LABELS_WEIGHT] = param_add(list, "decoder.weight", s->V, s->H, PARAM_OUTPUT);
    ids[LABELS_BIAS] = param_add(list, "decoder.bias", s->V, 0, PARAM_OUTPUT_BIAS);
    return LABELS_PARAMS;
}

void labels_logits(const struct head_call *c, size_t rows, const float *z, float *logits)
{
    gemm_bias(rows, c->shape.V, c->shape.H, z, c->weights[LABELS_WEIGHT], c->weights[LABELS_BIAS],
              logits);
    profile_lap(c->profile, 0, PROFILE_SOFTMAX_FORWARD);
}

void labels_backward(const struct head_call *c, size_t rows, const float *dlogits, const float *z,
                     float *dz, const struct head_grad *g)
{
    const size_t V = c->shape.V, H = c->shape.H;
    gemm(false, false, rows, H, V, dlogits, c->weights[LABELS_WEIGHT], 0.0f, dz);
    gemm_gradient(V, H, rows, dlogits, z, 0.0f, g->params[LABELS_WEIGHT].values,
                  g->params[LABELS_BIAS].values);
}

int32_t labels_greatest(size_t n, const float *x)
{
    size_t best = 0;
    for (size_t j = 1; j < n; j++)
        best = x[j] > x[best] ? j : best;
    return (int32_t)best;
}

/* --- the rows that the softmax reads --- */

/* Of a sequence: its states after the last step of each direction. */
static void gather_last(const struct head_call *c, float *z)
{
    const size_t B = c->of.B, H = c->shape.H, part = H / c->shape.directions;
    for (size_t b = 0; b < B; b++) {
        const size_t last = sequence_length(&c->of, b) - 1;
        memcpy(z + b * H, c->h + (last * B + b) * H, part * sizeof *z);
        memcpy(z + b * H + part, c->h + b * H + part, (H - part) * sizeof *z);
    }
}

static void scatter_last(const struct head_call *c, const float *dz, float *dh)
{
    const size_t B = c->of.B, H = c->shape.H, part = H / c->shape.directions;
    memset(dh, 0, c->of.T * B * H * sizeof *dh);
    for (size_t b = 0; b < B; b++) {
        const size_t last = sequence_length(&c->of, b) - 1;
        memcpy(dh + (last * B + b) * H, dz + b * H, part * sizeof *dh);
        memcpy(dh + b * H + part, dz + b * H + part, (H - part) * sizeof *dh);
    }
}

/* z = (1 / n) sum_t h_t */
static void gather_mean(const struct head_call *c, float *z)
{
    const size_t B = c->of.B, H = c->shape.H;
    memset(z, 0, B * H * sizeof *z);
    for (size_t b = 0; b < B; b++) {
        const size_t n = sequence_length(&c->of, b);
        for (size_t t = 0; t < n; t++)
            for (size_t j = 0; j < H; j++)
                z[b * H + j] += c->h[(t * B + b) * H + j];
        for (size_t j = 0; j < H; j++)
            z[b * H + j] *= 1.0f / (float)n;
    }
}

static void scatter_mean(const struct head_call *c, const float *dz, float *dh)
{
    const size_t B = c->of.B, H = c->shape.H;
    for (size_t t = 0; t < c->of.T; t++)
        for (size_t b = 0; b < B; b++) {
            const size_t n = sequence_length(&c->of, b);
            const float share = t < n ? 1.0f / (float)n : 0.0f;
            for (size_t j = 0; j < H; j++)
                dh[(t * B + b) * H + j] = share * dz[b * H + j];
        }
}

/* The step of the greatest output of a unit, the first of several. */
static size_t greatest_step(const struct head_call *c, size_t b, size_t j)
{
    const size_t B = c->of.B, H = c->shape.H, n = sequence_length(&c->of, b);
    size_t best = 0;
    for (size_t t = 1; t < n; t++)
        if (c->h[(t * B + b) * H + j] > c->h[(best * B + b) * H + j])
            best = t;
    return best;
}

static void gather_max(const struct head_call *c, float *z)
{
    const size_t B = c->of.B, H = c->shape.H;
    for (size_t b = 0; b < B; b++)
        for (size_t j = 0; j < H; j++)
            z[b * H + j] = c->h[(greatest_step(c, b, j) * B + b) * H + j];
}

static void scatter_max(const struct head_call *c, const float *dz, float *dh)
{
    const size_t B = c->of.B, H = c->shape.H;
    memset(dh, 0, c->of.T * B * H * sizeof *dh);
    for (size_t b = 0; b < B; b++)
        for (size_t j = 0; j < H; j++)
            dh[(greatest_step(c, b, j) * B + b) * H + j] = dz[b * H + j];
}

/* The valid steps without the padding between them, in order. */
static void gather_steps(const struct head_call *c, float *z)
{
    const size_t B = c->of.B, H = c->shape.H;
    for (size_t t = 0, at = 0; t < c->of.T; t++)
        for (size_t b = 0; b < B; b++)
            if (t < sequence_length(&c->of, b))
                memcpy(z + at++ * H, c->h + (t * B + b) * H, H * sizeof *z);
}

static void scatter_steps(const struct head_call *c, const float *dz, float *dh)
{
    const size_t B = c->of.B, H = c->shape.H;
    for (size_t t = 0, at = 0; t < c->of.T; t++)
        for (size_t b = 0; b < B; b++) {
            float *to = dh + (t * B + b) * H;
            if (t < sequence_length(&c->of, b))
                memcpy(to, dz + at++ * H, H * sizeof *dh);
            else
                memset(to, 0, H * sizeof *dh);
        }
}

/* --- the softmax over them --- */

struct rows_ops {
    void (*gather)(const struct head_call *call, float *z);
    void (*scatter)(const struct head_call *call, const float *dz, float *dh);
    bool steps;
};

/* Rows z [n, H], their gradient, logits [n, V]; for each row the place of its target among all,
 * this target, and its nats. */
struct room {
    size_t n;
    float *z, *dz, *logits;
    int32_t *places, *targets;
    double *nats;
};

static size_t room_size(const struct head_shape *s, size_t n)
{
    return 2 * mem_padded_floats(n * s->H) + mem_padded_floats(n * s->V) +
           2 * mem_padded_floats(n) + mem_padded_floats(2 * n);
}

/* All targets, with padding. */
static size_t all_targets(const struct head_call *c, const struct rows_ops *ops)
{
    return ops->steps ? c->of.T * c->of.B : c->of.B;
}

/* Of sequences that of each, of steps those that are no padding, in order. */
static void list_places(const struct head_call *c, const struct rows_ops *ops, int32_t *places)
{
    const size_t B = c->of.B;
    for (size_t at = 0, i = 0; at < all_targets(c, ops); at++)
        if (!ops->steps || at / B < sequence_length(&c->of, at % B))
            places[i++] = (int32_t)at;
}

static struct room room_of(const struct head_call *c, const struct rows_ops *ops)
{
    struct room r = {.n = ops->steps ? sequence_steps(&c->of) : c->of.B};
    r.z = c->scratch;
    r.dz = r.z + mem_padded_floats(r.n * c->shape.H);
    r.logits = r.dz + mem_padded_floats(r.n * c->shape.H);
    float *rest = r.logits + mem_padded_floats(r.n * c->shape.V);
    r.nats = (double *)(void *)rest;
    rest += mem_padded_floats(2 * r.n);
    r.targets = (int32_t *)(void *)rest;
    r.places = (int32_t *)(void *)(rest + mem_padded_floats(r.n));
    list_places(c, ops, r.places);
    ops->gather(c, r.z);
    labels_logits(c, r.n, r.z, r.logits);
    return r;
}

static void take_targets(const struct head_call *c, struct room *r)
{
    for (size_t i = 0; i < r->n; i++)
        r->targets[i] = c->targets[r->places[i]];
}

static void give_nats(const struct head_call *c, const struct rows_ops *ops, const struct room *r,
                      double *nats)
{
    memset(nats, 0, all_targets(c, ops) * sizeof *nats);
    for (size_t i = 0; i < r->n; i++)
        nats[r->places[i]] = r->nats[i];
}

static void give_guesses(const struct head_call *c, const struct rows_ops *ops,
                         const struct room *r, int32_t *guesses)
{
    const size_t V = c->shape.V;
    for (size_t at = 0; at < all_targets(c, ops); at++)
        guesses[at] = -1;
    for (size_t i = 0; i < r->n; i++)
        guesses[r->places[i]] = labels_greatest(V, r->logits + i * V);
}

static void backward_rows(const struct head_call *c, const struct rows_ops *ops, double *nats,
                          const struct head_grad *g, int32_t *guesses)
{
    struct room r = room_of(c, ops);
    take_targets(c, &r);
    if (guesses != NULL)
        give_guesses(c, ops, &r, guesses);
    kern_cross_entropy(r.n, c->shape.V, r.logits, r.targets, g->scale, r.nats);
    objective_apply(g->objective, r.n, c->shape.V, g->scale, r.targets, r.logits, r.nats);
    give_nats(c, ops, &r, nats);
    labels_backward(c, r.n, r.logits, r.z, r.dz, g);
    ops->scatter(c, r.dz, g->dh);
    profile_lap(c->profile, 0, PROFILE_SOFTMAX_BACKWARD);
}

static void give_probabilities(const struct head_call *c, const struct rows_ops *ops,
                               const struct room *r, float *p)
{
    const size_t V = c->shape.V;
    memset(p, 0, all_targets(c, ops) * V * sizeof *p);
    for (size_t i = 0; i < r->n; i++)
        softmax_probabilities(V, 1.0f, r->logits + i * V, p + (size_t)r->places[i] * V);
}

static void predict_rows(const struct head_call *c, const struct rows_ops *ops, int32_t *guesses,
                         float *p, double *nats)
{
    struct room r = room_of(c, ops);
    give_guesses(c, ops, &r, guesses);
    if (p != NULL)
        give_probabilities(c, ops, &r, p);
    if (nats == NULL)
        return;
    take_targets(c, &r);
    kern_cross_entropy(r.n, c->shape.V, r.logits, r.targets, 0.0f, r.nats);
    give_nats(c, ops, &r, nats);
}

static size_t scratch_of_sequences(const struct head_shape *s, size_t B, size_t T)
{
    (void)T;
    return room_size(s, B);
}

static size_t scratch_of_steps(const struct head_shape *s, size_t B, size_t T)
{
    return room_size(s, T * B);
}

/* --- the table's rows --- */

#define HEAD(kind, per, scratch)                                                                   \
    static const struct rows_ops kind##_rows = {gather_##kind, scatter_##kind,                     \
                                                (per) == HEAD_PER_STEP};                           \
    static void backward_##kind(const struct head_call *c, double *nats,                           \
                                const struct head_grad *g, int32_t *guesses)                       \
    {                                                                                              \
        backward_rows(c, &kind##_rows, nats, g, guesses);                                          \
    }                                                                                              \
    static void predict_##kind(const struct head_call *c, int32_t *guesses, float *p,              \
                               double *nats)                                                       \
    {                                                                                              \
        predict_rows(c, &kind##_rows, guesses, p, nats);                                           \
    }                                                                                              \
    const struct head_ops head_##kind = {.name = #kind,                                            \
                                         .targets = (per),                                         \
                                         .params = labels_params,                                  \
                                         .scratch_size = (scratch),                                \
                                         .backward = backward_##kind,                              \
                                         .predict = predict_##kind}

HEAD(last, HEAD_PER_SEQUENCE, scratch_of_sequences);
HEAD(mean, HEAD_PER_SEQUENCE, scratch_of_sequences);
HEAD(max, HEAD_PER_SEQUENCE, scratch_of_sequences);
HEAD(steps, HEAD_PER_STEP, scratch_of_steps);
