/* Clipping, optimisers and learning-rate schedules. */
#include <math.h>
#include <string.h>

#include "lib/optim/optim.h"
#include "lib/optim/schedule.h"
#include "lib/task/settings/train_settings.h"
#include "tests/support/tap.h"

START_TEST(optimisers_are_found_by_name)
{
    ck_assert_ptr_nonnull(optim_at(0));
    for (size_t i = 0; optim_at(i) != NULL; i++)
        ck_assert_ptr_eq(optim_find(optim_at(i)->name), optim_at(i));
    ck_assert_ptr_eq(optim_find("sgd"), &optim_sgd);
    ck_assert_ptr_null(optim_find("SGD"));
    ck_assert_ptr_null(optim_find(""));
}
END_TEST

START_TEST(schedules_are_found_by_name)
{
    ck_assert_ptr_nonnull(schedule_at(0));
    for (size_t i = 0; schedule_at(i) != NULL; i++)
        ck_assert_ptr_eq(schedule_find(schedule_at(i)->name), schedule_at(i));
    ck_assert_ptr_null(schedule_find("cosine"));
}
END_TEST

/* Clipping ------------------------------------------------------------------- */

START_TEST(a_gradient_is_scaled_to_the_largest_norm_and_a_smaller_one_is_left)
{
    static const struct {
        double norm, max;
        float scale;
    } cases[] = {
        {0.0, 5.0, 1.0f},          {4.999, 5.0, 1.0f},  {5.0, 5.0, 1.0f},     {10.0, 5.0, 0.5f},
        {1e30, 5.0, 5.0f / 1e30f}, {2.0, 0.25, 0.125f}, {1e-30, 1e-31, 0.1f},
    };
    for (size_t i = 0; i < N_OF(cases); i++) {
        const float got = optim_clip_scale(cases[i].norm, cases[i].max);
        ck_assert(fabsf(got - cases[i].scale) <= 1e-6f * cases[i].scale);
    }
    ck_assert(optim_clip_scale(nextafter(5.0, 6.0), 5.0) <= 1.0f);
}
END_TEST

START_TEST(the_sum_of_squares_is_that_of_all_elements)
{
    enum { N = 1003 };
    float grad[N];
    double want = 0.0;
    for (size_t i = 0; i < N; i++) {
        grad[i] = (float)i * 0.25f - 100.0f;
        want += (double)grad[i] * (double)grad[i];
    }
    ck_assert(fabs(optim_sum_squares(N, grad) - want) <= 2e-6 * want);
    ck_assert_double_eq(optim_sum_squares(0, grad), 0.0);
}
END_TEST

/* SGD ------------------------------------------------------------------------ */

START_TEST(sgd_subtracts_the_scaled_gradient)
{
    enum { N = 37 };
    float weights[N + 1], grad[N];
    for (size_t i = 0; i < N; i++) {
        weights[i] = (float)i;
        grad[i] = (float)i - 5.0f;
    }
    weights[N] = 77.0f;
    ck_assert_uint_eq(optim_sgd.n_slots, 0);
    optim_sgd.update(N, 0.5f, 0.25f, grad, weights, NULL);
    for (size_t i = 0; i < N; i++) /* all exact in float */
        ck_assert_float_eq(weights[i], (float)i - 0.125f * ((float)i - 5.0f));
    ck_assert_float_eq(weights[N], 77.0f);
}
END_TEST

/* Schedules ------------------------------------------------------------------ */

static struct train_settings settings_of(const char *preset)
{
    struct train_settings s;
    ck_assert_int_eq(train_settings_of_preset(&s, preset, NULL), ST_OK);
    return s;
}

static struct schedule_params params_of(const char *preset)
{
    const struct train_settings s = settings_of(preset);
    return train_config_of(&s).rate;
}

/* The rates of ptb_word_lm.py: with i from 0, lr_decay ** max(i + 1 - max_epoch, 0). */
static const struct {
    const char *preset;
    int max_epoch, max_max_epoch;
    double decay;
} tutorial[] = {
    {"test", 1, 1, 0.5},
    {"small", 4, 13, 0.5},
    {"medium", 6, 39, 0.8},
    {"large", 14, 55, 1.0 / 1.15},
};

START_TEST(decay_gives_the_rates_of_the_tutorial)
{
    const struct schedule_params p = params_of(tutorial[_i].preset);
    const struct schedule_ops *decay = schedule_find("decay");
    ck_assert_int_eq(settings_of(tutorial[_i].preset).training.epochs, tutorial[_i].max_max_epoch);
    double want = 1.0, previous = 0.0;
    for (int epoch = 0; epoch < tutorial[_i].max_max_epoch; epoch++) {
        if (epoch >= tutorial[_i].max_epoch)
            want *= tutorial[_i].decay;
        const double rate = decay->rate(&p, epoch, previous, epoch % 2 == 0);
        ck_assert_msg(fabs(rate - want) <= 1e-12 * want, "epoch %d: %.17g, expected %.17g", epoch,
                      rate, want);
        previous = rate;
    }
}
END_TEST

/* Its first, first lowered and last rates, worked out in Python. */
START_TEST(decay_ends_where_the_tutorial_does)
{
    static const struct {
        const char *preset;
        int epoch;
        double rate;
    } cases[] = {
        {"small", 3, 1.0},
        {"small", 4, 0.5},
        {"small", 12, 0.001953125},
        {"medium", 5, 1.0},
        {"medium", 6, 0.8},
        {"medium", 38, 0.000633825300114},
        {"large", 13, 1.0},
        {"large", 14, 0.869565217391},
        {"large", 54, 0.003246299205751},
    };
    for (size_t i = 0; i < N_OF(cases); i++) {
        const struct schedule_params p = params_of(cases[i].preset);
        const double rate = schedule_find("decay")->rate(&p, cases[i].epoch, 0.0, false);
        ck_assert_msg(fabs(rate - cases[i].rate) <= 1e-9 * cases[i].rate, "%s, epoch %d: %.12g",
                      cases[i].preset, cases[i].epoch, rate);
    }
}
END_TEST

START_TEST(plateau_decays_after_an_epoch_without_a_new_best)
{
    static const struct schedule_params p = {20.0, 0.25, 2};
    static const bool improved[] = {false, false, true, false, true, false, false};
    static const double want[] = {20.0, 20.0, 20.0, 5.0, 5.0, 1.25, 0.3125};
    double rate = 0.0;
    for (int epoch = 0; epoch < (int)N_OF(want); epoch++) {
        rate = schedule_find("plateau")->rate(&p, epoch, rate, improved[epoch]);
        ck_assert_double_eq(rate, want[epoch]);
    }
}
END_TEST

static Suite *optim_suite(void)
{
    Suite *s = suite_create("optim");
    TCase *tc = tcase_create("optim");
    tcase_add_test(tc, optimisers_are_found_by_name);
    tcase_add_test(tc, schedules_are_found_by_name);
    tcase_add_test(tc, a_gradient_is_scaled_to_the_largest_norm_and_a_smaller_one_is_left);
    tcase_add_test(tc, the_sum_of_squares_is_that_of_all_elements);
    tcase_add_test(tc, sgd_subtracts_the_scaled_gradient);
    tcase_add_loop_test(tc, decay_gives_the_rates_of_the_tutorial, 0, (int)N_OF(tutorial));
    tcase_add_test(tc, decay_ends_where_the_tutorial_does);
    tcase_add_test(tc, plateau_decays_after_an_epoch_without_a_new_best);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(optim_suite())
