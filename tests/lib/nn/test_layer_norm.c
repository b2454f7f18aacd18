/* Layer normalisation against its formula in double: short rows and long ones, rows far from 0, and
 * rows that have nothing to normalise; its gradient against central differences. */
#include <math.h>
#include <string.h>

#include "lib/kern/kern.h"
#include "lib/nn/cell/layer_norm.h"
#include "tests/support/array_support.h"
#include "tests/support/tap.h"

enum { MOST = 1003 };

static const size_t sizes[] = {1, 2, 7, 8, 9, 64, MOST};

/* y = gain (x - mean) / sqrt(var + 1e-5); returns 1 / sqrt(var + 1e-5). */
static double oracle_row(size_t n, const double *x, const float *gain, double *y)
{
    double sum = 0.0, variance = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += x[i];
    const double mean = sum / (double)n;
    for (size_t i = 0; i < n; i++)
        variance += (x[i] - mean) * (x[i] - mean) / (double)n;
    for (size_t i = 0; i < n; i++)
        y[i] = (double)gain[i] * (x[i] - mean) / sqrt(variance + 1e-5);
    return 1.0 / sqrt(variance + 1e-5);
}

/* 64 roundings of numbers of the size of the result, and what a rounding of x - mean becomes. */
START_TEST(rows_have_the_mean_0_and_the_variance_1)
{
    static const float means[] = {0.0f, 100.0f, -1e6f}, spreads[] = {1.0f, 1e-3f, 0.0f, 1e15f};
    float *gain = zeroed(MOST, sizeof *gain);
    for (size_t i = 0; i < MOST; i++)
        gain[i] = 1.0f;
    for (size_t c = 0; c < N_OF(sizes) * N_OF(means) * N_OF(spreads); c++) {
        const size_t n = sizes[c % N_OF(sizes)];
        const float mean = means[c / N_OF(sizes) % N_OF(means)];
        const float spread = spreads[c / N_OF(sizes) / N_OF(means)];
        float *x = numbers((uint32_t)c, n);
        for (size_t i = 0; i < n; i++)
            x[i] = mean + spread * x[i];
        double *wide = widened(x, n), *want = zeroed(n, sizeof *want);
        const double inverse = oracle_row(n, wide, gain, want);
        ASSERT_NEAR((double)layer_norm_row(n, x), inverse, 4.0 * ORACLE_EPS * inverse);
        for (size_t i = 0; i < n; i++)
            ASSERT_NEAR((double)x[i], want[i], 64.0 * ORACLE_EPS * fabs(want[i]) + 1e-6);
        mem_free(x);
        mem_free(wide);
        mem_free(want);
    }
    mem_free(gain);
}
END_TEST

START_TEST(a_row_with_a_number_that_is_none_has_no_other)
{
    static const float wrong[] = {NAN, INFINITY, -INFINITY};
    for (size_t c = 0; c < N_OF(wrong); c++)
        for (size_t at = 0; at < 9; at += 4) {
            float x[9] = {1.0f, 2.0f, 3.0f, 4.0f, 5.0f, 6.0f, 7.0f, 8.0f, 9.0f};
            x[at] = wrong[c];
            ck_assert(isnan(layer_norm_row(9, x)));
            for (size_t i = 0; i < 9; i++)
                ck_assert(isnan(x[i]));
        }
}
END_TEST

/* sum dy y as a function of x. */
static double loss(size_t n, const double *x, const float *gain, const float *dy, double *y)
{
    double sum = 0.0;
    oracle_row(n, x, gain, y);
    for (size_t i = 0; i < n; i++)
        sum += (double)dy[i] * y[i];
    return sum;
}

static double difference(size_t n, double *x, const float *gain, const float *dy, size_t i)
{
    const double kept = x[i], step = 1e-5;
    double *y = zeroed(n, sizeof *y);
    x[i] = kept + step;
    const double above = loss(n, x, gain, dy, y);
    x[i] = kept - step;
    const double below = loss(n, x, gain, dy, y);
    x[i] = kept;
    mem_free(y);
    return (above - below) / (2.0 * step);
}

/* Numbers of up to 3 with gains and gradients of up to 3. */
START_TEST(gradients_agree_with_central_differences)
{
    for (size_t c = 0; c < N_OF(sizes); c++) {
        const size_t n = sizes[c];
        float *x = numbers(1, n), *gain = numbers(2, n), *dy = numbers(3, n);
        float *apart = numbers(4, n);
        double *wide = widened(x, n);
        const float inverse = layer_norm_row(n, x);
        const struct layer_norm_row row = {n, x, gain, inverse};
        layer_norm_row_back(&row, dy, apart);
        for (size_t i = 0; i < n; i++)
            ASSERT_NEAR((double)apart[i], difference(n, wide, gain, dy, i), 2e-5);
        layer_norm_row_back(&row, dy, x);
        ck_assert_mem_eq(x, apart, n * sizeof *x);
        mem_free(x);
        mem_free(gain);
        mem_free(dy);
        mem_free(apart);
        mem_free(wide);
    }
}
END_TEST

START_TEST(gradients_of_gains_and_shifts_are_sums_by_any_threads)
{
    enum { ROWS = 37, N = 131 };
    float *dy = numbers(1, ROWS * N), *normal = numbers(2, ROWS * N);
    for (int threads = 1; threads <= 3; threads++) {
        float dgain[N], dshift[N];
        kern_set_threads(threads);
        memset(dgain, 0xA5, sizeof dgain); /* to be overwritten */
        memset(dshift, 0xA5, sizeof dshift);
        layer_norm_gains_back(ROWS, N, dy, normal, dgain, dshift);
        for (size_t j = 0; j < N; j++) {
            float shift = 0.0f;
            double gain = 0.0;
            for (size_t r = 0; r < ROWS; r++) {
                gain += (double)dy[r * N + j] * (double)normal[r * N + j];
                shift += dy[r * N + j];
            }
            ck_assert_float_eq(dshift[j], shift);
            ASSERT_NEAR((double)dgain[j], gain, 1e-4);
        }
    }
    kern_set_threads(1);
    mem_free(dy);
    mem_free(normal);
}
END_TEST

static Suite *layer_norm_suite(void)
{
    Suite *s = suite_create("layer_norm");
    TCase *tc = tcase_create("layer_norm");
    tcase_add_test(tc, rows_have_the_mean_0_and_the_variance_1);
    tcase_add_test(tc, a_row_with_a_number_that_is_none_has_no_other);
    tcase_add_test(tc, gradients_agree_with_central_differences);
    tcase_add_test(tc, gradients_of_gains_and_shifts_are_sums_by_any_threads);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(layer_norm_suite())
