/* The sums by adding scores, with an exponential for each transition at each step: right for scores
 * that differ by any amount. */
#include <math.h>
#include <string.h>

#include "lib/nn/crf/crf_sums.h"

static double greatest(size_t n, const double *x)
{
    double max = x[0];
    for (size_t i = 1; i < n; i++)
        max = x[i] > max ? x[i] : max;
    return max;
}

/* Takes the maximum of a row away, and returns it. */
static double lower(size_t n, double *x)
{
    const double max = greatest(n, x);
    for (size_t i = 0; i < n; i++)
        x[i] -= max;
    return max;
}

/* Returns ln sum_i exp(x[i]); x becomes exp(x[i]) over that sum, which adds up to 1 whatever x is.
 */
static double softmax(size_t n, double *x)
{
    const double max = greatest(n, x);
    double sum = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += x[i] = exp(x[i] - max);
    for (size_t i = 0; i < n; i++)
        x[i] /= sum;
    return max + log(sum);
}

static double transition(const struct crf *crf, size_t i, size_t j)
{
    return (double)crf->transitions[i * crf->C + j] - crf->max_transition;
}

static double end(const struct crf *crf, size_t j)
{
    return (double)crf->end[j] - crf->max_end;
}

static void begin(const struct crf_sums *u)
{
    const size_t C = u->crf->C;
    for (size_t t = 0; t < u->s->n; t++)
        for (size_t j = 0; j < C; j++)
            u->e[t * C + j] = (double)u->s->emissions[t * u->s->stride + j] - u->top[t];
    memset(u->pairs, 0, C * C * sizeof *u->pairs);
}

/* ln sum of what leads to label j at a step that is not the first. */
static double leads_to(const struct crf_sums *u, const double *alpha, size_t j)
{
    for (size_t i = 0; i < u->crf->C; i++)
        u->p[i] = alpha[i] + transition(u->crf, i, j);
    return softmax(u->crf->C, u->p);
}

static double forward(const struct crf_sums *u, size_t t)
{
    const size_t C = u->crf->C;
    double *alpha = u->alpha + t * C;
    for (size_t j = 0; j < C; j++)
        alpha[j] = u->e[t * C + j] + (t > 0 ? leads_to(u, alpha - C, j)
                                            : (double)u->crf->start[j] - u->crf->max_start);
    return lower(C, alpha);
}

static double finish(const struct crf_sums *u)
{
    const size_t C = u->crf->C;
    for (size_t j = 0; j < C; j++)
        u->p[j] = u->alpha[(u->s->n - 1) * C + j] + end(u->crf, j);
    return softmax(C, u->p);
}

/* ln sum of what follows label i. */
static double follows(const struct crf_sums *u, const double *next, size_t i)
{
    for (size_t j = 0; j < u->crf->C; j++)
        u->p[j] = transition(u->crf, i, j) + next[j];
    return softmax(u->crf->C, u->p);
}

static void backward(const struct crf_sums *u, size_t t)
{
    const size_t C = u->crf->C;
    const double *alpha = u->alpha + t * C;
    const bool last = t + 1 == u->s->n;
    double *next = u->e + (t + 1) * C;
    for (size_t j = 0; !last && j < C; j++)
        next[j] += u->beta[j];
    for (size_t i = 0; i < C; i++)
        u->beta[i] = last ? end(u->crf, i) : follows(u, next, i);
    lower(C, u->beta);
    for (size_t j = 0; j < C; j++)
        u->p[j] = alpha[j] + u->beta[j];
    softmax(C, u->p);
}

/* Adds p(y_t = i, y_t+1 = j), by a softmax over all pairs. */
static void expect(const struct crf_sums *u, size_t t)
{
    const size_t C = u->crf->C;
    const double *alpha = u->alpha + t * C, *next = u->e + (t + 1) * C;
    double max = -(double)INFINITY, sum = 0.0;
    for (size_t i = 0; i < C; i++)
        for (size_t j = 0; j < C; j++)
            max = fmax(max, alpha[i] + transition(u->crf, i, j) + next[j]);
    for (size_t i = 0; i < C; i++)
        for (size_t j = 0; j < C; j++)
            sum += exp(alpha[i] + transition(u->crf, i, j) + next[j] - max);
    for (size_t i = 0; i < C; i++)
        for (size_t j = 0; j < C; j++)
            u->pairs[i * C + j] += exp(alpha[i] + transition(u->crf, i, j) + next[j] - max) / sum;
}

static void expected(const struct crf_sums *u)
{
    (void)u; /* they were added as they came */
}

const struct crf_arithmetic crf_logs = {begin, forward, finish, backward, expect, expected};
