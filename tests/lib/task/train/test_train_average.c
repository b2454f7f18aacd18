/* What averages of the weights, and going back to the best, do to a run. */
#include <math.h>
#include <string.h>

#include "lib/kern/gemm.h"
#include "lib/model/window.h"
#include "tests/support/model_support.h"
#include "tests/support/train_support.h"

static struct model *running;
static double *sums; /* of the weights of all steps */
static uint64_t n_sums, first_step;

static void start_sums(struct model *m, uint64_t first)
{
    running = m;
    first_step = first;
    n_sums = 0;
    mem_free(sums);
    sums = mem_zeroed(m->params.total, sizeof *sums, &err);
}

static void sum_weights(void *ctx, const struct train_report *r)
{
    on_window(ctx, r);
    n_sums += r->step >= first_step;
    for (size_t i = 0; i < running->params.total && r->step >= first_step; i++)
        sums[i] += (double)running->weights[i];
}

static double valid_of(const struct model *m)
{
    double value;
    const struct task_request request = {.split = &data.valid, .metric = config.metric, .B = B};
    ASSERT_OK(config.task->evaluate(&value, m, &request, &err));
    return value;
}

static struct train_observer summing(void)
{
    struct train_observer o = observer_of(&heard);
    o.window = sum_weights;
    return o;
}

START_TEST(what_is_evaluated_is_the_mean_and_what_is_trained_is_not)
{
    struct model *plain = trained(1, 1), *m = model_started(1), *mean = model_started(1);
    const double raw = heard.ends[1].valid_metric;
    const uint64_t steps = heard.last_window.step;
    heard = (struct heard){0};
    config.average = average_find("tail");
    config.average_settings.start = 0.5;
    start_sums(m, steps / 2 + 1);
    const struct train_observer o = summing();
    ASSERT_OK(train_with(m, &o));
    ck_assert(same_weights(plain, m));
    for (size_t i = 0; i < m->params.total; i++)
        mean->weights[i] = (float)(sums[i] / (double)n_sums);
    ck_assert_uint_eq(n_sums, steps - steps / 2);
    ck_assert_double_eq_tol(heard.ends[1].valid_metric, valid_of(mean), 1e-4);
    ck_assert(fabs(heard.ends[1].valid_metric - raw) > 1e-2);
    model_free(plain);
    model_free(m);
    model_free(mean);
}
END_TEST

/* Each epoch is measured with both means, and the better one counts. */
START_TEST(two_tailed_is_the_better_of_two_means)
{
    struct model *m = model_started(1), *mean = model_started(1);
    config.average = average_find("two-tailed");
    config.epochs = 4;
    config.rate.hold = 4;
    struct train_state state;
    ASSERT_OK(
        train_state_init(&state, m, B, config.optim, &config.optim_settings, config.metric, &err));
    ASSERT_OK(train_state_add_copies(&state, m, &config, &err));
    const struct train_observer o = observer_of(&heard);
    ASSERT_OK(train_run(m, &state, &config, &data, &o, &err));
    double of[2];
    for (int k = 0; k < 2; k++) {
        memcpy(mean->weights, state.copies + (size_t)k * m->params.total,
               m->params.total * sizeof *mean->weights);
        of[k] = valid_of(mean);
    }
    ck_assert(of[0] != of[1]);
    ck_assert_double_eq(state.report.valid_metric, fmin(of[0], of[1]));
    ck_assert(state.average.short_wins == (of[1] <= of[0]));
    ck_assert_uint_gt(state.average.n[0], state.average.n[1]);
    train_state_fini(&state);
    model_free(m);
    model_free(mean);
}
END_TEST

START_TEST(an_average_has_the_same_bits_with_any_threads)
{
    config.average = average_at((size_t)_i);
    config.average_settings = (struct average_settings){.decay = 0.9, .start = 0.4, .patience = 1};
    model_free(trained(1, 1));
    const double one = heard.ends[1].valid_metric;
    heard = (struct heard){0};
    model_free(trained(1, gemm_ignores_threads() ? 3 : 1));
    ck_assert_double_eq(heard.ends[1].valid_metric, one);
}
END_TEST

START_TEST(what_looks_at_the_valid_text_wants_one)
{
    struct model *m = model_started(1);
    data.valid = (struct task_split){0};
    config.average = average_find("nt");
    ASSERT_FAILS(train(m), ST_USAGE, "average nt needs a valid text");
    config.average = average_find("ema");
    config.average_settings.decay = 0.9;
    ASSERT_OK(train(m));
    model_free(m);
}
END_TEST

/* With a rate that falls to almost 0, the weights stay those of the best epoch. */
START_TEST(the_weights_of_the_best_epoch_are_taken_up)
{
    struct model *m = model_started(1);
    config.optim = optim_find(_i == 0 ? "sgd" : "adam");
    config.optim_settings = config.optim->defaults;
    config.schedule = schedule_find("plateau");
    config.rate = (struct schedule_settings){.lr = _i == 0 ? 1.0 : 0.03, .decay = 1e-9};
    config.masks = mask_settings_even(0.0);
    config.back_to_best = true;
    config.epochs = 16;
    ASSERT_OK(train(m));
    int best = 0, k = 0;
    while (k < 16 && heard.ends[k].best)
        best = k++;
    ck_assert(k > 0 && k < 15); /* there was one that was no new best */
    ck_assert_double_gt(heard.ends[k].valid_metric, heard.ends[best].valid_metric);
    ck_assert_double_eq_tol(heard.ends[k + 1].valid_metric, heard.ends[best].valid_metric, 1e-2);
    ck_assert_double_lt(heard.ends[k + 1].lr, heard.ends[k].lr);
    model_free(m);
}
END_TEST

static Suite *train_average_suite(void)
{
    Suite *suite = suite_create("train_average");
    TCase *tc = tcase_create("train_average");
    int averages = 0;
    while (average_at((size_t)averages) != NULL)
        averages++;
    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, setup, NULL);
    tcase_add_test(tc, what_is_evaluated_is_the_mean_and_what_is_trained_is_not);
    tcase_add_test(tc, two_tailed_is_the_better_of_two_means);
    tcase_add_loop_test(tc, an_average_has_the_same_bits_with_any_threads, 0, averages);
    tcase_add_test(tc, what_looks_at_the_valid_text_wants_one);
    tcase_add_loop_test(tc, the_weights_of_the_best_epoch_are_taken_up, 0, 2);
    suite_add_tcase(suite, tc);
    return suite;
}

TAP_MAIN(train_average_suite())
