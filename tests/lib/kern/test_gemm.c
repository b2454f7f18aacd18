/* Matrix products of every kernel set against plain loops in double, and by several threads. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "lib/kern/gemm.h"
#include "lib/kern/kern.h"
#include "tests/support/array_support.h"
#include "tests/support/tap.h"

static const size_t products[][3] = {
    {1, 1, 1},     {1, 5, 3},     {3, 1, 7},     {2, 3, 1},     {7, 5, 9},     {17, 33, 15},
    {20, 65, 130}, {64, 64, 64},  {131, 67, 31}, {40, 200, 50}, {1, 300, 200}, {300, 2, 100},
    {13, 48, 769}, {5, 31, 1600}, {49, 97, 200}, {2, 71, 300},
};

/* Runs `check` with every kernel set that this processor has. */
static void with_every_set(void (*check)(void))
{
    for (size_t i = 0; kern_set_at(i) != NULL; i++)
        if (kern_choose(kern_set_at(i)->name))
            check();
    kern_choose(NULL);
}

/* Products of k terms: k products and k sums, each rounded, of which the errors grow at most as
 * the sum of the magnitudes; C of beta 1 is one term more. */
static void check_product(const size_t shape[3], bool trans_a, bool trans_b, float beta)
{
    const size_t m = shape[0], n = shape[1], k = shape[2];
    float *a = numbers(1, m * k), *b = numbers(2, k * n), *before = numbers(3, m * n);
    float *c = zeroed(m * n + 1, sizeof(float));
    for (size_t i = 0; i < m * n; i++)
        c[i] = beta == 0.0f ? NAN : before[i]; /* with beta 0 it need not be set */
    c[m * n] = 77.0f;
    gemm(trans_a, trans_b, m, n, k, a, b, beta, c);
    for (size_t i = 0; i < m; i++) {
        for (size_t j = 0; j < n; j++) {
            double want = (double)beta * (double)before[i * n + j], size = fabs(want);
            for (size_t l = 0; l < k; l++) {
                const double term = (double)(trans_a ? a[l * m + i] : a[i * k + l]) *
                                    (double)(trans_b ? b[j * k + l] : b[l * n + j]);
                want += term;
                size += fabs(term);
            }
            ASSERT_NEAR((double)c[i * n + j], want, (double)(k + 2) * ORACLE_EPS / 2.0 * size);
        }
    }
    ck_assert_float_eq(c[m * n], 77.0f);
    mem_free(a);
    mem_free(b);
    mem_free(before);
    mem_free(c);
}

static void check_products(void)
{
    for (size_t s = 0; s < N_OF(products); s++)
        for (int how = 0; how < 8; how++)
            check_product(products[s], how & 1, how & 2, how & 4 ? 1.0f : 0.0f);
}

START_TEST(products_agree_with_plain_loops)
{
    with_every_set(check_products);
}
END_TEST

/* Sums of k terms may differ by their order. */
static void check_bias(const size_t shape[3])
{
    const size_t m = shape[0], n = shape[1], k = shape[2];
    float *a = numbers(1, m * k), *b = numbers(2, n * k), *bias = numbers(3, n);
    float *want = zeroed(m * n, sizeof(float)), *c = zeroed(m * n + 1, sizeof(float));
    for (size_t i = 0; i < m * n; i++)
        c[i] = NAN;
    c[m * n] = 77.0f;
    gemm(false, true, m, n, k, a, b, 0.0f, want);
    gemm_bias(m, n, k, a, b, bias, c);
    for (size_t i = 0; i < m * n; i++)
        ASSERT_NEAR((double)c[i], (double)want[i] + (double)bias[i % n],
                    9.0 * (double)(k + 2) * ORACLE_EPS);
    ck_assert_float_eq(c[m * n], 77.0f);
    mem_free(a);
    mem_free(b);
    mem_free(bias);
    mem_free(want);
    mem_free(c);
}

static void check_biases(void)
{
    for (size_t s = 0; s < N_OF(products); s++)
        check_bias(products[s]);
}

START_TEST(a_bias_is_added_to_every_row)
{
    with_every_set(check_biases);
}
END_TEST

/* Made, and added to what is there. */
static void check_gradient(const size_t shape[3], float beta)
{
    const size_t m = shape[0], n = shape[1], k = shape[2];
    float *a = numbers(1, m * k), *b = numbers(2, k * n);
    float *want = numbers(3, m * n), *c = numbers(3, m * n);
    float *want_sums = numbers(4, m), *sums = zeroed(m + 1, sizeof(float));
    memcpy(sums, want_sums, m * sizeof *sums);
    sums[m] = 77.0f;
    gemm(true, false, m, n, k, a, b, beta, want);
    kern_column_sums(k, m, a, beta != 0.0f, want_sums);
    gemm_gradient(m, n, k, a, b, beta, c, sums);
    ck_assert_int_eq(memcmp(c, want, m * n * sizeof *c), 0);
    ck_assert_int_eq(memcmp(sums, want_sums, m * sizeof *sums), 0);
    ck_assert_float_eq(sums[m], 77.0f);
    void *const blocks[] = {a, b, want, c, want_sums, sums};
    for (size_t i = 0; i < N_OF(blocks); i++)
        mem_free(blocks[i]);
}

static void check_gradients(void)
{
    for (size_t s = 0; s < N_OF(products); s++)
        for (int threads = 1; threads <= (gemm_ignores_threads() ? 3 : 1); threads++) {
            kern_set_threads(threads);
            check_gradient(products[s], 0.0f);
            check_gradient(products[s], 1.0f);
        }
    kern_set_threads(1);
}

START_TEST(the_gradient_of_a_bias_comes_with_that_of_its_weight)
{
    with_every_set(check_gradients);
}
END_TEST

static void check_nan(void)
{
    enum { N = 20 };
    float *a = numbers(1, (size_t)N * N), *b = numbers(2, (size_t)N * N);
    float *c = zeroed((size_t)N * N, sizeof(float));
    a[7 * N + 3] = NAN;
    memset(b, 0, (size_t)N * N * sizeof *b);
    gemm(false, false, N, N, N, a, b, 0.0f, c);
    for (size_t i = 0; i < (size_t)N * N; i++)
        ck_assert_int_eq(isnan(c[i]) != 0, i / N == 7);
    mem_free(a);
    mem_free(b);
    mem_free(c);
}

START_TEST(a_nan_reaches_every_product_that_it_is_in)
{
    with_every_set(check_nan);
}
END_TEST

static void check_product_threads(const size_t shape[3], bool trans_a, bool trans_b)
{
    const size_t m = shape[0], n = shape[1], k = shape[2];
    float *a = numbers(1, m * k), *b = numbers(2, k * n),
          *c[2] = {zeroed(m * n, sizeof(float)), zeroed(m * n, sizeof(float))};
    kern_set_threads(1);
    gemm(trans_a, trans_b, m, n, k, a, b, 0.0f, c[0]);
    for (int threads = 2; threads <= 3; threads++) {
        kern_set_threads(threads);
        gemm(trans_a, trans_b, m, n, k, a, b, 0.0f, c[1]);
        ck_assert_msg(memcmp(c[0], c[1], m * n * sizeof **c) == 0, "%zux%zux%zu by %d threads", m,
                      n, k, threads);
    }
    mem_free(a);
    mem_free(b);
    mem_free(c[0]);
    mem_free(c[1]);
}

static void check_threads(void)
{
    static const size_t shapes[][3] = {
        {20, 260, 65}, {131, 67, 310}, {40, 300, 150}, {3, 1200, 70}, {400, 130, 800}};
    for (size_t s = 0; s < N_OF(shapes) && gemm_ignores_threads(); s++)
        for (int how = 0; how < 3; how++) /* the three that training uses */
            check_product_threads(shapes[s], how == 1, how == 2);
    kern_set_threads(1);
}

START_TEST(threads_change_no_bit_of_a_product)
{
    with_every_set(check_threads);
}
END_TEST

static Suite *gemm_suite(void)
{
    Suite *s = suite_create("gemm");
    TCase *tc = tcase_create("gemm");
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, products_agree_with_plain_loops);
    tcase_add_test(tc, a_bias_is_added_to_every_row);
    tcase_add_test(tc, the_gradient_of_a_bias_comes_with_that_of_its_weight);
    tcase_add_test(tc, a_nan_reaches_every_product_that_it_is_in);
    tcase_add_test(tc, threads_change_no_bit_of_a_product);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(gemm_suite())
