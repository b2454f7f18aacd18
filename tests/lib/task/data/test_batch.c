/* Windows of the batch producer, against the tutorial's own example and its definition. */
#include "lib/task/data/batch.h"
#include "tests/support/task_support.h"

enum { PTB_TRAIN = 929589 };

static struct batcher b;

static void check_window(int B, int T, const int32_t *x, const int32_t *y)
{
    int32_t got_x[64], got_y[64];
    ck_assert(batcher_next(&b, got_x, got_y));
    for (int i = 0; i < B * T; i++) {
        ck_assert_int_eq(got_x[i], x[i]);
        ck_assert_int_eq(got_y[i], y[i]);
    }
}

static void check_end(void)
{
    int32_t x[64], y[64];
    ck_assert(!batcher_next(&b, x, y));
    ck_assert(!batcher_next(&b, x, y));
}

/* tensorflow/models, tutorials/rnn/ptb/reader_test.py, testPtbProducer; here time-major. */
START_TEST(the_tutorials_test_gives_its_windows)
{
    const int32_t raw[] = {4, 3, 2, 1, 0, 5, 6, 1, 1, 1, 1, 0, 3, 4, 1};
    ASSERT_OK(batcher_init(&b, raw, 15, 3, 2, &err));
    check_window(3, 2, (const int32_t[]){4, 5, 1, 3, 6, 0}, (const int32_t[]){3, 6, 0, 2, 1, 3});
    check_window(3, 2, (const int32_t[]){2, 1, 3, 1, 1, 4}, (const int32_t[]){1, 1, 4, 0, 1, 1});
    check_end();
}
END_TEST

/* "A girl walked into a bar, and she <eos>" */
START_TEST(one_row_of_the_tutorials_sentence_is_x_and_y_shifted_by_one)
{
    const int32_t girl[] = {1, 2, 3, 4, 5, 6, 7, 8, 0};
    ASSERT_OK(batcher_init(&b, girl, 9, 1, 8, &err));
    ck_assert_uint_eq(b.n_windows, 1);
    check_window(1, 8, girl, girl + 1);
    check_end();
}
END_TEST

START_TEST(ids_that_are_repeated_stand_side_by_side)
{
    const int32_t raw[] = {4, 3, 2, 1, 0, 5, 6, 7, 8, 9};
    ASSERT_OK(batcher_init(&b, raw, 10, 2, 2, &err));
    b.repeat = 2;
    check_window(4, 2, (const int32_t[]){4, 4, 5, 5, 3, 3, 6, 6},
                 (const int32_t[]){3, 3, 6, 6, 2, 2, 7, 7});
}
END_TEST

static void check_sizes(size_t n, int B, int T, size_t batch_len, size_t n_windows)
{
    ASSERT_OK(batcher_init(&b, NULL, n, B, T, &err));
    ck_assert_uint_eq(b.batch_len, batch_len);
    ck_assert_uint_eq(b.n_windows, n_windows);
}

START_TEST(the_penn_treebank_has_2323_windows_of_20_steps_and_1327_of_35)
{
    check_sizes(PTB_TRAIN, 20, 20, 46479, 2323);
    check_sizes(PTB_TRAIN, 20, 35, 46479, 1327);
    check_sizes(82430, 1, 1, 82430, 82429);
}
END_TEST

START_TEST(what_fills_no_row_and_no_window_is_left_over)
{
    const int32_t ids[] = {10, 11, 12, 13, 14, 20, 21, 22, 23, 24, 99};
    ASSERT_OK(batcher_init(&b, ids, 11, 2, 3, &err));
    check_window(2, 3, (const int32_t[]){10, 20, 11, 21, 12, 22},
                 (const int32_t[]){11, 21, 12, 22, 13, 23});
    check_end();
}
END_TEST

START_TEST(windows_follow_each_other_and_y_is_x_one_later)
{
    enum { N = 1000, B = 7, T = 4 };
    int32_t ids[N], x[B * T], y[B * T];
    for (int i = 0; i < N; i++)
        ids[i] = i;
    ASSERT_OK(batcher_init(&b, ids, N, B, T, &err));
    size_t windows = 0;
    while (batcher_next(&b, x, y)) {
        for (int t = 0; t < T; t++)
            for (int row = 0; row < B; row++) {
                ck_assert_int_eq(x[t * B + row], row * (N / B) + (int)windows * T + t);
                ck_assert_int_eq(y[t * B + row], x[t * B + row] + 1);
            }
        windows++;
    }
    ck_assert_uint_eq(windows, (N / B - 1) / T);
}
END_TEST

START_TEST(the_smallest_text_for_a_window_has_b_times_t_plus_1_tokens)
{
    const int32_t ids[12] = {0};
    ASSERT_OK(batcher_init(&b, ids, 12, 3, 3, &err));
    ck_assert_uint_eq(b.n_windows, 1);
    ASSERT_FAILS(batcher_init(&b, ids, 11, 3, 3, &err), ST_INPUT, "needs 12");
}
END_TEST

static void check_advice(const int32_t *ids, size_t tokens, int B, int T, enum remedy remedy,
                         size_t n, size_t m)
{
    ASSERT_FAILS(batcher_init(&b, ids, tokens, B, T, &err), ST_INPUT, "too few for a window");
    ck_assert_int_eq(err.remedy, remedy);
    ck_assert_uint_eq(err.n, n);
    ck_assert_uint_eq(err.m, m);
}

/* Whether the window that a remedy proposes does fit. */
static void check_fits(const int32_t *ids, size_t n, int B, int T)
{
    ASSERT_OK(batcher_init(&b, ids, n, B, T, &err));
    ck_assert_uint_ge(b.n_windows, 1);
}

START_TEST(too_short_a_text_is_told_what_would_fit)
{
    const int32_t ids[50] = {0};
    check_advice(ids, 50, 20, 20, REMEDY_FIT_EITHER, 2, 1);
    ck_assert_str_eq(err.text, "the text has 50 tokens, too few for a window of batch 20 and "
                               "steps 20, which needs 420");
    check_fits(ids, 50, 2, 20);
    check_fits(ids, 50, 20, 1);
    check_advice(ids, 50, 10, 60, REMEDY_FIT_STEPS, 4, 0);
    check_fits(ids, 50, 10, 4);
    check_advice(ids, 50, 60, 10, REMEDY_FIT_BATCH, 4, 0);
    check_fits(ids, 50, 4, 10);
    check_advice(ids, 50, 60, 60, REMEDY_FIT_BOTH, 1, 49);
    check_fits(ids, 50, 1, 49);
}
END_TEST

START_TEST(a_text_of_a_token_or_none_is_not_told_what_cannot_fit)
{
    const int32_t ids[1] = {0};
    for (size_t n = 0; n < 2; n++) {
        ASSERT_FAILS(batcher_init(&b, ids, n, 1, 1, &err), ST_INPUT, "needs 2");
        ck_assert_int_eq(err.remedy, REMEDY_NONE);
    }
}
END_TEST

START_TEST(a_window_without_rows_or_steps_is_refused)
{
    const int32_t ids[10] = {0};
    ASSERT_FAILS(batcher_init(&b, ids, 10, 0, 1, &err), ST_USAGE, "batch 0");
    ASSERT_FAILS(batcher_init(&b, ids, 10, 1, -1, &err), ST_USAGE, "steps -1");
}
END_TEST

static Suite *batch_suite(void)
{
    Suite *suite = suite_create("batch");
    TCase *tc = tcase_create("batch");
    tcase_add_test(tc, the_tutorials_test_gives_its_windows);
    tcase_add_test(tc, one_row_of_the_tutorials_sentence_is_x_and_y_shifted_by_one);
    tcase_add_test(tc, ids_that_are_repeated_stand_side_by_side);
    tcase_add_test(tc, the_penn_treebank_has_2323_windows_of_20_steps_and_1327_of_35);
    tcase_add_test(tc, what_fills_no_row_and_no_window_is_left_over);
    tcase_add_test(tc, windows_follow_each_other_and_y_is_x_one_later);
    tcase_add_test(tc, the_smallest_text_for_a_window_has_b_times_t_plus_1_tokens);
    tcase_add_test(tc, too_short_a_text_is_told_what_would_fit);
    tcase_add_test(tc, a_text_of_a_token_or_none_is_not_told_what_cannot_fit);
    tcase_add_test(tc, a_window_without_rows_or_steps_is_refused);
    suite_add_tcase(suite, tc);
    return suite;
}

TAP_MAIN(batch_suite())
