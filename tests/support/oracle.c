#include "tests/support/oracle.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { WIDTH_MAX = 64, WORDS_MAX = 64 };

/* ck_assert records every location that it passes, which is slow in loops. */
static void require(bool holds)
{
    if (!holds)
        ck_abort_msg("the oracle has no room for the model, or the model has no block of weights");
}

bool oracle_agrees(double got, double want, double bound)
{
    if (isnan(want))
        return isnan(got);
    if (isinf(want))
        return got == want;
    return fabs(got - want) <= bound;
}

double oracle_sigmoid(double x)
{
    return 1.0 / (1.0 + exp(-x));
}

double oracle_logsumexp(size_t n, const double *x)
{
    double max = x[0], sum = 0.0;
    for (size_t j = 0; j < n; j++)
        if (isnan(x[j]))
            return x[j];
    for (size_t j = 1; j < n; j++)
        max = fmax(max, x[j]);
    if (isinf(max))
        return max;
    for (size_t j = 0; j < n; j++)
        sum += exp(x[j] - max);
    return max + log(sum);
}

static double dot(size_t n, const double *a, const double *b)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

void oracle_lstm_step(const struct oracle_lstm *lstm, const double *x, double *h, double *c)
{
    const size_t I = lstm->I, H = lstm->H;
    double a[4 * WIDTH_MAX];
    require(H <= WIDTH_MAX);
    for (size_t r = 0; r < 4 * H; r++)
        a[r] = dot(I, lstm->w_ih + r * I, x) + lstm->b_ih[r] + dot(H, lstm->w_hh + r * H, h) +
               lstm->b_hh[r];
    for (size_t j = 0; j < H; j++) {
        const double i = oracle_sigmoid(a[j]), f = oracle_sigmoid(a[H + j]);
        const double g = tanh(a[2 * H + j]), o = oracle_sigmoid(a[3 * H + j]);
        c[j] = f * c[j] + i * g;
        h[j] = o * tanh(c[j]);
    }
}
