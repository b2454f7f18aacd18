/* The processors that a process may use: files of control groups as the kernel writes them. */
#include <math.h>
#include <sched.h>

#include "lib/base/limit/cpu_limit.h"
#include "tests/support/group_support.h"

START_TEST(a_group_of_version_2)
{
    group_put("a/b/cpu.max", "150000 100000\n");
    ck_assert_double_eq(cpu_limit_of_group(test_dir, "/a/b"), 1.5);
    group_put("a/b/cpu.max", "max 100000\n");
    ck_assert(isinf(cpu_limit_of_group(test_dir, "/a/b")));
}
END_TEST

START_TEST(a_group_of_version_1)
{
    group_put("a/cpu.cfs_quota_us", "25000\n");
    group_put("a/cpu.cfs_period_us", "50000\n");
    ck_assert_double_eq(cpu_limit_of_group(test_dir, "/a"), 0.5);
    group_put("a/cpu.cfs_quota_us", "-1\n");
    ck_assert(isinf(cpu_limit_of_group(test_dir, "/a")));
}
END_TEST

START_TEST(the_groups_above_count_too)
{
    group_put("cpu.max", "200000 100000\n");
    group_put("a/cpu.max", "100000 100000\n");
    group_put("a/b/cpu.max", "300000 100000\n");
    ck_assert_double_eq(cpu_limit_of_group(test_dir, "/a/b"), 1.0);
    ck_assert_double_eq(cpu_limit_of_group(test_dir, "/"), 2.0);
}
END_TEST

START_TEST(what_cannot_be_read_sets_no_limit)
{
    ck_assert(isinf(cpu_limit_of_group(test_path("nothing"), "/a/b")));
    group_put("a/cpu.max", "nonsense");
    group_put("a/cpu.cfs_quota_us", "100000");
    ck_assert(isinf(cpu_limit_of_group(test_dir, "/a")));
}
END_TEST

START_TEST(there_is_a_processor_and_it_is_one_that_may_be_run_on)
{
    cpu_set_t set;
    ck_assert_int_ge(cpu_limit_find(), 1);
    ck_assert_int_eq(sched_getaffinity(0, sizeof set, &set), 0);
    ck_assert_int_le(cpu_limit_find(), CPU_COUNT(&set));
}
END_TEST

static Suite *cpu_limit_suite(void)
{
    Suite *suite = suite_create("cpu_limit");
    TCase *tc = tcase_create("cpu_limit");
    tcase_add_checked_fixture(tc, group_make_dirs, test_dir_remove);
    tcase_add_test(tc, a_group_of_version_2);
    tcase_add_test(tc, a_group_of_version_1);
    tcase_add_test(tc, the_groups_above_count_too);
    tcase_add_test(tc, what_cannot_be_read_sets_no_limit);
    tcase_add_test(tc, there_is_a_processor_and_it_is_one_that_may_be_run_on);
    suite_add_tcase(suite, tc);
    return suite;
}

TAP_MAIN(cpu_limit_suite())
