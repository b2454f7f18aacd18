/* The scores of a step are z W^T + b of its row z; the CRF is over them. Sequences are computed
 * side by side; the gradients of the transitions are added up in their order. */
#include <string.h>

#include "lib/base/mem.h"
#include "lib/kern/pool.h"
#include "lib/nn/crf/crf.h"
#include "lib/nn/head/head_labels.h"

enum { TRANSITIONS = LABELS_PARAMS, START, END, CRF_PARAMS };

static size_t params(struct param_list *list, const struct head_shape *s, size_t *ids)
{
    labels_params(list, s, ids);
    ids[TRANSITIONS] = param_add(list, "crf.transitions", s->V, s->V, PARAM_TRANSITION);
    ids[START] = param_add(list, "crf.start", s->V, 0, PARAM_TRANSITION);
    ids[END] = param_add(list, "crf.end", s->V, 0, PARAM_TRANSITION);
    return CRF_PARAMS;
}

/* --- the room that all need --- */

/* Doubles as floats, for the layout of the scratch. */
static size_t as_floats(size_t doubles)
{
    return mem_padded_floats(2 * doubles);
}

/* Gradients of the transitions, of the start and of the end, of one sequence. */
static size_t transition_sums(size_t C)
{
    return C * C + 2 * C;
}

static size_t scratch_size(const struct head_shape *s, size_t B, size_t T)
{
    return mem_padded_floats(T * B * s->V) + as_floats(crf_tables_size(s->V)) +
           B * as_floats(crf_scratch_size(s->V, T)) + B * as_floats(transition_sums(s->V));
}

struct room {
    const struct head_call *call;
    struct crf crf;
    float *emissions; /* [T*B, C] */
    float *rest;      /* the scratch, and the gradients, of each sequence */
    double *nats;     /* what the functions below give; NULL: not wanted */
    int32_t *guesses;
    double scale;
};

static struct room room_of(const struct head_call *c)
{
    const size_t C = c->shape.V, rows = c->of.T * c->of.B;
    struct room r = {.call = c,
                     .crf = {.C = C,
                             .transitions = c->weights[TRANSITIONS],
                             .start = c->weights[START],
                             .end = c->weights[END]},
                     .emissions = c->scratch};
    float *tables = c->scratch + mem_padded_floats(rows * C);
    r.rest = tables + as_floats(crf_tables_size(C));
    crf_prepare(&r.crf, (double *)(void *)tables);
    labels_logits(c, rows, c->h, r.emissions);
    return r;
}

static double *scratch_of(const struct room *r, size_t b)
{
    return (double *)(void *)(r->rest + b * as_floats(crf_scratch_size(r->crf.C, r->call->of.T)));
}

static double *sums_of(const struct room *r, size_t b)
{
    float *first = r->rest + r->call->of.B * as_floats(crf_scratch_size(r->crf.C, r->call->of.T));
    return (double *)(void *)(first + b * as_floats(transition_sums(r->crf.C)));
}

static struct crf_sequence sequence_of(const struct room *r, size_t b)
{
    const struct head_call *c = r->call;
    return (struct crf_sequence){.n = sequence_length(&c->of, b),
                                 .emissions = r->emissions + b * r->crf.C,
                                 .stride = c->of.B * r->crf.C,
                                 .labels = c->targets != NULL ? c->targets + b : NULL,
                                 .label_stride = c->of.B};
}

/* --- one sequence --- */

static void score_sequences(const void *args, size_t first, size_t last)
{
    const struct room *r = args;
    for (size_t b = first; b < last; b++) {
        const struct crf_sequence s = sequence_of(r, b);
        r->nats[b] = crf_nats(&r->crf, &s, scratch_of(r, b));
    }
}

/* The emissions become their gradients; those of padding 0. */
static void backward_sequences(const void *args, size_t first, size_t last)
{
    const struct room *r = args;
    const size_t C = r->crf.C;
    for (size_t b = first; b < last; b++) {
        const struct crf_sequence s = sequence_of(r, b);
        double *sums = sums_of(r, b);
        memset(sums, 0, transition_sums(C) * sizeof *sums);
        const struct crf_grad grad = {.scale = r->scale,
                                      .demissions = r->emissions + b * C,
                                      .dtransitions = sums,
                                      .dstart = sums + C * C,
                                      .dend = sums + C * C + C,
                                      .guesses = r->guesses != NULL ? r->guesses + b : NULL};
        r->nats[b] = crf_backward(&r->crf, &s, &grad, scratch_of(r, b));
        for (size_t t = s.n; t < r->call->of.T; t++)
            memset(r->emissions + (t * r->call->of.B + b) * C, 0, C * sizeof *r->emissions);
    }
}

static void predict_sequences(const void *args, size_t first, size_t last)
{
    const struct room *r = args;
    for (size_t b = first; b < last; b++) {
        const struct crf_sequence s = sequence_of(r, b);
        crf_viterbi(&r->crf, &s, r->call->allowed, r->guesses + b, scratch_of(r, b));
    }
}

/* The emissions become probabilities. */
static void marginal_sequences(const void *args, size_t first, size_t last)
{
    const struct room *r = args;
    for (size_t b = first; b < last; b++) {
        const struct crf_sequence s = sequence_of(r, b);
        crf_marginals(&r->crf, &s, r->emissions + b * r->crf.C, scratch_of(r, b));
    }
}

/* --- the head --- */

/* The sums are per sequence; the rest of the array is 0. */
static void clear_rest(const struct head_call *c, double *nats)
{
    memset(nats, 0, c->of.T * c->of.B * sizeof *nats);
}

static void clear_guesses(const struct head_call *c, int32_t *guesses)
{
    for (size_t i = 0; i < c->of.T * c->of.B; i++)
        guesses[i] = -1;
}

/* values [n] += the gradients of all sequences from `at` on, in their order. */
static void add_sums(const struct room *r, size_t at, size_t n, float *values)
{
    for (size_t i = 0; i < n; i++) {
        double sum = 0.0;
        for (size_t b = 0; b < r->call->of.B; b++)
            sum += sums_of(r, b)[at + i];
        values[i] = (float)sum;
    }
}

static void backward(const struct head_call *c, double *nats, const struct head_grad *g,
                     int32_t *guesses)
{
    const size_t C = c->shape.V;
    struct room r = room_of(c);
    r.nats = nats;
    r.guesses = guesses;
    r.scale = (double)g->scale;
    clear_rest(c, nats);
    if (guesses != NULL)
        clear_guesses(c, guesses);
    pool_run(c->of.B, 1, backward_sequences, &r);
    add_sums(&r, 0, C * C, g->params[TRANSITIONS].values);
    add_sums(&r, C * C, C, g->params[START].values);
    add_sums(&r, C * C + C, C, g->params[END].values);
    labels_backward(c, c->of.T * c->of.B, r.emissions, c->h, g->dh, g);
    profile_lap(c->profile, 0, PROFILE_SOFTMAX_BACKWARD);
}

static void predict(const struct head_call *c, int32_t *guesses, float *p, double *nats)
{
    const size_t rows = c->of.T * c->of.B, C = c->shape.V;
    struct room r = room_of(c);
    r.guesses = guesses;
    clear_guesses(c, guesses);
    pool_run(c->of.B, 1, predict_sequences, &r);
    if (nats != NULL) {
        r.nats = nats;
        clear_rest(c, nats);
        pool_run(c->of.B, 1, score_sequences, &r);
    }
    if (p == NULL)
        return;
    pool_run(c->of.B, 1, marginal_sequences, &r);
    for (size_t i = 0; i < rows; i++) {
        const bool valid = i / c->of.B < sequence_length(&c->of, i % c->of.B);
        for (size_t j = 0; j < C; j++)
            p[i * C + j] = valid ? r.emissions[i * C + j] : 0.0f;
    }
}

const struct head_ops head_crf = {.name = "crf",
                                  .targets = HEAD_PER_STEP,
                                  .params = params,
                                  .scratch_size = scratch_size,
                                  .backward = backward,
                                  .predict = predict};
