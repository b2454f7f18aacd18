/* The threads that compute: every item once, whatever the grain and the number of threads. */
#include <stdatomic.h>
#include <time.h>

#include "lib/kern/pool.h"
#include "tests/support/array_support.h"
#include "tests/support/tap.h"

enum { ITEMS = 1000 };

struct tally {
    _Atomic int seen[ITEMS];
    _Atomic int by_others;
};

static void count_items(const void *args, size_t first, size_t last)
{
    struct tally *t = *(struct tally *const *)args;
    for (size_t i = first; i < last; i++)
        atomic_fetch_add(&t->seen[i], 1);
    if (pool_self() != 0)
        atomic_fetch_add(&t->by_others, 1);
}

START_TEST(every_item_is_worked_on_once)
{
    static const size_t grains[] = {1, 3, 7, 499, 500, 999, 1000, 5000};
    struct tally *t = zeroed(1, sizeof *t);
    int runs = 0;
    for (int threads = 1; threads <= 5; threads++) {
        pool_set_threads(threads);
        for (size_t g = 0; g < N_OF(grains); g++) {
            for (int repeat = 0; repeat < 50; repeat++) {
                pool_run(ITEMS, grains[g], count_items, &t);
                runs++;
                for (size_t i = 0; i < ITEMS; i++)
                    ck_assert_int_eq(t->seen[i], runs);
            }
        }
    }
    pool_set_threads(1);
    mem_free(t);
}
END_TEST

/* Jobs so short that some threads wake when they are over, and jobs after pauses in which all
 * sleep. */
START_TEST(late_threads_do_no_harm)
{
    struct tally *t = zeroed(1, sizeof *t);
    pool_set_threads(4);
    for (int run = 1; run <= 6000; run++) {
        pool_run(4, 1, count_items, &t);
        for (size_t i = 0; i < 4; i++)
            ck_assert_int_eq(t->seen[i], run);
        if (run % 1000 == 0)
            nanosleep(&(struct timespec){.tv_nsec = 3000000}, NULL);
    }
    pool_set_threads(1);
    mem_free(t);
}
END_TEST

static void wait_for_another(const void *args, size_t first, size_t last)
{
    count_items(args, first, last);
    struct tally *t = *(struct tally *const *)args;
    while (t->seen[0] + t->seen[1] < 2) /* both stretches have been begun */
        nanosleep(&(struct timespec){.tv_nsec = 100000}, NULL);
}

START_TEST(two_threads_work_at_the_same_time)
{
    struct tally *t = zeroed(1, sizeof *t);
    pool_set_threads(2);
    pool_run(2, 1, wait_for_another, &t);
    ck_assert_int_eq(t->by_others, 1);
    pool_set_threads(1);
    mem_free(t);
}
END_TEST

START_TEST(zero_items_are_no_work)
{
    pool_run(0, 1, count_items, NULL);
    ck_assert_int_eq(pool_threads(), 1);
}
END_TEST

START_TEST(more_threads_than_there_are_places_are_refused)
{
    pool_set_threads(POOL_THREADS_MAX + 1);
    ck_assert_int_eq(pool_threads(), POOL_THREADS_MAX);
    pool_set_threads(1);
}
END_TEST

static Suite *pool_suite(void)
{
    Suite *s = suite_create("pool");
    TCase *tc = tcase_create("pool");
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, every_item_is_worked_on_once);
    tcase_add_test(tc, late_threads_do_no_harm);
    tcase_add_test(tc, two_threads_work_at_the_same_time);
    tcase_add_test(tc, zero_items_are_no_work);
    tcase_add_test(tc, more_threads_than_there_are_places_are_refused);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(pool_suite())
