/* Functions over whole matrices against plain loops in double, and the promises that hold for all
 * of them: the same bits for any number of threads, with every kernel set. Matrix products, dropout
 * and the random numbers that it draws are here too. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/base/rng.h"
#include "lib/kern/gemm.h"
#include "lib/kern/kern.h"
#include "lib/nn/dropout.h"
#include "tests/oracle.h"
#include "tests/tap.h"

static float *zeros(size_t n)
{
    struct err err;
    float *x = mem_zeroed(n, sizeof *x, &err);
    ck_assert_ptr_nonnull(x);
    return x;
}

/* Uniform in [-3, 3), the same for the same stream. */
static float *numbers(uint32_t stream, size_t n)
{
    float *x = zeros(n);
    rng_fill_uniform(11, RNG_TEST + stream, x, n, -3.0f, 3.0f);
    return x;
}

static int32_t *ids_below(uint32_t stream, size_t n, size_t limit)
{
    struct err err;
    int32_t *ids = mem_zeroed(n, sizeof *ids, &err);
    struct rng rng;
    ck_assert_ptr_nonnull(ids);
    rng_init(&rng, 5, RNG_TEST + stream);
    for (size_t i = 0; i < n; i++)
        ids[i] = (int32_t)(rng_next(&rng) % limit);
    return ids;
}

/* ck_assert_msg writes down every place that it passes, which is slow in loops. */
#define ASSERT_NEAR(got, want, bound)                                                              \
    do {                                                                                           \
        if (!oracle_agrees(got, want, bound))                                                      \
            ck_abort_msg("%.9g, expected %.9g +- %.3g", (double)(got), (double)(want),             \
                         (double)(bound));                                                         \
    } while (0)

/* Against plain loops -------------------------------------------------------- */

enum { ROWS = 37, WIDE = 301 };

START_TEST(cross_entropy_gives_nats_and_gradients)
{
    static const float scale = 0.25f;
    float *logits = numbers(1, (size_t)ROWS * WIDE), *scored = numbers(1, (size_t)ROWS * WIDE);
    int32_t *targets = ids_below(2, ROWS, WIDE);
    double nats[ROWS], only[ROWS], row[WIDE];
    kern_cross_entropy(ROWS, WIDE, scored, targets, 0.0f, only);
    kern_cross_entropy(ROWS, WIDE, logits, targets, scale, nats);
    ck_assert_int_eq(memcmp(nats, only, sizeof nats), 0);
    for (size_t r = 0; r < ROWS; r++) {
        for (size_t j = 0; j < WIDE; j++)
            row[j] = (double)scored[r * WIDE + j];
        const double lse = oracle_logsumexp(WIDE, row);
        ASSERT_NEAR(nats[r], lse - row[targets[r]], 24.0 * ORACLE_EPS);
        for (size_t j = 0; j < WIDE; j++) {
            const double hot = j == (size_t)targets[r] ? 1.0 : 0.0;
            const double want = (double)scale * (exp(row[j] - lse) - hot);
            ASSERT_NEAR((double)logits[r * WIDE + j], want, 16.0 * ORACLE_EPS * (double)scale);
        }
    }
    mem_free(logits);
    mem_free(scored);
    mem_free(targets);
}
END_TEST

START_TEST(rows_are_filled_with_one_bias_or_two)
{
    float *a = numbers(1, WIDE), *b = numbers(2, WIDE), *x = zeros((size_t)ROWS * WIDE);
    for (int two = 0; two < 2; two++) {
        kern_fill_rows(ROWS, WIDE, a, two ? b : NULL, x);
        for (size_t i = 0; i < (size_t)ROWS * WIDE; i++)
            ck_assert_float_eq(x[i], two ? a[i % WIDE] + b[i % WIDE] : a[i % WIDE]);
    }
    mem_free(a);
    mem_free(b);
    mem_free(x);
}
END_TEST

START_TEST(column_sums_are_made_or_added)
{
    enum { N = 1100 }; /* more than two blocks of columns */
    float *x = numbers(1, (size_t)ROWS * N), *out = numbers(2, N), *before = numbers(2, N);
    for (int add = 0; add < 2; add++) {
        memcpy(out, before, N * sizeof *out);
        kern_column_sums(ROWS, N, x, add, out);
        for (size_t j = 0; j < N; j++) {
            double want = add ? (double)before[j] : 0.0;
            for (size_t r = 0; r < ROWS; r++)
                want += (double)x[r * N + j];
            ASSERT_NEAR((double)out[j], want, ROWS * 3.0 * ROWS * ORACLE_EPS / 2.0);
        }
    }
    mem_free(x);
    mem_free(out);
    mem_free(before);
}
END_TEST

START_TEST(rows_are_gathered_and_scattered_by_id)
{
    enum { V = 9 };
    int32_t *ids = ids_below(3, ROWS, V - 1); /* doubled ids, and one that is not there */
    float *table = numbers(1, (size_t)V * WIDE), *x = numbers(2, (size_t)ROWS * WIDE);
    float *out = zeros((size_t)ROWS * WIDE), *before = numbers(1, (size_t)V * WIDE);
    kern_gather_rows(ROWS, WIDE, table, ids, out);
    for (size_t r = 0; r < ROWS; r++)
        ck_assert_int_eq(memcmp(out + r * WIDE, table + (size_t)ids[r] * WIDE, WIDE * sizeof *out),
                         0);
    kern_scatter_add_rows(ROWS, WIDE, x, ids, table);
    for (size_t v = 0; v < V; v++) {
        for (size_t j = 0; j < WIDE; j++) {
            float want = before[v * WIDE + j];
            for (size_t r = 0; r < ROWS; r++)
                want += (size_t)ids[r] == v ? x[r * WIDE + j] : 0.0f;
            ck_assert_float_eq(table[v * WIDE + j], want);
        }
    }
    mem_free(ids);
    mem_free(table);
    mem_free(x);
    mem_free(out);
    mem_free(before);
}
END_TEST

START_TEST(a_transposed_matrix_has_its_entries_in_their_places)
{
    static const size_t shapes[][2] = {{1, 1}, {1, 40}, {40, 1}, {16, 16}, {17, 33}, {130, 61}};
    for (size_t s = 0; s < N_OF(shapes); s++) {
        const size_t m = shapes[s][0], n = shapes[s][1];
        float *in = numbers(1, m * n), *out = zeros(m * n + 1);
        out[m * n] = 77.0f;
        kern_transpose(m, n, in, out);
        for (size_t i = 0; i < m; i++)
            for (size_t j = 0; j < n; j++)
                ck_assert_float_eq(out[j * m + i], in[i * n + j]);
        ck_assert_float_eq(out[m * n], 77.0f);
        mem_free(in);
        mem_free(out);
    }
}
END_TEST

/* Around the 256 parts of a sum and the chunks of a flat pass. */
static const size_t lengths[] = {0, 1, 255, 256, 257, 1000, 16383, 16384, 16385, 40000};

START_TEST(flat_passes_reach_every_element)
{
    for (size_t i = 0; i < N_OF(lengths); i++) {
        const size_t n = lengths[i];
        float *x = numbers(1, n), *y = numbers(2, n), *before = numbers(2, n);
        double want = 0.0;
        for (size_t j = 0; j < n; j++)
            want += (double)x[j] * (double)x[j];
        ASSERT_NEAR(kern_sum_squares(n, x), want, 16.5 * ORACLE_EPS * want);
        kern_axpy(n, 0.5f, x, y);
        for (size_t j = 0; j < n; j++)
            ck_assert_float_eq(y[j], before[j] + 0.5f * x[j]);
        mem_free(x);
        mem_free(y);
        mem_free(before);
    }
}
END_TEST

START_TEST(a_nan_reaches_the_sum_of_squares_from_anywhere)
{
    float *x = numbers(1, 1000);
    for (size_t j = 0; j < 1000; j++) {
        const float kept = x[j];
        x[j] = NAN;
        ck_assert(isnan(kern_sum_squares(1000, x)));
        x[j] = kept;
    }
    mem_free(x);
}
END_TEST

/* Threads -------------------------------------------------------------------- */

/* Each writes N_OUT floats that depend on nothing but what it reads. */
enum { N_OUT = ROWS * WIDE };

static void run_forward(float *out)
{
    enum { H = WIDE / 7 };
    float *gates = numbers(1, (size_t)ROWS * 7 * 4 * H), *c_prev = numbers(2, (size_t)ROWS * 7 * H);
    float *c = zeros((size_t)ROWS * 7 * H);
    kern_lstm_forward((size_t)ROWS * 7, H, gates, c_prev, c, out);
    mem_free(gates);
    mem_free(c_prev);
    mem_free(c);
}

static void run_backward(float *out)
{
    enum { H = WIDE / 7 };
    const size_t n = (size_t)ROWS * 7 * H;
    float *gates = numbers(1, 4 * n), *c_prev = numbers(2, n), *c = numbers(3, n);
    float *dh = numbers(4, n), *dc = numbers(5, n);
    kern_lstm_backward((size_t)ROWS * 7, H, gates, c_prev, c, dh, dc);
    for (size_t i = 0; i < n; i++)
        out[i] = gates[4 * i] + dc[i];
    mem_free(gates);
    mem_free(c_prev);
    mem_free(c);
    mem_free(dh);
    mem_free(dc);
}

static void run_cross_entropy(float *out)
{
    double nats[ROWS];
    int32_t *targets = ids_below(2, ROWS, WIDE);
    rng_fill_uniform(1, RNG_TEST, out, N_OUT, -9.0f, 9.0f);
    kern_cross_entropy(ROWS, WIDE, out, targets, 0.5f, nats);
    for (size_t r = 0; r < ROWS; r++)
        out[r] += (float)nats[r];
    mem_free(targets);
}

static void run_column_sums(float *out)
{
    float *x = numbers(1, (size_t)20 * N_OUT);
    kern_column_sums(20, N_OUT, x, false, out);
    mem_free(x);
}

static void run_sum_squares(float *out)
{
    float *x = numbers(1, 100003);
    const double sums[2] = {kern_sum_squares(100003, x), kern_sum_squares(5003, x)};
    memcpy(out, sums, sizeof sums);
    mem_free(x);
}

static void run_axpy(float *out)
{
    float *x = numbers(1, N_OUT);
    kern_axpy(N_OUT, 0.3f, x, out);
    mem_free(x);
}

static void run_dropout(float *out)
{
    float *x = numbers(1, N_OUT);
    kern_dropout(N_OUT, 0.35, 9, RNG_TEST, 4, x, out);
    mem_free(x);
}

static void run_scatter(float *out)
{
    float *x = numbers(1, N_OUT);
    int32_t *ids = ids_below(2, ROWS, 3);
    kern_scatter_add_rows(ROWS, WIDE, x, ids, out);
    mem_free(x);
    mem_free(ids);
}

static void run_movers(float *out)
{
    float *table = numbers(1, (size_t)9 * WIDE), *x = zeros(N_OUT);
    int32_t *ids = ids_below(2, ROWS, 9);
    kern_gather_rows(ROWS, WIDE, table, ids, x);
    kern_transpose(ROWS, WIDE, x, out);
    kern_fill_rows(ROWS, WIDE, table, table + WIDE, x);
    for (size_t i = 0; i < N_OUT; i++)
        out[i] += x[i];
    mem_free(table);
    mem_free(ids);
    mem_free(x);
}

static const struct {
    const char *name;
    void (*run)(float *out);
} threaded[] = {
    {"lstm_forward", run_forward},
    {"lstm_backward", run_backward},
    {"column_sums", run_column_sums},
    {"cross_entropy", run_cross_entropy},
    {"sum_squares", run_sum_squares},
    {"axpy", run_axpy},
    {"dropout", run_dropout},
    {"scatter_add_rows", run_scatter},
    {"gather, transpose, fill", run_movers},
};

START_TEST(threads_change_no_bit)
{
    static const int threads[] = {2, 3, 5};
    float *want = zeros(N_OUT), *got = zeros(N_OUT);
    for (size_t set = 0; kern_set_at(set) != NULL; set++) {
        if (!kern_choose(kern_set_at(set)->name))
            continue;
        memset(want, 0, N_OUT * sizeof *want);
        kern_set_threads(1);
        threaded[_i].run(want);
        for (size_t i = 0; i < N_OF(threads); i++) {
            memset(got, 0, N_OUT * sizeof *got);
            kern_set_threads(threads[i]);
            threaded[_i].run(got);
            ck_assert_int_eq(kern_threads(), threads[i]);
            ck_assert_msg(memcmp(want, got, N_OUT * sizeof *want) == 0, "%s of %s by %d threads",
                          threaded[_i].name, kern_set_at(set)->name, threads[i]);
        }
    }
    mem_free(want);
    mem_free(got);
}
END_TEST

/* Matrix products ------------------------------------------------------------ */

static const size_t products[][3] = {
    {1, 1, 1},     {1, 5, 3},    {3, 1, 7},     {2, 3, 1},     {7, 5, 9},     {17, 33, 15},
    {20, 65, 130}, {64, 64, 64}, {131, 67, 31}, {40, 200, 50}, {1, 300, 200}, {300, 2, 100},
};

/* Products of k terms: k products and k sums, each rounded, of which the errors grow at most as
 * the sum of the magnitudes; C of beta 1 is one term more. */
static void check_product(const size_t shape[3], bool trans_a, bool trans_b, float beta)
{
    const size_t m = shape[0], n = shape[1], k = shape[2];
    float *a = numbers(1, m * k), *b = numbers(2, k * n), *before = numbers(3, m * n);
    float *c = zeros(m * n + 1);
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

START_TEST(products_agree_with_plain_loops)
{
    for (size_t s = 0; s < N_OF(products); s++)
        for (int how = 0; how < 8; how++)
            check_product(products[s], how & 1, how & 2, how & 4 ? 1.0f : 0.0f);
}
END_TEST

START_TEST(a_nan_reaches_every_product_that_it_is_in)
{
    enum { N = 20 };
    float *a = numbers(1, (size_t)N * N), *b = numbers(2, (size_t)N * N);
    float *c = zeros((size_t)N * N);
    a[7 * N + 3] = NAN;
    memset(b, 0, (size_t)N * N * sizeof *b);
    gemm(false, false, N, N, N, a, b, 0.0f, c);
    for (size_t i = 0; i < (size_t)N * N; i++)
        ck_assert_int_eq(isnan(c[i]) != 0, i / N == 7);
    mem_free(a);
    mem_free(b);
    mem_free(c);
}
END_TEST

static void check_product_threads(const size_t shape[3], bool trans_a, bool trans_b)
{
    const size_t m = shape[0], n = shape[1], k = shape[2];
    float *a = numbers(1, m * k), *b = numbers(2, k * n), *c[2] = {zeros(m * n), zeros(m * n)};
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

START_TEST(threads_change_no_bit_of_a_product)
{
    static const size_t shapes[][3] = {{20, 260, 65}, {131, 67, 310}, {40, 300, 150}};
    for (size_t s = 0; s < N_OF(shapes); s++)
        for (int how = 0; how < 3; how++) /* the three that training uses */
            check_product_threads(shapes[s], how == 1, how == 2);
}
END_TEST

/* Dropout -------------------------------------------------------------------- */

enum { N_DROP = 20003 };

static void apply_to_ones(const struct dropout *d, uint32_t place, float *y)
{
    for (size_t i = 0; i < N_DROP; i++)
        y[i] = 1.0f;
    dropout_apply(d, place, N_DROP, y, y);
}

START_TEST(dropout_keeps_its_share_and_scales_it)
{
    static const double keeps[] = {0.001, 0.35, 0.5, 0.9, 0.999};
    float *y = zeros(N_DROP);
    for (size_t k = 0; k < N_OF(keeps); k++) {
        const double keep = keeps[k];
        apply_to_ones(&(struct dropout){.keep = keep, .seed = 3, .step = 8}, 1, y);
        double kept = 0.0;
        for (size_t i = 0; i < N_DROP; i++) {
            ck_assert(y[i] == 0.0f || y[i] == (float)(1.0 / keep));
            kept += y[i] != 0.0f;
        }
        const double sigma = sqrt(N_DROP * keep * (1.0 - keep));
        ASSERT_NEAR(kept, N_DROP * keep, 5.0 * sigma);
    }
    mem_free(y);
}
END_TEST

START_TEST(dropout_that_keeps_all_changes_nothing)
{
    float *x = numbers(1, N_DROP), *y = zeros(N_DROP);
    dropout_apply(&(struct dropout){.keep = 1.0}, 0, N_DROP, x, y);
    ck_assert_int_eq(memcmp(x, y, N_DROP * sizeof *x), 0);
    dropout_apply(&(struct dropout){.keep = 1.0}, 0, N_DROP, y, y);
    ck_assert_int_eq(memcmp(x, y, N_DROP * sizeof *x), 0);
    mem_free(x);
    mem_free(y);
}
END_TEST

START_TEST(a_mask_is_the_same_when_drawn_again)
{
    const struct dropout d = {.keep = 0.5, .seed = 3, .step = 8};
    float *a = zeros(N_DROP), *b = zeros(N_DROP);
    apply_to_ones(&d, 1, a);
    apply_to_ones(&d, 1, b);
    ck_assert_int_eq(memcmp(a, b, N_DROP * sizeof *a), 0);
    mem_free(a);
    mem_free(b);
}
END_TEST

/* Independent masks of keep 1/2 agree in half of their elements. */
START_TEST(seeds_steps_and_places_have_masks_of_their_own)
{
    static const struct {
        struct dropout d;
        uint32_t place;
    } others[] = {
        {{.keep = 0.5, .seed = 4, .step = 8}, 1},
        {{.keep = 0.5, .seed = 3 + (UINT64_C(1) << 32), .step = 8}, 1},
        {{.keep = 0.5, .seed = 3, .step = 9}, 1},
        {{.keep = 0.5, .seed = 3, .step = 8 + (UINT64_C(1) << 33)}, 1},
        {{.keep = 0.5, .seed = 3, .step = 8}, 2},
    };
    float *a = zeros(N_DROP), *b = zeros(N_DROP);
    apply_to_ones(&(struct dropout){.keep = 0.5, .seed = 3, .step = 8}, 1, a);
    for (size_t i = 0; i < N_OF(others); i++) {
        apply_to_ones(&others[i].d, others[i].place, b);
        double same = 0.0;
        for (size_t j = 0; j < N_DROP; j++)
            same += a[j] == b[j];
        ASSERT_NEAR(same, N_DROP / 2.0, 5.0 * sqrt(N_DROP / 4.0));
    }
    mem_free(a);
    mem_free(b);
}
END_TEST

START_TEST(the_masks_of_two_steps_overlap_nowhere)
{
    enum { N = 10 };
    float steps[2][N];
    for (size_t step = 0; step < 2; step++) {
        for (size_t i = 0; i < N; i++)
            steps[step][i] = 1.0f;
        const struct dropout d = {.keep = 0.5, .seed = 1, .step = step};
        dropout_apply(&d, 0, N, steps[step], steps[step]);
    }
    for (size_t i = 0; i < N; i++) {
        uint32_t bits[4];
        for (size_t step = 0; step < 2; step++) { /* a step takes three blocks of four numbers */
            rng_block(1, RNG_DROPOUT, 3 * step + i / 4, bits);
            ck_assert_int_eq(steps[step][i] != 0.0f, bits[i % 4] < UINT32_C(0x80000000));
        }
    }
}
END_TEST

static bool tells_threads_apart(void)
{
    return strcmp(gemm_library(), "BLIS") == 0;
}

static Suite *matrix_suite(void)
{
    Suite *s = suite_create("kern_matrix");
    TCase *tc = tcase_create("kern_matrix");
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, cross_entropy_gives_nats_and_gradients);
    tcase_add_test(tc, rows_are_filled_with_one_bias_or_two);
    tcase_add_test(tc, column_sums_are_made_or_added);
    tcase_add_test(tc, rows_are_gathered_and_scattered_by_id);
    tcase_add_test(tc, a_transposed_matrix_has_its_entries_in_their_places);
    tcase_add_test(tc, flat_passes_reach_every_element);
    tcase_add_test(tc, a_nan_reaches_the_sum_of_squares_from_anywhere);
    tcase_add_loop_test(tc, threads_change_no_bit, 0, (int)N_OF(threaded));
    tcase_add_test(tc, products_agree_with_plain_loops);
    tcase_add_test(tc, a_nan_reaches_every_product_that_it_is_in);
    tcase_add_test(tc, dropout_keeps_its_share_and_scales_it);
    tcase_add_test(tc, dropout_that_keeps_all_changes_nothing);
    tcase_add_test(tc, a_mask_is_the_same_when_drawn_again);
    tcase_add_test(tc, seeds_steps_and_places_have_masks_of_their_own);
    tcase_add_test(tc, the_masks_of_two_steps_overlap_nowhere);
    if (tells_threads_apart())
        tcase_add_test(tc, threads_change_no_bit_of_a_product);
    else /* the documentation of BLIS alone promises it */
        printf("# skipped: the products of %s may depend on the threads\n", gemm_library());
    suite_add_tcase(s, tc);
    return s;
}

int main(void)
{
    return tap_run(matrix_suite());
}
