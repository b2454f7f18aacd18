/* The memory that a process can still have: files of control groups as the kernel writes them, and
 * the process's own limit. */
#include <math.h>
#include <sys/resource.h>

#include "lib/base/limit/mem_limit.h"
#include "tests/support/group_support.h"

START_TEST(a_group_of_version_2_leaves_its_limit_less_what_is_used_and_not_cached)
{
    group_put("a/b/memory.max", "1000000\n");
    group_put("a/b/memory.current", "400000\n");
    group_put("a/b/memory.stat", "anon 100000\nfile 300000\ninactive_file 50000\nactive_file 1\n");
    ck_assert_double_eq(mem_limit_of_group(test_dir, "/a/b"), 650000.0);
}
END_TEST

START_TEST(the_groups_above_count_too)
{
    group_put("a/b/memory.max", "max\n");
    group_put("a/memory.max", "5000\n");
    group_put("a/memory.current", "1000\n");
    group_put("memory.max", "4500\n");
    group_put("memory.current", "1000\n");
    ck_assert_double_eq(mem_limit_of_group(test_dir, "/a/b"), 3500.0);
    ck_assert_double_eq(mem_limit_of_group(test_dir, "/"), 3500.0);
}
END_TEST

START_TEST(a_group_of_version_1)
{
    group_put("a/memory.limit_in_bytes", "70000\n");
    group_put("a/memory.usage_in_bytes", "60000\n");
    group_put("a/memory.stat", "cache 1\ninactive_file 7\ntotal_inactive_file 20000\n");
    ck_assert_double_eq(mem_limit_of_group(test_dir, "/a"), 30000.0);
}
END_TEST

START_TEST(a_group_over_its_limit_leaves_nothing_and_none_sets_none)
{
    group_put("a/memory.max", "1000\n");
    group_put("a/memory.current", "2000\n");
    ck_assert_double_eq(mem_limit_of_group(test_dir, "/a"), 0.0);
    ck_assert(isinf(mem_limit_of_group(test_path("nothing"), "/a/b")));
}
END_TEST

START_TEST(the_limit_on_addresses_is_less_what_is_used)
{
    unsigned long pages = 0;
    FILE *statm = fopen("/proc/self/statm", "r");
    ck_assert_int_eq(fscanf(statm, "%lu", &pages), 1);
    fclose(statm);
    ck_assert_double_gt(mem_limit_find().bytes, 0x1p26);
    const rlim_t used = pages * (rlim_t)sysconf(_SC_PAGESIZE);
    const struct rlimit limit = {used + (UINT64_C(1) << 26), RLIM_INFINITY};
    ck_assert_int_eq(setrlimit(RLIMIT_AS, &limit), 0);
    const struct mem_limit now = mem_limit_find();
    ck_assert_double_le(now.bytes, 0x1p26);
    ck_assert_double_gt(now.bytes, 0x1p24);
    ck_assert_ptr_nonnull(strstr(now.what, "ulimit -v"));
}
END_TEST

static Suite *mem_limit_suite(void)
{
    Suite *suite = suite_create("mem_limit");
    TCase *tc = tcase_create("mem_limit");
    tcase_add_checked_fixture(tc, group_make_dirs, test_dir_remove);
    tcase_add_test(tc, a_group_of_version_2_leaves_its_limit_less_what_is_used_and_not_cached);
    tcase_add_test(tc, the_groups_above_count_too);
    tcase_add_test(tc, a_group_of_version_1);
    tcase_add_test(tc, a_group_over_its_limit_leaves_nothing_and_none_sets_none);
    suite_add_tcase(suite, tc);
    TCase *own = tcase_create("own");
    tcase_add_test(own, the_limit_on_addresses_is_less_what_is_used);
    suite_add_tcase(suite, own);
    return suite;
}

TAP_MAIN(mem_limit_suite())
