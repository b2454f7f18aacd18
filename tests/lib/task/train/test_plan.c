/* How the steps of a run share out its budget. */
#include "lib/task/train/plan.h"
#include "tests/support/array_support.h"
#include "tests/support/tap.h"

START_TEST(equal_steps_are_the_epochs_of_a_run)
{
    for (int epochs = 1; epochs <= 60; epochs++)
        for (uint64_t windows = 1; windows <= 40; windows += 3) {
            const struct train_plan plan = plan_even(windows * (uint64_t)epochs, false);
            for (uint64_t step = 0; step < plan.end; step++) {
                const struct schedule_place place = plan_place(&plan, step, epochs);
                if (place.epoch != (int)(step / windows) || place.step != step ||
                    place.steps != plan.end)
                    ck_abort_msg("step %d of %d epochs of %d windows is in epoch %d, step %d",
                                 (int)step, epochs, (int)windows, place.epoch, (int)place.step);
            }
        }
}
END_TEST

START_TEST(nothing_is_done_before_there_is_a_plan)
{
    const struct train_plan plan = plan_even(1000, true);
    ck_assert(plan_share(&plan, 0) == 0.0 && plan_share(&plan, 700) == 0.0);
}
END_TEST

/* What is done stays done, the rest is shared out, and the end is when the time is over. */
START_TEST(minutes_are_planned_by_the_pace)
{
    struct train_plan plan = plan_even(1000000, true);
    struct plan_pace pace = {
        .elapsed = 100.0, .per_step = 0.5, .per_epoch = 10.0, .windows = 100, .most = 1000000};
    plan_minutes(&plan, 1000.0, 200, &pace);
    /* (1000 - 100 - 10) / (0.5 + 10 / 100) = 1483.3 */
    ck_assert_uint_eq(plan.end, 200 + 1483);
    ck_assert(plan_share(&plan, 200) == 0.0 && plan_share(&plan, plan.end) == 1.0);
    ASSERT_NEAR(plan_share(&plan, 200 + 741), 741.0 / 1483.0, 1e-12);
    const double before = plan_share(&plan, 900);
    pace.elapsed = 800.0; /* it became slower */
    pace.per_step = 1.0;
    plan_minutes(&plan, 1000.0, 900, &pace);
    ASSERT_NEAR(plan_share(&plan, 900), before, 1e-12);
    ck_assert_uint_eq(plan.end, 900 + 172); /* 190 / 1.1 */
    pace.elapsed = 1200.0;
    plan_minutes(&plan, 1000.0, 950, &pace);
    ck_assert_uint_eq(plan.end, 950);
    ck_assert(plan_share(&plan, 950) == 1.0);
}
END_TEST

START_TEST(no_plan_goes_beyond_the_last_step)
{
    struct train_plan plan = plan_even(50, true);
    const struct plan_pace pace = {.elapsed = 1.0, .per_step = 0.01, .windows = 10, .most = 50};
    plan_minutes(&plan, 1000.0, 10, &pace);
    ck_assert_uint_eq(plan.end, 50);
    plan_minutes(&plan, 1000.0, 50, &pace);
    ck_assert_uint_eq(plan.end, 50);
}
END_TEST

static Suite *plan_suite(void)
{
    Suite *s = suite_create("plan");
    TCase *tc = tcase_create("plan");
    tcase_add_test(tc, equal_steps_are_the_epochs_of_a_run);
    tcase_add_test(tc, nothing_is_done_before_there_is_a_plan);
    tcase_add_test(tc, minutes_are_planned_by_the_pace);
    tcase_add_test(tc, no_plan_goes_beyond_the_last_step);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(plan_suite())
