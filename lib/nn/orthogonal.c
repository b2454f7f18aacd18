#include "lib/nn/orthogonal.h"

#include <math.h>

/* Several independent sums at once, to hide the latency of additions. */
static double dot(size_t n, const double *a, const double *b)
{
    enum { SUMS = 8 };
    double sums[SUMS] = {0.0}, sum = 0.0;
    size_t i = 0;
    for (; i + SUMS <= n; i += SUMS)
        for (size_t j = 0; j < SUMS; j++)
            sums[j] += a[i + j] * b[i + j];
    for (; i < n; i++)
        sum += a[i] * b[i];
    for (size_t j = 0; j < SUMS; j++)
        sum += sums[j];
    return sum;
}

static void take_away(size_t n, double factor, const double *restrict from, double *restrict a)
{
    for (size_t i = 0; i < n; i++)
        a[i] -= factor * from[i];
}

static void make_unit(size_t n, double *a)
{
    const double length = sqrt(dot(n, a, a));
    for (size_t i = 0; i < n; i++)
        a[i] = length > 1e-8 ? a[i] / length : 0.0;
}

void orthogonal_rows(size_t n, size_t len, double *a)
{
    for (size_t i = 0; i < n; i++) {
        double *row = a + i * len;
        make_unit(len, row);
        for (int again = 0; again < 2; again++) {
            for (size_t j = 0; j < i; j++)
                take_away(len, dot(len, a + j * len, row), a + j * len, row);
            make_unit(len, row);
        }
    }
}
