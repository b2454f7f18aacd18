/* Learning-rate schedules and early stopping. */
#include <math.h>
#include <string.h>

#include "lib/optim/schedule.h"
#include "lib/task/settings/train_settings.h"
#include "tests/lib/optim/golden_schedule.h"
#include "tests/support/tap.h"

START_TEST(schedules_are_found_by_name)
{
    ck_assert_ptr_nonnull(schedule_at(0));
    for (size_t i = 0; schedule_at(i) != NULL; i++)
        ck_assert_ptr_eq(schedule_find(schedule_at(i)->name), schedule_at(i));
    ck_assert_ptr_null(schedule_find("Cosine"));
    ck_assert_ptr_null(schedule_find(""));
}
END_TEST

/* The rate of an epoch whose first step this is; `improved` is of the epoch before. */
static double epoch_rate(const char *name, const struct schedule_settings *s, int epoch,
                         bool improved, struct schedule_state *state)
{
    const struct schedule_ops *ops = schedule_find(name);
    const struct schedule_place place = {epoch, (uint64_t)epoch * 10, 1000};
    const double metric = state->best_seen + (improved ? -1.0 : 1.0);
    schedule_begin_epoch(ops, s, &place, metric, true, state);
    return schedule_rate(ops, s, &place, state);
}

/* By epochs ------------------------------------------------------------------ */

static struct train_config config_of(const char *preset)
{
    struct train_settings s;
    ck_assert_int_eq(train_settings_of_preset(&s, preset, NULL), ST_OK);
    return train_config_of(&s);
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
    const struct schedule_settings s = config_of(tutorial[_i].preset).rate;
    struct schedule_state state = {0};
    ck_assert_int_eq(config_of(tutorial[_i].preset).epochs, tutorial[_i].max_max_epoch);
    double want = 1.0;
    for (int epoch = 0; epoch < tutorial[_i].max_max_epoch; epoch++) {
        if (epoch >= tutorial[_i].max_epoch)
            want *= tutorial[_i].decay;
        const double rate = epoch_rate("decay", &s, epoch, epoch % 2 == 0, &state);
        ck_assert_msg(fabs(rate - want) <= 1e-12 * want, "epoch %d: %.17g, expected %.17g", epoch,
                      rate, want);
        const int past = epoch + 1 - tutorial[_i].max_epoch; /* the bits of earlier versions */
        ck_assert_double_eq(rate, s.lr * pow(s.decay, past > 0 ? past : 0));
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
        const struct schedule_settings s = config_of(cases[i].preset).rate;
        struct schedule_state state = {0};
        const double rate = epoch_rate("decay", &s, cases[i].epoch, false, &state);
        ck_assert_msg(fabs(rate - cases[i].rate) <= 1e-9 * cases[i].rate, "%s, epoch %d: %.12g",
                      cases[i].preset, cases[i].epoch, rate);
    }
}
END_TEST

START_TEST(plateau_decays_after_an_epoch_without_a_new_best)
{
    static const struct schedule_settings s = {.lr = 20.0, .decay = 0.25, .hold = 2};
    static const bool improved[] = {false, false, true, false, true, false, false};
    static const double want[] = {20.0, 20.0, 20.0, 5.0, 5.0, 1.25, 0.3125};
    struct schedule_state state = {0};
    for (int epoch = 0; epoch < (int)N_OF(want); epoch++)
        ck_assert_double_eq(epoch_rate("plateau", &s, epoch, improved[epoch], &state), want[epoch]);
}
END_TEST

START_TEST(plateau_counts_from_the_end_of_hold)
{
    static const struct schedule_settings s = {.lr = 8.0, .decay = 0.5, .hold = 3, .patience = 1};
    static const double want[] = {8.0, 8.0, 8.0, 8.0, 4.0, 4.0, 2.0};
    struct schedule_state state = {0};
    for (int epoch = 0; epoch < (int)N_OF(want); epoch++)
        ck_assert_double_eq(epoch_rate("plateau", &s, epoch, false, &state), want[epoch]);
}
END_TEST

START_TEST(plateau_is_pytorchs)
{
    const struct golden_plateau *g = &golden_plateaus[_i];
    const struct schedule_ops *ops = schedule_find("plateau");
    struct schedule_state state = {0};
    for (int epoch = 0; epoch < g->n; epoch++) {
        const struct schedule_place place = {epoch, (uint64_t)epoch, (uint64_t)g->n};
        const double last = epoch > 0 ? g->metrics[epoch - 1] : 0.0;
        schedule_begin_epoch(ops, &g->settings, &place, last, g->lower_is_better, &state);
        const double rate = schedule_rate(ops, &g->settings, &place, &state);
        ck_assert_msg(fabs(rate - g->rates[epoch]) <= 1e-14, "epoch %d: %.17g, expected %.17g",
                      epoch, rate, g->rates[epoch]);
    }
}
END_TEST

/* By steps ------------------------------------------------------------------- */

START_TEST(rates_by_step_are_pytorchs)
{
    const struct golden_rates *g = &golden_rates[_i];
    const struct schedule_ops *ops = schedule_find(g->schedule);
    struct schedule_state state = {0};
    ck_assert(schedule_is_per_step(ops, &g->settings));
    for (int step = 0; step < g->n; step++) {
        const struct schedule_place place = {0, (uint64_t)step, (uint64_t)g->n};
        if (step == 0)
            schedule_begin_epoch(ops, &g->settings, &place, (double)NAN, true, &state);
        const double rate = schedule_rate(ops, &g->settings, &place, &state);
        ck_assert_msg(fabs(rate - g->rates[step]) <= 1e-12 * 0.4, "step %d: %.17g, expected %.17g",
                      step, rate, g->rates[step]);
    }
}
END_TEST

/* A share of the steps, or their number; then the rate goes on as if it were the run's begin. */
START_TEST(warm_up_is_a_line_to_the_full_rate)
{
    static const double warmups[] = {0.25, 10.0};
    for (size_t i = 0; schedule_at(i) != NULL; i++)
        for (size_t k = 0; k < N_OF(warmups) && !schedule_at(i)->own_warmup; k++) {
            struct schedule_settings s = {.lr = 2.0, .decay = 1.0, .final_share = 0.5};
            struct schedule_settings warm = s;
            struct schedule_state state = {.rate = 2.0};
            warm.warmup = warmups[k];
            ck_assert(schedule_is_per_step(schedule_at(i), &warm));
            for (uint64_t step = 0; step < 40; step++) {
                const struct schedule_place place = {0, step, 40};
                const struct schedule_place late = {0, step - 10, 30};
                const double got = schedule_rate(schedule_at(i), &warm, &place, &state);
                const double want = step < 10 ? 2.0 * ((double)step + 1.0) / 10.0
                                              : schedule_rate(schedule_at(i), &s, &late, &state);
                ck_assert_double_eq_tol(got, want, 1e-12);
            }
        }
}
END_TEST

/* Runs of a single step, warm-up longer than the run, steps after the last. */
START_TEST(rates_are_finite_and_within_the_highest_everywhere)
{
    static const double warmups[] = {0.0, 0.01, 0.3, 0.999, 1.0, 2.0, 7.0, 1e9};
    for (size_t i = 0; schedule_at(i) != NULL; i++)
        for (size_t w = 0; w < N_OF(warmups); w++)
            for (uint64_t steps = 1; steps < 9; steps++)
                for (uint64_t step = 0; step < 12; step++) {
                    struct schedule_settings s = schedule_at(i)->defaults;
                    const struct schedule_place place = {0, step, steps};
                    struct schedule_state state = {.rate = 3.0};
                    s.lr = 3.0;
                    s.warmup = warmups[w];
                    const double rate = schedule_rate(schedule_at(i), &s, &place, &state);
                    ck_assert(rate >= 0.0 && rate <= 3.0 * (1.0 + 1e-15));
                }
}
END_TEST

/* All ------------------------------------------------------------------------ */

enum { EPOCHS = 12, WINDOWS = 5, STEPS = EPOCHS * WINDOWS };

static struct schedule_settings some_settings(const struct schedule_ops *ops)
{
    struct schedule_settings s = ops->defaults;
    s.lr = 0.7;
    s.decay = 0.8;
    s.hold = 2;
    s.patience = 1;
    s.min_gain = 0.03;
    s.final_share = 0.1;
    s.warmup = 0.2;
    return s;
}

/* Notes the rates of the epochs [first, last); the state is that of the epoch before. */
static void run_epochs(const struct schedule_ops *ops, const struct schedule_settings *s, int first,
                       int last, struct schedule_state *state, double rates[STEPS])
{
    static const double metrics[EPOCHS] = {90, 80, 79, 85, 78, 70, 71, 72, 73, 69.5, 60, 61};
    for (int epoch = first; epoch < last; epoch++) {
        const int before = epoch > 0 ? epoch - 1 : 0;
        struct schedule_place place = {epoch, (uint64_t)epoch * WINDOWS, STEPS};
        schedule_begin_epoch(ops, s, &place, metrics[before], true, state);
        for (int i = 0; i < WINDOWS; i++, place.step++)
            rates[place.step] = schedule_rate(ops, s, &place, state);
    }
}

START_TEST(a_state_that_was_saved_goes_on_with_the_same_bits)
{
    for (size_t i = 0; schedule_at(i) != NULL; i++) {
        const struct schedule_ops *ops = schedule_at(i);
        const struct schedule_settings s = some_settings(ops);
        double whole[STEPS], part[STEPS];
        struct schedule_state all = {0};
        run_epochs(ops, &s, 0, EPOCHS, &all, whole);
        for (int stop = 1; stop < EPOCHS; stop++) {
            struct schedule_state before = {0};
            run_epochs(ops, &s, 0, stop, &before, part);
            struct schedule_state after = {before.rate, before.stale, before.has_best,
                                           before.best_seen};
            run_epochs(ops, &s, stop, EPOCHS, &after, part);
            if (memcmp(whole, part, sizeof whole) != 0)
                ck_abort_msg("%s, stopped after epoch %d", ops->name, stop);
        }
    }
}
END_TEST

START_TEST(a_schedule_reads_the_settings_that_it_lists_and_no_others)
{
    const struct schedule_ops *ops = schedule_at((size_t)_i);
    const struct schedule_settings base = some_settings(ops);
    struct schedule_settings others[9] = {base, base, base, base, base, base, base, base, base};
    others[0].lr = 0.5;
    others[1].decay = 0.7;
    others[2].hold = 9;
    others[3].patience = 2;
    others[4].min_gain = 0.3;
    others[5].final_share = 0.3;
    others[6].warmup = 0.4;
    others[7].start_divisor = 2.0;
    others[8].end_divisor = 2.0;
    static const char *const names[] = {"lr",           "lr-decay",    "hold",   "plateau-patience",
                                        "plateau-gain", "final-share", "warmup", "start-divisor",
                                        "end-divisor"};
    double want[STEPS], got[STEPS];
    struct schedule_state state = {0};
    size_t known = 0, listed = 0;
    run_epochs(ops, &base, 0, EPOCHS, &state, want);
    for (size_t i = 0; i < N_OF(names); i++) {
        run_epochs(ops, &others[i], 0, EPOCHS, &state, got);
        const bool same = memcmp(want, got, sizeof want) == 0;
        if (same == schedule_uses(ops, names[i]))
            ck_abort_msg("%s and %s", ops->name, names[i]);
        known += schedule_uses(ops, names[i]);
    }
    while (ops->uses[listed] != NULL)
        listed++;
    ck_assert_uint_eq(known, listed);
}
END_TEST

START_TEST(a_run_stops_when_epochs_in_a_row_bring_nothing)
{
    ck_assert(!early_stop(100, 1, 0));
    ck_assert(!early_stop(0, 0, 1));
    ck_assert(!early_stop(5, 3, 3));
    ck_assert(early_stop(6, 3, 3));
    ck_assert(early_stop(7, 3, 3)); /* a run that was resumed with less patience */
    ck_assert(!early_stop(6, 6, 1));
    ck_assert(early_stop(3, 0, 3));
}
END_TEST

static Suite *schedule_suite(void)
{
    Suite *s = suite_create("schedule");
    TCase *tc = tcase_create("schedule");
    int n = 0;
    while (schedule_at((size_t)n) != NULL)
        n++;
    tcase_add_test(tc, schedules_are_found_by_name);
    tcase_add_loop_test(tc, decay_gives_the_rates_of_the_tutorial, 0, (int)N_OF(tutorial));
    tcase_add_test(tc, decay_ends_where_the_tutorial_does);
    tcase_add_test(tc, plateau_decays_after_an_epoch_without_a_new_best);
    tcase_add_test(tc, plateau_counts_from_the_end_of_hold);
    tcase_add_loop_test(tc, plateau_is_pytorchs, 0, (int)N_OF(golden_plateaus));
    tcase_add_loop_test(tc, rates_by_step_are_pytorchs, 0, (int)N_OF(golden_rates));
    tcase_add_test(tc, warm_up_is_a_line_to_the_full_rate);
    tcase_add_test(tc, rates_are_finite_and_within_the_highest_everywhere);
    tcase_add_test(tc, a_state_that_was_saved_goes_on_with_the_same_bits);
    tcase_add_loop_test(tc, a_schedule_reads_the_settings_that_it_lists_and_no_others, 0, n);
    tcase_add_test(tc, a_run_stops_when_epochs_in_a_row_bring_nothing);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(schedule_suite())
