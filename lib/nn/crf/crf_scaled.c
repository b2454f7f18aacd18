/* The sums by multiplying exponentials of the scores, each row of alpha scaled to the sum 1. It is
 * right as long as scores do not differ by so much that one of them underflows. */
#include <math.h>
#include <string.h>

#include "lib/nn/crf/crf_sums.h"

/* out[j] = sum_i a[i * step] * x[i][j] for x [n, C], four rows at a time. */
static void combine_rows(size_t n, size_t C, const double *a, size_t step, const double *x,
                         double *restrict out)
{
    size_t i = 0;
    for (size_t j = 0; j < C; j++)
        out[j] = 0.0;
    for (; i + 4 <= n; i += 4, x += 4 * C) {
        const double a0 = a[i * step], a1 = a[(i + 1) * step];
        const double a2 = a[(i + 2) * step], a3 = a[(i + 3) * step];
        for (size_t j = 0; j < C; j++)
            out[j] += (a0 * x[j] + a1 * x[C + j]) + (a2 * x[2 * C + j] + a3 * x[3 * C + j]);
    }
    for (; i < n; i++, x += C)
        for (size_t j = 0; j < C; j++)
            out[j] += a[i * step] * x[j];
}

static void multiply(size_t n, double *restrict x, const double *y)
{
    for (size_t i = 0; i < n; i++)
        x[i] *= y[i];
}

static void scale(size_t n, double *x, double factor)
{
    for (size_t i = 0; i < n; i++)
        x[i] *= factor;
}

static double dot(size_t n, const double *x, const double *y)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += x[i] * y[i];
    return sum;
}

static void begin(const struct crf_sums *u)
{
    const size_t C = u->crf->C;
    for (size_t t = 0; t < u->s->n; t++)
        crf_exp_shifted(C, u->s->emissions + t * u->s->stride, u->top[t], u->e + t * C);
}

static double forward(const struct crf_sums *u, size_t t)
{
    const size_t C = u->crf->C;
    double *alpha = u->alpha + t * C, sum = 0.0;
    if (t == 0)
        memcpy(alpha, u->crf->exp_start, C * sizeof *alpha);
    else
        combine_rows(C, C, alpha - C, 1, u->crf->exp_from, alpha);
    multiply(C, alpha, u->e + t * C);
    for (size_t j = 0; j < C; j++)
        sum += alpha[j];
    scale(C, alpha, 1.0 / sum);
    return log(sum);
}

static double finish(const struct crf_sums *u)
{
    const size_t C = u->crf->C;
    return log(dot(C, u->alpha + (u->s->n - 1) * C, u->crf->exp_end));
}

/* The products of alpha and beta are p, and add up to 1. */
static void backward(const struct crf_sums *u, size_t t)
{
    const size_t C = u->crf->C;
    const double *alpha = u->alpha + t * C;
    const bool last = t + 1 == u->s->n;
    double *next = u->e + (t + 1) * C;
    if (last) {
        memcpy(u->beta, u->crf->exp_end, C * sizeof *u->beta);
    } else {
        multiply(C, next, u->beta);
        combine_rows(C, C, next, 1, u->crf->exp_to, u->beta);
    }
    const double factor = 1.0 / dot(C, alpha, u->beta);
    scale(C, u->beta, factor);
    if (!last)
        scale(C, next, factor);
    memcpy(u->p, alpha, C * sizeof *u->p);
    multiply(C, u->p, u->beta);
}

/* All at once, in `expected`: alpha of each step and e of the one after it are still there. */
static void expect(const struct crf_sums *u, size_t t)
{
    (void)u;
    (void)t;
}

static void expected(const struct crf_sums *u)
{
    const size_t C = u->crf->C;
    for (size_t i = 0; i < C; i++)
        combine_rows(u->s->n - 1, C, u->alpha + i, C, u->e + C, u->pairs + i * C);
    multiply(C * C, u->pairs, u->crf->exp_from);
}

const struct crf_arithmetic crf_scaled = {begin, forward, finish, backward, expect, expected};
