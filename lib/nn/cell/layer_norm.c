#include "lib/nn/cell/layer_norm.h"

#include <math.h>
#include <string.h>

#include "lib/kern/pool.h"

/* Sums are kept in double: of float sums of a long row the last digits would be wrong, and
 * 1 / sqrt(var + e), up to 316, enlarges them. Chains of additions, that one need not wait for the
 * other. */
enum { LANES = 8 };

static double add_lanes(const double *lanes)
{
    double sum = 0.0;
    for (size_t k = 0; k < LANES; k++)
        sum += lanes[k];
    return sum;
}

static double mean_of(size_t n, const float *x)
{
    double lanes[LANES] = {0.0}, rest = 0.0;
    size_t i = 0;
    for (; i + LANES <= n; i += LANES)
        for (size_t k = 0; k < LANES; k++)
            lanes[k] += (double)x[i + k];
    for (; i < n; i++)
        rest += (double)x[i];
    return (add_lanes(lanes) + rest) / (double)n;
}

/* Of a row with the mean 0. */
static double variance_of(size_t n, const float *x)
{
    double lanes[LANES] = {0.0}, rest = 0.0;
    size_t i = 0;
    for (; i + LANES <= n; i += LANES)
        for (size_t k = 0; k < LANES; k++)
            lanes[k] += (double)x[i + k] * (double)x[i + k];
    for (; i < n; i++)
        rest += (double)x[i] * (double)x[i];
    return (add_lanes(lanes) + rest) / (double)n;
}

float layer_norm_row(size_t n, float *x)
{
    static const double E = 1e-5;
    const double mean = mean_of(n, x);
    for (size_t i = 0; i < n; i++)
        x[i] = (float)((double)x[i] - mean);
    const float inverse = (float)(1.0 / sqrt(variance_of(n, x) + E));
    for (size_t i = 0; i < n; i++)
        x[i] *= inverse;
    return inverse;
}

/* The means of d = dy gain, and of d normal. */
static void means_back(const struct layer_norm_row *row, const float *dy, float *d, float *d_normal)
{
    double a[LANES] = {0.0}, b[LANES] = {0.0}, a_rest = 0.0, b_rest = 0.0;
    size_t i = 0;
    for (; i + LANES <= row->n; i += LANES)
        for (size_t k = 0; k < LANES; k++) {
            const double each = (double)dy[i + k] * (double)row->gain[i + k];
            a[k] += each;
            b[k] += each * (double)row->normal[i + k];
        }
    for (; i < row->n; i++) {
        const double each = (double)dy[i] * (double)row->gain[i];
        a_rest += each;
        b_rest += each * (double)row->normal[i];
    }
    *d = (float)((add_lanes(a) + a_rest) / (double)row->n);
    *d_normal = (float)((add_lanes(b) + b_rest) / (double)row->n);
}

void layer_norm_row_back(const struct layer_norm_row *row, const float *dy, float *dx)
{
    const float *normal = row->normal, *gain = row->gain, inverse = row->inverse;
    float d, d_normal;
    means_back(row, dy, &d, &d_normal);
    for (size_t i = 0; i < row->n; i++)
        dx[i] = inverse * (dy[i] * gain[i] - d - normal[i] * d_normal);
}

struct gains_args {
    size_t rows, n;
    const float *dy, *normal;
    float *dgain, *dshift;
};

static void sum_columns(const void *args, size_t first, size_t last)
{
    const struct gains_args *a = args;
    memset(a->dgain + first, 0, (last - first) * sizeof *a->dgain);
    memset(a->dshift + first, 0, (last - first) * sizeof *a->dshift);
    for (size_t r = 0; r < a->rows; r++)
        for (size_t j = first; j < last; j++) {
            const float dy = a->dy[r * a->n + j];
            a->dgain[j] += dy * a->normal[r * a->n + j];
            a->dshift[j] += dy;
        }
}

void layer_norm_gains_back(size_t rows, size_t n, const float *dy, const float *normal,
                           float *dgain, float *dshift)
{
    enum { COLUMNS = 64 }; /* of a thread: whole cache lines */
    const struct gains_args a = {rows, n, dy, normal, dgain, dshift};
    pool_run(n, COLUMNS, sum_columns, &a);
}
