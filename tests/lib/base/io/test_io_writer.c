/* Files written so that they appear complete or not at all. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "lib/base/mem.h"
#include "tests/support/io_support.h"
#include "tests/support/tap.h"

START_TEST(nothing_is_seen_before_the_commit)
{
    struct io_writer *w;
    struct err err;
    write_text(test_file, "old");
    ck_assert_int_eq(io_writer_open(&w, test_file, &err), ST_OK);
    ck_assert_int_eq(io_writer_put(w, "new", 3, &err), ST_OK);
    ck_assert_int_eq(io_writer_put(w, " and 7", 6, &err), ST_OK);
    assert_holds(test_file, "old");
    ck_assert_int_eq(test_dir_count(), 2);
    ck_assert_int_eq(io_writer_commit(w, &err), ST_OK);
    assert_holds(test_file, "new and 7");
    ck_assert_int_eq(test_dir_count(), 1);
}
END_TEST

START_TEST(what_is_discarded_leaves_the_old_file_and_nothing_else)
{
    struct io_writer *w;
    struct err err;
    write_text(test_file, "old");
    ck_assert_int_eq(io_writer_open(&w, test_file, &err), ST_OK);
    ck_assert_int_eq(io_writer_put(w, "new", 3, &err), ST_OK);
    io_writer_discard(w);
    io_writer_discard(NULL);
    assert_holds(test_file, "old");
    ck_assert_int_eq(test_dir_count(), 1);
}
END_TEST

START_TEST(large_writes_arrive_whole)
{
    enum { N = 300001 };
    struct io_writer *w;
    struct buf b = {0};
    struct err err;
    char *bytes = mem_zeroed(N, 1, &err);
    for (size_t i = 0; i < N; i++)
        bytes[i] = (char)(i % 251);
    ck_assert_int_eq(io_writer_open(&w, test_file, &err), ST_OK);
    for (size_t at = 0, n = 1; at < N; at += n, n = 2 * n + 1) {
        const size_t part = N - at < n ? N - at : n;
        ck_assert_int_eq(io_writer_put(w, bytes + at, part, &err), ST_OK);
    }
    ck_assert_int_eq(io_writer_commit(w, &err), ST_OK);
    ck_assert_int_eq(io_read_file(test_file, N, &b, &err), ST_OK);
    ck_assert_uint_eq(b.len, N);
    ck_assert_int_eq(memcmp(b.data, bytes, N), 0);
    buf_fini(&b);
    mem_free(bytes);
}
END_TEST

START_TEST(what_was_put_can_be_read_and_written_over)
{
    struct io_writer *w;
    struct err err = {0};
    char part[8] = "";
    ck_assert_int_eq(io_writer_open(&w, test_file, &err), ST_OK);
    ck_assert_int_eq(io_writer_put(w, "xx23456789", 10, &err), ST_OK);
    ck_assert_int_eq(io_writer_put_at(w, "01", 2, 0, &err), ST_OK);
    ck_assert_int_eq(io_writer_read_at(w, part, 4, 3, &err), ST_OK);
    ck_assert_str_eq(part, "3456");
    ck_assert_int_eq(io_writer_put_at(w, "ab", 2, 1, &err), ST_OK);
    ck_assert_int_eq(io_writer_put(w, "X", 1, &err), ST_OK);
    ck_assert_int_eq(io_writer_read_at(w, part, 2, 10, &err), ST_IO);
    ck_assert_ptr_nonnull(strstr(err.text, "it became shorter"));
    ck_assert_int_eq(io_writer_commit(w, &err), ST_OK);
    assert_holds(test_file, "0ab3456789X");
}
END_TEST

/* The limit of the file size stands for a full disk. */
START_TEST(a_failed_write_leaves_the_old_file_and_nothing_else)
{
    enum { N = 200000 };
    struct rlimit limit;
    struct err err = {0};
    char *bytes = mem_zeroed(N, 1, &err);
    write_text(test_file, "old");
    signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &(struct rlimit){100000, limit.rlim_max}), 0);
    const enum status status = io_write_file(test_file, bytes, N, &err);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    ck_assert_int_eq(status, ST_IO);
    ck_assert_ptr_nonnull(strstr(err.text, test_file));
    assert_holds(test_file, "old");
    ck_assert_int_eq(test_dir_count(), 1);
    mem_free(bytes);
}
END_TEST

START_TEST(a_full_device_is_an_error_at_the_commit_at_the_latest)
{
    struct io_writer *w;
    struct err err = {0};
    ck_assert_int_eq(io_writer_open(&w, "/dev/full", &err), ST_OK);
    ck_assert_int_eq(io_writer_put(w, "x", 1, &err), ST_OK);
    ck_assert_int_eq(io_writer_commit(w, &err), ST_IO);
    ck_assert_ptr_nonnull(strstr(err.text, "'/dev/full'"));
    ck_assert_ptr_nonnull(strstr(err.text, "No space"));
}
END_TEST

/* As a handler of signals does; of the two names the one that was renamed is no longer its own. */
START_TEST(what_is_unfinished_can_be_removed_at_any_time)
{
    struct io_writer *one, *two;
    struct err err;
    write_text(test_other, "old");
    ck_assert_int_eq(io_writer_open(&one, test_file, &err), ST_OK);
    ck_assert_int_eq(io_writer_open(&two, test_other, &err), ST_OK);
    ck_assert_int_eq(io_writer_put(two, "half", 4, &err), ST_OK);
    ck_assert_int_eq(test_dir_count(), 3);
    ck_assert_int_eq(io_writer_commit(one, &err), ST_OK);
    ck_assert_int_eq(test_dir_count(), 3);
    io_remove_unfinished();
    ck_assert_int_eq(test_dir_count(), 2);
    assert_holds(test_file, "");
    assert_holds(test_other, "old");
    io_writer_discard(two);
    ck_assert_int_eq(test_dir_count(), 2);
    io_remove_unfinished();
    ck_assert_int_eq(test_dir_count(), 2);
}
END_TEST

/* A process that was killed left its file aside, and this one has its id. */
START_TEST(a_stale_temporary_file_is_no_obstacle)
{
    char stale[400];
    snprintf(stale, sizeof stale, "%s/.file.tmp.%ld", test_dir, (long)getpid());
    write_text(stale, "half");
    write_text(test_file, "whole");
    assert_holds(test_file, "whole");
    assert_holds(stale, "half");
    ck_assert_int_eq(test_dir_count(), 2);
    unlink(stale);
}
END_TEST

static Suite *io_writer_suite(void)
{
    Suite *s = suite_create("io_writer");
    TCase *tc = tcase_create("io_writer");
    tcase_set_timeout(tc, 20);
    tcase_add_checked_fixture(tc, test_dir_make, test_dir_remove_strictly);
    tcase_add_test(tc, nothing_is_seen_before_the_commit);
    tcase_add_test(tc, what_is_discarded_leaves_the_old_file_and_nothing_else);
    tcase_add_test(tc, large_writes_arrive_whole);
    tcase_add_test(tc, what_was_put_can_be_read_and_written_over);
    tcase_add_test(tc, a_failed_write_leaves_the_old_file_and_nothing_else);
    tcase_add_test(tc, a_full_device_is_an_error_at_the_commit_at_the_latest);
    tcase_add_test(tc, what_is_unfinished_can_be_removed_at_any_time);
    tcase_add_test(tc, a_stale_temporary_file_is_no_obstacle);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(io_writer_suite())
