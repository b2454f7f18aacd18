#include "lib/nn/crf/crf.h"

#include <math.h>

#include "lib/nn/crf/crf_sums.h"

struct range {
    double min, max;
};

static struct range range_of(size_t n, const float *x)
{
    float min = x[0], max = x[0];
    for (size_t i = 1; i < n; i++) {
        min = x[i] < min ? x[i] : min;
        max = x[i] > max ? x[i] : max;
    }
    return (struct range){(double)min, (double)max};
}

void crf_exp_shifted(size_t n, const float *x, double shift, double *y)
{
    for (size_t i = 0; i < n; i++)
        y[i] = exp((double)x[i] - shift);
}

static void transpose(size_t C, const double *x, double *y)
{
    for (size_t i = 0; i < C; i++)
        for (size_t j = 0; j < C; j++)
            y[j * C + i] = x[i * C + j];
}

size_t crf_tables_size(size_t C)
{
    return 2 * C * C + 2 * C;
}

void crf_prepare(struct crf *crf, double *tables)
{
    const size_t C = crf->C;
    const struct range transitions = range_of(C * C, crf->transitions);
    const struct range start = range_of(C, crf->start), end = range_of(C, crf->end);
    double *from = tables, *to = from + C * C, *first = to + C * C, *last = first + C;
    crf_exp_shifted(C * C, crf->transitions, transitions.max, from);
    transpose(C, from, to);
    crf_exp_shifted(C, crf->start, start.max, first);
    crf_exp_shifted(C, crf->end, end.max, last);
    crf->exp_from = from;
    crf->exp_to = to;
    crf->exp_start = first;
    crf->exp_end = last;
    crf->max_transition = transitions.max;
    crf->max_start = start.max;
    crf->max_end = end.max;
    crf->range =
        (transitions.max - transitions.min) + (start.max - start.min) + (end.max - end.min);
}

size_t crf_scratch_size(size_t C, size_t n)
{
    return n + 2 * n * C + 2 * C + C * C;
}

static struct crf_sums sums_in(const struct crf *crf, const struct crf_sequence *s, double *scratch)
{
    const size_t C = crf->C, n = s->n;
    struct crf_sums u = {.crf = crf, .s = s, .top = scratch};
    u.alpha = u.top + n;
    u.e = u.alpha + n * C;
    u.beta = u.e + n * C;
    u.p = u.beta + C;
    u.pairs = u.p + C;
    return u;
}

/* Fills `top` and e, and chooses the arithmetic: what is not finite goes to the logarithms. */
static const struct crf_arithmetic *begin(const struct crf_sums *u)
{
    double range = 0.0;
    for (size_t t = 0; t < u->s->n; t++) {
        const struct range row = range_of(u->crf->C, u->s->emissions + t * u->s->stride);
        u->top[t] = row.max;
        range = row.max - row.min > range ? row.max - row.min : range;
    }
    const struct crf_arithmetic *a =
        range + u->crf->range <= CRF_SCALED_RANGE ? &crf_scaled : &crf_logs;
    a->begin(u);
    return a;
}

static size_t label(const struct crf_sequence *s, size_t t)
{
    return (size_t)s->labels[t * s->label_stride];
}

static double emission(const struct crf_sequence *s, size_t t)
{
    return (double)s->emissions[t * s->stride + label(s, t)];
}

/* The score of going from label t - 1, or from the start, to label t. */
static double transition(const struct crf *crf, const struct crf_sequence *s, size_t t)
{
    return (double)(t == 0 ? crf->start[label(s, t)]
                           : crf->transitions[label(s, t - 1) * crf->C + label(s, t)]);
}

static double last_score(const struct crf *crf, const struct crf_sequence *s)
{
    return (double)crf->end[label(s, s->n - 1)];
}

double crf_score(const struct crf *crf, const struct crf_sequence *s)
{
    double score = 0.0;
    for (size_t t = 0; t < s->n; t++)
        score += transition(crf, s, t) + emission(s, t);
    return score + last_score(crf, s);
}

/* By how much the maxima of step t are above the scores of its label. */
static double below_maxima(const struct crf_sums *u, size_t t)
{
    const struct crf *crf = u->crf;
    return (u->top[t] - emission(u->s, t)) +
           ((t == 0 ? crf->max_start : crf->max_transition) - transition(crf, u->s, t));
}

/* The forward recursion; -ln p of the labels, where they are known. Rounding must not make a
 * probability more than 1; NaN stays. */
static double forward(const struct crf_sums *u, const struct crf_arithmetic *a)
{
    double nats = 0.0;
    for (size_t t = 0; t < u->s->n; t++) {
        const double factor = a->forward(u, t);
        if (u->s->labels != NULL)
            nats += factor + below_maxima(u, t);
    }
    if (u->s->labels != NULL)
        nats += a->finish(u) + (u->crf->max_end - last_score(u->crf, u->s));
    return nats < 0.0 ? 0.0 : nats;
}

double crf_nats(const struct crf *crf, const struct crf_sequence *s, double *scratch)
{
    const struct crf_sums u = sums_in(crf, s, scratch);
    return forward(&u, begin(&u));
}

static int32_t most_probable(size_t C, const double *p)
{
    size_t best = 0;
    for (size_t j = 1; j < C; j++)
        best = p[j] > p[best] ? j : best;
    return (int32_t)best;
}

/* Of scale * nats by the scores of one step, in double and as float: p less 1 at the label. */
static void grad_step(const struct crf_sums *u, const struct crf_grad *grad, size_t t)
{
    const size_t C = u->crf->C;
    float *demissions = grad->demissions + t * u->s->stride;
    if (grad->guesses != NULL)
        grad->guesses[t * u->s->label_stride] = most_probable(C, u->p);
    u->p[label(u->s, t)] -= 1.0;
    for (size_t j = 0; j < C; j++) {
        u->p[j] *= grad->scale;
        demissions[j] = (float)u->p[j];
    }
    for (size_t j = 0; t == 0 && j < C; j++)
        grad->dstart[j] += u->p[j];
    for (size_t j = 0; t + 1 == u->s->n && j < C; j++)
        grad->dend[j] += u->p[j];
}

/* Expected transitions less those of the labels. */
static void grad_transitions(const struct crf_sums *u, const struct crf_grad *grad)
{
    const size_t C = u->crf->C;
    for (size_t t = 1; t < u->s->n; t++)
        u->pairs[label(u->s, t - 1) * C + label(u->s, t)] -= 1.0;
    for (size_t i = 0; i < C * C; i++)
        grad->dtransitions[i] += grad->scale * u->pairs[i];
}

double crf_backward(const struct crf *crf, const struct crf_sequence *s,
                    const struct crf_grad *grad, double *scratch)
{
    const struct crf_sums u = sums_in(crf, s, scratch);
    const struct crf_arithmetic *a = begin(&u);
    const double nats = forward(&u, a);
    for (size_t t = s->n; t-- > 0;) {
        a->backward(&u, t);
        grad_step(&u, grad, t);
        if (t + 1 < s->n)
            a->expect(&u, t);
    }
    a->expected(&u);
    grad_transitions(&u, grad);
    return nats;
}

void crf_marginals(const struct crf *crf, const struct crf_sequence *s, float *p, double *scratch)
{
    const struct crf_sums u = sums_in(crf, s, scratch);
    const struct crf_arithmetic *a = begin(&u);
    forward(&u, a);
    for (size_t t = s->n; t-- > 0;) {
        a->backward(&u, t);
        for (size_t j = 0; j < crf->C; j++)
            p[t * s->stride + j] = (float)u.p[j];
    }
}
