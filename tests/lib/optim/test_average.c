/* Averages of the weights: each is what its definition says, worked out in double. */
#include <math.h>
#include <string.h>

#include "lib/kern/pool.h"
#include "lib/optim/average.h"
#include "lib/base/rng.h"
#include "tests/support/tap.h"

enum { N = 40000, STEPS = 60 };

static float weights[N], one[N], two[N];
static float *const copies[] = {one, two};
static const struct average_settings settings = {.decay = 0.9, .start = 0.5, .patience = 5};
static struct average_state state;

static float weight(size_t i, uint64_t step)
{
    return sinf((float)i + 0.7f * (float)step) + 1.0f / (float)step;
}

static void add(const struct average_ops *ops, uint64_t step)
{
    for (size_t i = 0; i < N; i++)
        weights[i] = weight(i, step);
    average_add(ops, &settings, step, STEPS, N, weights, copies, &state);
}

static void begin(void)
{
    state = (struct average_state){0};
    for (size_t i = 0; i < N; i++)
        one[i] = two[i] = NAN; /* what is in a copy before its first step means nothing */
}

/* The mean of the weights of the steps [first, last], each with decay^(last - step). */
static double mean(size_t i, uint64_t first, uint64_t last, double decay)
{
    double sum = 0.0, all = 0.0;
    for (uint64_t step = first; step <= last; step++) {
        const double share = pow(decay, (double)(last - step));
        sum += share * (double)weight(i, step);
        all += share;
    }
    return sum / all;
}

static void check(const float *copy, uint64_t first, uint64_t last, double decay)
{
    for (size_t i = 0; i < N; i += 37)
        ck_assert_double_eq_tol((double)copy[i], mean(i, first, last, decay), 2e-6);
}

START_TEST(ema_is_the_bias_corrected_mean)
{
    begin();
    for (uint64_t step = 1; step <= STEPS; step++) {
        add(average_find("ema"), step);
        if (step < 3 || step == STEPS)
            check(one, 1, step, 0.9);
    }
}
END_TEST

START_TEST(tail_is_the_mean_of_the_last_part)
{
    begin();
    for (uint64_t step = 1; step <= STEPS; step++) {
        add(average_find("tail"), step);
        ck_assert_int_eq(average_shown(average_find("tail"), &state), step > STEPS / 2 ? 0 : -1);
    }
    check(one, STEPS / 2 + 1, STEPS, 1.0);
}
END_TEST

/* The code of AWD-LSTM keeps a list: len(past) > patience and valid > min(past[:-patience]). */
static size_t epoch_of_trigger(const double *valid, size_t n, size_t patience)
{
    for (size_t k = 0; k < n; k++)
        for (size_t i = 0; i + patience < k; i++)
            if (valid[k] > valid[i])
                return k;
    return n;
}

START_TEST(nt_is_triggered_as_by_the_list_of_the_paper)
{
    struct rng rng;
    double valid[40], worse[40];
    rng_init(&rng, (uint64_t)_i, RNG_TEST);
    for (size_t k = 0; k < N_OF(valid); k++) {
        valid[k] = 100.0 * exp(-(double)k / 9.0) + 0.1 * (double)(rng_next(&rng) % 400);
        worse[k] = -valid[k];
    }
    for (int64_t patience = 1; patience <= AVERAGE_PATIENCE_MAX; patience++) {
        const struct average_settings s = {.patience = patience};
        struct average_state low = {0}, high = {0};
        const size_t want = epoch_of_trigger(valid, N_OF(valid), (size_t)patience);
        for (size_t k = 0; k < N_OF(valid); k++) {
            average_begin_epoch(average_find("nt"), &s, valid[k], true, N, copies, &low);
            average_begin_epoch(average_find("nt"), &s, worse[k], false, N, copies, &high);
            ck_assert_msg(low.begun == (k >= want), "patience %d, epoch %d", (int)patience, (int)k);
            ck_assert(high.begun == low.begun);
        }
    }
}
END_TEST

START_TEST(nt_is_the_mean_from_the_trigger_on)
{
    const struct average_ops *nt = average_find("nt");
    begin();
    for (uint64_t step = 1; step <= STEPS; step++) {
        state.begun = step > 20;
        add(nt, step);
        ck_assert_int_eq(average_shown(nt, &state), step > 20 ? 0 : -1);
    }
    check(one, 21, STEPS, 1.0);
}
END_TEST

static void end_epoch(bool short_wins)
{
    state.short_wins = short_wins;
    ck_assert_int_eq(average_shown(average_find("two-tailed"), &state), short_wins ? 1 : 0);
    average_begin_epoch(average_find("two-tailed"), &settings, 1.0, true, N, copies, &state);
    ck_assert_int_eq(average_shown(average_find("two-tailed"), &state), 0);
}

START_TEST(two_tailed_takes_the_short_mean_for_the_long_one)
{
    const struct average_ops *two_tailed = average_find("two-tailed");
    begin();
    for (uint64_t step = 1; step <= 40; step++) {
        add(two_tailed, step);
        if (step == 10 || step == 20 || step == 30)
            end_epoch(step != 20);
        ck_assert(average_has_rival(two_tailed, &state) == (step != 10 && step != 30));
    }
    check(one, 11, 40, 1.0); /* the short mean of 11 to 30 won at step 30 */
    check(two, 31, 40, 1.0);
}
END_TEST

START_TEST(a_step_forgets_which_one_won)
{
    begin();
    add(average_find("two-tailed"), 1);
    state.short_wins = true;
    add(average_find("two-tailed"), 2);
    ck_assert(!state.short_wins);
}
END_TEST

START_TEST(any_number_of_threads_gives_the_same_bits)
{
    static float kept[N];
    for (int threads = 1; threads <= 3; threads++) {
        pool_set_threads(threads);
        begin();
        for (uint64_t step = 1; step <= 9; step++)
            add(average_find("ema"), step);
        if (threads == 1)
            memcpy(kept, one, sizeof kept);
        ck_assert_mem_eq(kept, one, sizeof kept);
    }
    pool_set_threads(1);
}
END_TEST

START_TEST(an_exchange_is_undone_by_another)
{
    static float a[N], b[N];
    for (size_t i = 0; i < N; i++) {
        one[i] = a[i] = (float)i;
        two[i] = b[i] = -(float)i - 1.0f;
    }
    average_exchange(N, one, two);
    ck_assert_mem_eq(one, b, sizeof b);
    ck_assert_mem_eq(two, a, sizeof a);
    average_exchange(N, one, two);
    ck_assert_mem_eq(one, a, sizeof a);
}
END_TEST

static Suite *average_suite(void)
{
    Suite *s = suite_create("average");
    TCase *tc = tcase_create("average");
    tcase_add_test(tc, ema_is_the_bias_corrected_mean);
    tcase_add_test(tc, tail_is_the_mean_of_the_last_part);
    tcase_add_loop_test(tc, nt_is_triggered_as_by_the_list_of_the_paper, 0, 20);
    tcase_add_test(tc, nt_is_the_mean_from_the_trigger_on);
    tcase_add_test(tc, two_tailed_takes_the_short_mean_for_the_long_one);
    tcase_add_test(tc, a_step_forgets_which_one_won);
    tcase_add_test(tc, any_number_of_threads_gives_the_same_bits);
    tcase_add_test(tc, an_exchange_is_undone_by_another);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(average_suite())
