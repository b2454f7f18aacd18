/* What the observer of a training run hears, and how a run ends. */
#include <math.h>

#include "lib/task/use/eval.h"
#include "tests/support/train_support.h"

START_TEST(the_valid_metric_is_that_of_eval_over_b_streams)
{
    struct model *m = trained(1, 1);
    struct eval_result r;
    const struct eval_request request = {
        .ids = valid_ids, .n = N_VALID, .unk = data.valid.unk, .streams = B};
    ASSERT_OK(eval_stream(&r, m, &request, &err));
    ck_assert_double_eq(heard.ends[1].valid_metric, eval_perplexity(&r));
    model_free(m);
}
END_TEST

START_TEST(the_observer_hears_windows_words_reports_and_epochs)
{
    const uint64_t windows = (N_TRAIN / B - 1) / T;
    model_free(trained(1, 1));
    ck_assert_uint_eq(heard.windows, 2 * windows);
    ck_assert_uint_eq(heard.reports, 2 * 4);
    ck_assert_uint_eq(heard.epochs, 2);
    ck_assert_uint_ge(heard.evaluations, 2);
    for (uint64_t i = 0; i < 2; i++) {
        const struct train_report *r = &heard.ends[i];
        ck_assert_int_eq(r->epoch, (int)i + 1);
        ck_assert_int_eq(r->epochs, 2);
        ck_assert_uint_eq(r->window, windows);
        ck_assert_uint_eq(r->windows, windows);
        ck_assert_uint_eq(r->step, (i + 1) * windows);
        ck_assert_uint_eq(r->words, (i + 1) * windows * B * T);
        ck_assert_double_gt(r->grad_norm, 0.0);
        ck_assert_double_gt(r->seconds, 0.0);
        ck_assert_double_ge(r->elapsed, r->seconds);
    }
}
END_TEST

START_TEST(more_reports_than_windows_are_one_for_each_window)
{
    config.reports = 1000;
    config.epochs = 1;
    model_free(trained(1, 1));
    ck_assert_uint_eq(heard.reports, heard.windows);
}
END_TEST

START_TEST(the_rate_holds_and_then_decays_epoch_by_epoch)
{
    static const double want[] = {1.0, 1.0, 0.5, 0.25};
    config.epochs = 4;
    model_free(trained(1, 1));
    for (int i = 0; i < 4; i++)
        ck_assert_double_eq(heard.ends[i].lr, want[i]);
}
END_TEST

START_TEST(best_is_an_epoch_below_all_before_it)
{
    /* the better a model knows the training text, the worse it predicts words drawn at random */
    fill_random_ids(valid_ids, N_VALID, V, 5);
    config.epochs = 6;
    config.rate = (struct schedule_settings){.lr = 2.0, .decay = 1.0, .hold = 1};
    config.masks = mask_settings_even(0.0);
    model_free(trained(1, 1));
    double best = INFINITY;
    int worse = 0;
    for (int i = 0; i < 6; i++) {
        const bool better = heard.ends[i].valid_metric < best;
        ck_assert_int_eq(heard.ends[i].best, better);
        best = better ? heard.ends[i].valid_metric : best;
        worse += !better;
    }
    ck_assert_int_gt(worse, 0);
}
END_TEST

START_TEST(without_valid_text_every_epoch_is_the_best)
{
    data.valid.n = 0;
    model_free(trained(1, 1));
    ck_assert_uint_eq(heard.evaluations, 0);
    for (int i = 0; i < 2; i++) {
        ck_assert(heard.ends[i].best);
        ck_assert_double_eq(heard.ends[i].valid_metric, 0.0);
    }
}
END_TEST

START_TEST(divergence_is_reported_with_step_norm_and_rate)
{
    struct model *m = model_started(1);
    config.rate.lr = 1e9;
    for (int with_valid = 0; with_valid < 2; with_valid++) {
        data.valid.n = with_valid ? N_VALID : 0;
        ASSERT_FAILS(train(m), ST_DIVERGED, "diverged in epoch 1 at step ");
        ck_assert_ptr_nonnull(strstr(err.text, "gradient norm "));
        ck_assert_ptr_nonnull(strstr(err.text, "learning rate 1e+09"));
        ck_assert_uint_eq(heard.epochs, 0);
    }
    model_free(m);
}
END_TEST

START_TEST(a_stop_flag_ends_it_before_the_next_window)
{
    struct model *m = model_started(1);
    heard.stop_at = 45;
    ASSERT_FAILS(train(m), ST_INTERRUPTED, "epoch 2 after 3 of 42 windows");
    ck_assert_uint_eq(heard.windows, 45);
    ck_assert_uint_eq(heard.last_window.step, 45);
    ck_assert_uint_eq(heard.epochs, 1);
    model_free(m);
}
END_TEST

START_TEST(a_failing_observer_ends_it)
{
    struct model *m = model_started(1);
    heard.report_fails = ST_IO;
    ASSERT_FAILS(train(m), ST_IO, "the log is full");
    ck_assert_uint_eq(heard.reports, 1);
    model_free(m);
}
END_TEST

START_TEST(an_observer_may_have_no_functions)
{
    struct model *deaf = model_started(1), *heard_of = trained(1, 1);
    const struct train_observer none = {0};
    ASSERT_OK(train_with(deaf, &none));
    ck_assert(same_weights(deaf, heard_of));
    model_free(deaf);
    model_free(heard_of);
}
END_TEST

START_TEST(a_text_without_a_window_is_refused)
{
    struct model *m = model_started(1);
    data.train.n = B * (T + 1) - 1;
    ASSERT_FAILS(train(m), ST_INPUT, "needs 80");
    model_free(m);
}
END_TEST

static Suite *train_report_suite(void)
{
    Suite *suite = suite_create("train_report");
    TCase *tc = tcase_create("train_report");
    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, setup, NULL);
    tcase_add_test(tc, the_valid_metric_is_that_of_eval_over_b_streams);
    tcase_add_test(tc, the_observer_hears_windows_words_reports_and_epochs);
    tcase_add_test(tc, more_reports_than_windows_are_one_for_each_window);
    tcase_add_test(tc, the_rate_holds_and_then_decays_epoch_by_epoch);
    tcase_add_test(tc, best_is_an_epoch_below_all_before_it);
    tcase_add_test(tc, without_valid_text_every_epoch_is_the_best);
    tcase_add_test(tc, divergence_is_reported_with_step_norm_and_rate);
    tcase_add_test(tc, a_stop_flag_ends_it_before_the_next_window);
    tcase_add_test(tc, a_failing_observer_ends_it);
    tcase_add_test(tc, an_observer_may_have_no_functions);
    tcase_add_test(tc, a_text_without_a_window_is_refused);
    suite_add_tcase(suite, tc);
    return suite;
}

TAP_MAIN(train_report_suite())
