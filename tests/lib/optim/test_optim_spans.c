/* Spans: the same bits by rows and dense, for any number of threads, and however they are cut.
 * Walks all optimisers with all combinations of their settings. */
#include <math.h>

#include "lib/kern/pool.h"
#include "tests/support/optim_support.h"

/* Fills rows[] with `seen` distinct rows of a table of V in no order. */
static void choose_rows(int32_t *rows, size_t seen, size_t V, size_t step)
{
    size_t stride = V / 2 + 1 + step;
    while (V % stride == 0 || stride % 2 == 0 || stride % 3 == 0)
        stride++;
    for (size_t i = 0; i < seen; i++)
        rows[i] = (int32_t)((step * 5 + i * stride) % V);
}

/* Tables with more rows than a thread takes at once, wider than one takes zeros, and wider than one
 * takes. V is no multiple of 2 or 3. */
static const struct {
    size_t V, E, seen;
} tables[] = {{601, 5, 97}, {7, 1500, 3}, {5, 70000, 2}, {1, 8, 1}, {25, 4, 0}};

static void step_by_rows(const struct rig *by_rows, const struct rig *dense, size_t E, size_t seen,
                         size_t step)
{
    float *grad = numbers(2 + (uint32_t)step, seen * E), *full = zeroed(dense->n, sizeof *full);
    int32_t *rows = zeroed(seen, sizeof *rows);
    choose_rows(rows, seen, dense->n / E, step);
    for (size_t i = 0; i < seen; i++)
        memcpy(full + (size_t)rows[i] * E, grad + i * E, E * sizeof *grad);
    struct optim_span span = rig_span(by_rows, 0, by_rows->n, grad);
    span.rows = rows;
    span.n_rows = seen;
    span.row_len = E;
    const struct optim_span whole = rig_span(dense, 0, dense->n, full);
    rig_update(by_rows, &span, step);
    rig_update(dense, &whole, step);
    mem_free(grad);
    mem_free(full);
    mem_free(rows);
}

START_TEST(rows_are_updated_as_a_dense_span_with_zeros)
{
    const struct optim_ops *ops = optim_at((size_t)_i);
    for (size_t t = 0; t < N_OF(tables); t++)
        for (int v = 0; v < VARIANTS; v += t == 2 ? 5 : 1) {
            const struct optim_settings s = variant(ops, v);
            pool_set_threads(1 + v % 3);
            struct rig a = rig_new(ops, &s, tables[t].V * tables[t].E);
            struct rig b = rig_new(ops, &s, tables[t].V * tables[t].E);
            for (size_t step = 1; step <= 3; step++)
                step_by_rows(&a, &b, tables[t].E, tables[t].seen, step);
            const bool lazy = strcmp(ops->name, "sparse-adam") == 0;
            if (!lazy && !rig_same(&a, &b))
                ck_abort_msg("%s, settings %d, table %zu", ops->name, v, t);
            rig_free(&a);
            rig_free(&b);
        }
}
END_TEST

/* The lazy one. What seen rows become is in test_optim_golden. */
START_TEST(sparse_adam_leaves_unseen_rows_alone)
{
    enum { V = 9, E = 4 };
    static const int32_t rows[] = {7, 2};
    struct rig r = rig_new(&optim_sparse_adam, &optim_sparse_adam.defaults, V * E);
    struct rig before = rig_new(&optim_sparse_adam, &optim_sparse_adam.defaults, V * E);
    float *grad = numbers(2, V * E);
    const struct optim_span all = rig_span(&r, 0, V * E, grad);
    const struct optim_span all_before = rig_span(&before, 0, V * E, grad);
    rig_update(&r, &all, 1);
    rig_update(&before, &all_before, 1);
    struct optim_span span = rig_span(&r, 0, V * E, grad);
    span.rows = rows;
    span.n_rows = N_OF(rows);
    span.row_len = E;
    rig_update(&r, &span, 2);
    for (size_t i = 0; i < V * E; i++) {
        const bool seen = i / E == 7 || i / E == 2;
        ck_assert((r.weights[i] == before.weights[i]) == !seen);
        ck_assert((r.slots[0][i] == before.slots[0][i]) == !seen);
        ck_assert((r.slots[1][i] == before.slots[1][i]) == !seen);
    }
    rig_free(&r);
    rig_free(&before);
    mem_free(grad);
}
END_TEST

enum { N = 40001 };

/* Three steps, each span cut in pieces of `piece`. */
static struct rig stepped(const struct optim_ops *ops, const struct optim_settings *s, size_t piece,
                          int threads)
{
    struct rig r = rig_new(ops, s, N);
    float *grad = numbers(2, N);
    pool_set_threads(threads);
    for (uint64_t step = 1; step <= 3; step++)
        for (size_t at = 0; at < N; at += piece) {
            const struct optim_span span =
                rig_span(&r, at, N - at < piece ? N - at : piece, grad + at);
            rig_update(&r, &span, step);
        }
    mem_free(grad);
    return r;
}

START_TEST(threads_and_cuts_leave_the_bits_as_they_are)
{
    static const size_t pieces[] = {N, 3, 16389};
    const struct optim_ops *ops = optim_at((size_t)_i);
    for (int v = 0; v < VARIANTS; v++) {
        const struct optim_settings s = variant(ops, v);
        struct rig want = stepped(ops, &s, N, 1);
        for (int threads = 1; threads <= 3; threads++) {
            struct rig got = stepped(ops, &s, pieces[threads - 1], threads);
            struct rig whole = stepped(ops, &s, N, threads);
            if (!rig_same(&want, &got) || !rig_same(&want, &whole))
                ck_abort_msg("%s, settings %d, threads %d", ops->name, v, threads);
            rig_free(&got);
            rig_free(&whole);
        }
        rig_free(&want);
    }
}
END_TEST

START_TEST(nan_stays_where_it_is)
{
    enum { FEW = 21, AT = 13 };
    const struct optim_ops *ops = optim_at((size_t)_i);
    for (int v = 0; v < VARIANTS; v++) {
        const struct optim_settings s = variant(ops, v);
        struct rig a = rig_new(ops, &s, FEW), b = rig_new(ops, &s, FEW);
        float *grad = numbers(2, FEW);
        for (uint64_t step = 1; step <= 7; step++) { /* past RAdam's first ones */
            const struct optim_span sound = rig_span(&a, 0, FEW, grad);
            rig_update(&a, &sound, step);
        }
        grad[AT] = NAN;
        for (uint64_t step = 1; step <= 7; step++) {
            const struct optim_span broken = rig_span(&b, 0, FEW, grad);
            rig_update(&b, &broken, step);
        }
        for (size_t i = 0; i < FEW; i++)
            ck_assert(i == AT ? isnan(b.weights[i]) : b.weights[i] == a.weights[i]);
        for (size_t k = 0; k < optim_slots(ops, &s, NULL); k++)
            ck_assert(isnan(b.slots[k][AT]));
        rig_free(&a);
        rig_free(&b);
        mem_free(grad);
    }
}
END_TEST

/* Denormals would make updates many times slower; and they do not fade away by themselves. */
START_TEST(decayed_values_end_as_zero)
{
    enum { FEW = 20 };
    const struct optim_ops *ops = optim_at((size_t)_i);
    for (int v = 0; v < VARIANTS; v++) {
        struct optim_settings s = variant(ops, v);
        s.beta2 = s.alpha = 0.9;
        s.weight_decay = 0.0;
        struct rig r = rig_new(ops, &s, FEW);
        float *grad = numbers(2, FEW);
        for (uint64_t step = 1; step <= 1500; step++) {
            const struct optim_span span = rig_span(&r, 0, FEW, grad);
            rig_update(&r, &span, step);
            memset(grad, 0, FEW * sizeof *grad);
        }
        for (size_t i = 0; i < FEW; i++)
            for (size_t k = 0; k < optim_slots(ops, &s, NULL); k++)
                ck_assert_int_ne(fpclassify(r.slots[k][i]), FP_SUBNORMAL);
        rig_free(&r);
        mem_free(grad);
    }
}
END_TEST

static Suite *spans_suite(void)
{
    Suite *s = suite_create("optim_spans");
    TCase *tc = tcase_create("optim_spans");
    int n = 0;
    while (optim_at((size_t)n) != NULL)
        n++;
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, rows_are_updated_as_a_dense_span_with_zeros, 0, n);
    tcase_add_test(tc, sparse_adam_leaves_unseen_rows_alone);
    tcase_add_loop_test(tc, threads_and_cuts_leave_the_bits_as_they_are, 0, n);
    tcase_add_loop_test(tc, nan_stays_where_it_is, 0, n);
    tcase_add_loop_test(tc, decayed_values_end_as_zero, 0, n);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(spans_suite())
