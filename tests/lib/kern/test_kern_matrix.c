/* Functions over whole matrices against plain loops in double, and what holds for all of them: the
 * same bits for any number of threads, with every kernel set. */
#include <math.h>
#include <string.h>

#include "lib/kern/kern.h"
#include "tests/support/array_support.h"
#include "tests/support/tap.h"

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

START_TEST(rows_are_filled_with_a_bias)
{
    float *bias = numbers(1, WIDE), *x = zeroed((size_t)ROWS * WIDE, sizeof(float));
    kern_fill_rows(ROWS, WIDE, bias, x);
    for (size_t i = 0; i < (size_t)ROWS * WIDE; i++)
        ck_assert_float_eq(x[i], bias[i % WIDE]);
    mem_free(bias);
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
    float *out = zeroed((size_t)ROWS * WIDE, sizeof(float)), *before = numbers(1, (size_t)V * WIDE);
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
        float *in = numbers(1, m * n), *out = zeroed(m * n + 1, sizeof(float));
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
    float *table = numbers(1, (size_t)9 * WIDE), *x = zeroed(N_OUT, sizeof(float));
    int32_t *ids = ids_below(2, ROWS, 9);
    kern_gather_rows(ROWS, WIDE, table, ids, x);
    kern_transpose(ROWS, WIDE, x, out);
    kern_fill_rows(ROWS, WIDE, table, x);
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
    float *want = zeroed(N_OUT, sizeof(float)), *got = zeroed(N_OUT, sizeof(float));
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

static Suite *kern_matrix_suite(void)
{
    Suite *s = suite_create("kern_matrix");
    TCase *tc = tcase_create("kern_matrix");
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, cross_entropy_gives_nats_and_gradients);
    tcase_add_test(tc, rows_are_filled_with_a_bias);
    tcase_add_test(tc, column_sums_are_made_or_added);
    tcase_add_test(tc, rows_are_gathered_and_scattered_by_id);
    tcase_add_test(tc, a_transposed_matrix_has_its_entries_in_their_places);
    tcase_add_test(tc, flat_passes_reach_every_element);
    tcase_add_test(tc, a_nan_reaches_the_sum_of_squares_from_anywhere);
    tcase_add_loop_test(tc, threads_change_no_bit, 0, (int)N_OF(threaded));
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(kern_matrix_suite())
