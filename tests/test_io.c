/* Files read whole, mapped, and written so that they appear complete or not at all. */
#include <check.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/io.h"
#include "lib/base/mem.h"
#include "tests/tap.h"

static char dir[256], path[300], other[300];

static void set_up(void)
{
    const char *root = getenv("TMPDIR");
    snprintf(dir, sizeof dir, "%s/ptblm-test-XXXXXX", root != NULL ? root : "/tmp");
    ck_assert_ptr_nonnull(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/file", dir);
    snprintf(other, sizeof other, "%s/other", dir);
}

static void tear_down(void)
{
    unlink(path);
    unlink(other);
    ck_assert_int_eq(rmdir(dir), 0); /* fails where anything else was left */
}

static int count_names(void)
{
    int n = 0;
    DIR *d = opendir(dir);
    ck_assert_ptr_nonnull(d);
    for (const struct dirent *e; (e = readdir(d)) != NULL;)
        n += strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
    closedir(d);
    return n;
}

static void write_text(const char *to, const char *text)
{
    struct err err = {0};
    ck_assert_msg(io_write_file(to, text, strlen(text), &err) == ST_OK, "%s", err.text);
}

static void assert_holds(const char *from, const char *text)
{
    struct buf b = {0};
    struct err err = {0};
    ck_assert_msg(io_read_file(from, 1000000, &b, &err) == ST_OK, "%s", err.text);
    ck_assert_uint_eq(b.len, strlen(text));
    ck_assert_str_eq(b.data != NULL ? b.data : "", text);
    buf_fini(&b);
}

/* Reading -------------------------------------------------------------------- */

START_TEST(a_file_is_appended_to_what_is_read_already)
{
    struct buf b = {0};
    struct err err;
    write_text(path, "second");
    ck_assert_int_eq(buf_add_text(&b, "first ", &err), ST_OK);
    ck_assert_int_eq(io_read_file(path, 6, &b, &err), ST_OK); /* as long as the limit */
    ck_assert_str_eq(b.data, "first second");
    buf_fini(&b);
    write_text(path, "");
    assert_holds(path, "");
}
END_TEST

START_TEST(a_file_over_the_limit_is_refused_by_its_name_and_size)
{
    struct buf b = {0};
    struct err err;
    write_text(path, "seven b");
    ck_assert_int_eq(io_read_file(path, 6, &b, &err), ST_INPUT);
    ck_assert_ptr_nonnull(strstr(err.text, path));
    ck_assert_ptr_nonnull(strstr(err.text, "7 bytes"));
    buf_fini(&b);
}
END_TEST

static void assert_unreadable(const char *from, const char *reason)
{
    struct buf b = {0};
    struct io_map map = {.len = 77};
    struct err err;
    ck_assert_int_eq(io_read_file(from, 1000, &b, &err), ST_INPUT);
    ck_assert_ptr_nonnull(strstr(err.text, from));
    ck_assert_ptr_nonnull(strstr(err.text, reason));
    ck_assert_uint_eq(b.len, 0);
    ck_assert_int_eq(io_map_open(&map, from, &err), ST_INPUT);
    ck_assert_ptr_nonnull(strstr(err.text, reason));
    ck_assert_uint_eq(map.len, 77);
}

START_TEST(what_is_not_a_regular_file_is_not_read)
{
    assert_unreadable(path, "No such file");
    assert_unreadable(dir, "not a regular file");
    assert_unreadable("/dev/null", "not a regular file");
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    assert_unreadable(path, "not a regular file"); /* and not waited for */
}
END_TEST

START_TEST(a_mapped_file_shows_its_bytes_and_an_empty_one_has_none)
{
    struct io_map map;
    struct err err;
    write_text(path, "bytes");
    ck_assert_int_eq(io_map_open(&map, path, &err), ST_OK);
    ck_assert_uint_eq(map.len, 5);
    ck_assert_int_eq(memcmp(map.data, "bytes", 5), 0);
    io_map_close(&map);
    ck_assert_ptr_null(map.data);
    io_map_close(&map);
    write_text(path, "");
    ck_assert_int_eq(io_map_open(&map, path, &err), ST_OK);
    ck_assert_ptr_null(map.data);
    ck_assert_uint_eq(map.len, 0);
    io_map_close(&map);
}
END_TEST

/* Writing -------------------------------------------------------------------- */

START_TEST(nothing_is_seen_before_the_commit)
{
    struct io_writer *w;
    struct err err;
    write_text(path, "old");
    ck_assert_int_eq(io_writer_open(&w, path, &err), ST_OK);
    ck_assert_int_eq(io_writer_put(w, "new", 3, &err), ST_OK);
    ck_assert_int_eq(io_writer_putf(w, &err, " and %d", 7), ST_OK);
    assert_holds(path, "old");
    ck_assert_int_eq(count_names(), 2);
    ck_assert_int_eq(io_writer_commit(w, &err), ST_OK);
    assert_holds(path, "new and 7");
    ck_assert_int_eq(count_names(), 1);
}
END_TEST

START_TEST(what_is_discarded_leaves_the_old_file_and_nothing_else)
{
    struct io_writer *w;
    struct err err;
    write_text(path, "old");
    ck_assert_int_eq(io_writer_open(&w, path, &err), ST_OK);
    ck_assert_int_eq(io_writer_put(w, "new", 3, &err), ST_OK);
    io_writer_discard(w);
    io_writer_discard(NULL);
    assert_holds(path, "old");
    ck_assert_int_eq(count_names(), 1);
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
    ck_assert_int_eq(io_writer_open(&w, path, &err), ST_OK);
    for (size_t at = 0, n = 1; at < N; at += n, n = 2 * n + 1) {
        const size_t part = N - at < n ? N - at : n;
        ck_assert_int_eq(io_writer_put(w, bytes + at, part, &err), ST_OK);
    }
    ck_assert_int_eq(io_writer_commit(w, &err), ST_OK);
    ck_assert_int_eq(io_read_file(path, N, &b, &err), ST_OK);
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
    ck_assert_int_eq(io_writer_open(&w, path, &err), ST_OK);
    ck_assert_int_eq(io_writer_put(w, "xx23456789", 10, &err), ST_OK);
    ck_assert_int_eq(io_writer_put_at(w, "01", 2, 0, &err), ST_OK);
    ck_assert_int_eq(io_writer_read_at(w, part, 4, 3, &err), ST_OK);
    ck_assert_str_eq(part, "3456");
    ck_assert_int_eq(io_writer_put_at(w, "ab", 2, 1, &err), ST_OK);
    ck_assert_int_eq(io_writer_put(w, "X", 1, &err), ST_OK);
    ck_assert_int_eq(io_writer_read_at(w, part, 2, 10, &err), ST_IO);
    ck_assert_ptr_nonnull(strstr(err.text, "it became shorter"));
    ck_assert_int_eq(io_writer_commit(w, &err), ST_OK);
    assert_holds(path, "0ab3456789X");
}
END_TEST

START_TEST(a_line_too_long_to_format_is_an_error)
{
    static char text[2000];
    struct io_writer *w;
    struct err err;
    memset(text, 'x', sizeof text - 1);
    ck_assert_int_eq(io_writer_open(&w, path, &err), ST_OK);
    ck_assert_int_eq(io_writer_putf(w, &err, "%s", text), ST_IO);
    io_writer_discard(w);
    ck_assert_int_eq(count_names(), 0);
}
END_TEST

/* The limit of the file size stands for a full disk. */
START_TEST(a_failed_write_leaves_the_old_file_and_nothing_else)
{
    enum { N = 200000 };
    struct rlimit limit;
    struct err err = {0};
    char *bytes = mem_zeroed(N, 1, &err);
    write_text(path, "old");
    signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &(struct rlimit){100000, limit.rlim_max}), 0);
    const enum status status = io_write_file(path, bytes, N, &err);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    ck_assert_int_eq(status, ST_IO);
    ck_assert_ptr_nonnull(strstr(err.text, path));
    assert_holds(path, "old");
    ck_assert_int_eq(count_names(), 1);
    mem_free(bytes);
}
END_TEST

START_TEST(a_full_device_is_an_error_at_the_latest_at_the_commit)
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

START_TEST(devices_and_standard_output_are_written_directly)
{
    struct io_writer *w;
    struct err err;
    ck_assert_int_eq(io_write_file("/dev/null", "x", 1, &err), ST_OK);
    const int kept = dup(STDOUT_FILENO), to = open(path, O_WRONLY | O_CREAT, 0600);
    ck_assert_int_ge(dup2(to, STDOUT_FILENO), 0);
    ck_assert_int_eq(io_writer_open(&w, "-", &err), ST_OK);
    ck_assert_int_eq(io_writer_put(w, "shown", 5, &err), ST_OK);
    const enum status status = io_writer_commit(w, &err);
    const ssize_t more = write(STDOUT_FILENO, "!", 1); /* it is still open */
    ck_assert_int_ge(dup2(kept, STDOUT_FILENO), 0);
    close(kept);
    close(to);
    ck_assert_int_eq(status, ST_OK);
    ck_assert_int_eq(more, 1);
    assert_holds(path, "shown!");
    ck_assert_int_eq(count_names(), 1);
}
END_TEST

START_TEST(a_symbolic_link_stays_and_its_target_is_replaced)
{
    struct stat st;
    write_text(other, "old");
    ck_assert_int_eq(symlink("other", path), 0);
    write_text(path, "new");
    ck_assert_int_eq(lstat(path, &st), 0);
    ck_assert(S_ISLNK(st.st_mode));
    assert_holds(other, "new");
    ck_assert_int_eq(count_names(), 2);
}
END_TEST

/* A link from another directory, to where nothing is yet, by way of a second one. */
START_TEST(a_symbolic_link_to_nothing_makes_what_it_points_at)
{
    char inner[400], link[500];
    struct stat st;
    snprintf(inner, sizeof inner, "%s/inner", dir);
    snprintf(link, sizeof link, "%s/link", inner);
    ck_assert_int_eq(mkdir(inner, 0700), 0);
    ck_assert_int_eq(symlink("../other", link), 0);
    ck_assert_int_eq(symlink("inner/link", path), 0);
    write_text(path, "new");
    assert_holds(other, "new");
    ck_assert(lstat(path, &st) == 0 && S_ISLNK(st.st_mode));
    ck_assert(lstat(link, &st) == 0 && S_ISLNK(st.st_mode));
    ck_assert_int_eq(unlink(link), 0);
    ck_assert_int_eq(rmdir(inner), 0); /* nothing was left aside there */
}
END_TEST

START_TEST(a_file_keeps_its_mode_when_it_is_replaced)
{
    static const mode_t modes[] = {0600, 0640, 0664, 0444, 0755};
    struct stat st;
    const mode_t mask = umask(077);
    for (size_t i = 0; i < N_OF(modes); i++) {
        write_text(path, "old");
        ck_assert_int_eq(chmod(path, modes[i]), 0);
        write_text(path, "new");
        ck_assert_int_eq(stat(path, &st), 0);
        ck_assert_uint_eq(st.st_mode & 07777, modes[i]);
    }
    ck_assert_int_eq(unlink(path), 0);
    umask(027);
    write_text(path, "first");
    ck_assert_int_eq(stat(path, &st), 0);
    ck_assert_uint_eq(st.st_mode & 07777, 0640);
    umask(mask);
}
END_TEST

/* Only the superuser may give files away; for anybody else this is one user's own file. */
START_TEST(a_file_keeps_its_owner_when_it_is_replaced)
{
    const uid_t user = geteuid() == 0 ? 65533 : geteuid();
    const gid_t group = geteuid() == 0 ? 65532 : getegid();
    struct stat st;
    write_text(path, "old");
    ck_assert_int_eq(chown(path, user, group), 0);
    ck_assert_int_eq(chmod(path, 0640), 0);
    write_text(path, "new");
    ck_assert_int_eq(stat(path, &st), 0);
    ck_assert_uint_eq(st.st_uid, user);
    ck_assert_uint_eq(st.st_gid, group);
    ck_assert_uint_eq(st.st_mode & 07777, 0640);
}
END_TEST

/* As a handler of signals does; of the two names the one that was renamed is no longer its own. */
START_TEST(what_is_unfinished_can_be_removed_at_any_time)
{
    struct io_writer *one, *two;
    struct err err;
    write_text(other, "old");
    ck_assert_int_eq(io_writer_open(&one, path, &err), ST_OK);
    ck_assert_int_eq(io_writer_open(&two, other, &err), ST_OK);
    ck_assert_int_eq(io_writer_put(two, "half", 4, &err), ST_OK);
    ck_assert_int_eq(count_names(), 3);
    ck_assert_int_eq(io_writer_commit(one, &err), ST_OK);
    ck_assert_int_eq(count_names(), 3);
    io_remove_unfinished();
    ck_assert_int_eq(count_names(), 2);
    assert_holds(path, "");
    assert_holds(other, "old");
    io_writer_discard(two);
    ck_assert_int_eq(count_names(), 2);
    io_remove_unfinished();
    ck_assert_int_eq(count_names(), 2);
}
END_TEST

START_TEST(a_file_in_the_current_directory_is_written)
{
    char before[4096];
    ck_assert_ptr_nonnull(getcwd(before, sizeof before));
    ck_assert_int_eq(chdir(dir), 0);
    write_text("file", "here");
    ck_assert_int_eq(chdir(before), 0);
    assert_holds(path, "here");
}
END_TEST

/* A process that was killed left its file aside, and this one has its id. */
START_TEST(a_stale_temporary_file_is_no_obstacle)
{
    char stale[400];
    snprintf(stale, sizeof stale, "%s/.file.tmp.%ld", dir, (long)getpid());
    write_text(stale, "half");
    write_text(path, "whole");
    assert_holds(path, "whole");
    assert_holds(stale, "half");
    ck_assert_int_eq(count_names(), 2);
    unlink(stale);
}
END_TEST

static void assert_unwritable(const char *to, const char *reason)
{
    struct io_writer *w = NULL;
    struct err err = {0};
    ck_assert_int_eq(io_writer_open(&w, to, &err), ST_IO);
    ck_assert_ptr_null(w);
    ck_assert_ptr_nonnull(strstr(err.text, to));
    ck_assert_ptr_nonnull(strstr(err.text, reason));
}

START_TEST(an_output_that_cannot_be_is_found_at_the_opening)
{
    char nowhere[400];
    assert_unwritable(dir, "it is a directory");
    snprintf(nowhere, sizeof nowhere, "%s/no/file", dir);
    assert_unwritable(nowhere, "No such file");
    write_text(other, "a file");
    snprintf(nowhere, sizeof nowhere, "%s/other/file", dir);
    assert_unwritable(nowhere, "Not a directory");
    assert_unwritable("", "no file name");
    ck_assert_int_eq(symlink("file", path), 0); /* to itself */
    assert_unwritable(path, "Too many levels of symbolic links");
    ck_assert_int_eq(unlink(path), 0);
    ck_assert_int_eq(chmod(dir, 0555), 0);
    if (access(dir, W_OK) != 0) /* the superuser may write all the same */
        assert_unwritable(path, "Permission denied");
    ck_assert_int_eq(chmod(dir, 0755), 0);
}
END_TEST

/* The rest ------------------------------------------------------------------- */

START_TEST(bytes_are_appended_to_a_file_that_is_made_where_missing)
{
    struct err err = {0};
    ck_assert_int_eq(io_append(path, "one\n", 4, &err), ST_OK);
    ck_assert_int_eq(io_append(path, "", 0, &err), ST_OK);
    ck_assert_int_eq(io_append(path, "two\n", 4, &err), ST_OK);
    assert_holds(path, "one\ntwo\n");
    ck_assert_int_eq(io_append(dir, "x", 1, &err), ST_IO);
    ck_assert_ptr_nonnull(strstr(err.text, dir));
    ck_assert_int_eq(io_append("/dev/full", "x", 1, &err), ST_IO);
    ck_assert_ptr_nonnull(strstr(err.text, "No space"));
}
END_TEST

START_TEST(directories_are_made_once_and_told_from_files)
{
    struct err err = {0};
    ck_assert(!io_exists(path) && !io_is_dir(path));
    ck_assert_int_eq(io_make_dir(path, &err), ST_OK);
    ck_assert_int_eq(io_make_dir(path, &err), ST_OK);
    ck_assert(io_exists(path) && io_is_dir(path));
    ck_assert_int_eq(rmdir(path), 0);
    write_text(path, "x");
    ck_assert(io_exists(path) && !io_is_dir(path));
    ck_assert_int_eq(io_make_dir(path, &err), ST_IO);
    ck_assert_ptr_nonnull(strstr(err.text, path));
}
END_TEST

START_TEST(paths_are_joined_by_one_slash)
{
    static const char *const cases[][3] = {
        {"a", "b", "a/b"}, {"a/", "b", "a/b"}, {"/", "b", "/b"}, {".", "b", "./b"}};
    for (size_t i = 0; i < N_OF(cases); i++) {
        char *joined = io_join(cases[i][0], cases[i][1], NULL);
        ck_assert_str_eq(joined, cases[i][2]);
        mem_free(joined);
    }
}
END_TEST

START_TEST(the_clock_goes_forward_in_seconds)
{
    const double start = io_seconds();
    usleep(20000);
    const double passed = io_seconds() - start;
    ck_assert(passed >= 0.02 && passed < 10.0);
}
END_TEST

static Suite *io_suite(void)
{
    Suite *s = suite_create("io");
    TCase *tc = tcase_create("io");
    tcase_set_timeout(tc, 20);
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, a_file_is_appended_to_what_is_read_already);
    tcase_add_test(tc, a_file_over_the_limit_is_refused_by_its_name_and_size);
    tcase_add_test(tc, what_is_not_a_regular_file_is_not_read);
    tcase_add_test(tc, a_mapped_file_shows_its_bytes_and_an_empty_one_has_none);
    tcase_add_test(tc, nothing_is_seen_before_the_commit);
    tcase_add_test(tc, what_is_discarded_leaves_the_old_file_and_nothing_else);
    tcase_add_test(tc, large_writes_arrive_whole);
    tcase_add_test(tc, what_was_put_can_be_read_and_written_over);
    tcase_add_test(tc, a_line_too_long_to_format_is_an_error);
    tcase_add_test(tc, a_failed_write_leaves_the_old_file_and_nothing_else);
    tcase_add_test(tc, a_full_device_is_an_error_at_the_latest_at_the_commit);
    tcase_add_test(tc, devices_and_standard_output_are_written_directly);
    tcase_add_test(tc, a_symbolic_link_stays_and_its_target_is_replaced);
    tcase_add_test(tc, a_symbolic_link_to_nothing_makes_what_it_points_at);
    tcase_add_test(tc, a_file_keeps_its_mode_when_it_is_replaced);
    tcase_add_test(tc, a_file_keeps_its_owner_when_it_is_replaced);
    tcase_add_test(tc, what_is_unfinished_can_be_removed_at_any_time);
    tcase_add_test(tc, a_file_in_the_current_directory_is_written);
    tcase_add_test(tc, a_stale_temporary_file_is_no_obstacle);
    tcase_add_test(tc, an_output_that_cannot_be_is_found_at_the_opening);
    tcase_add_test(tc, bytes_are_appended_to_a_file_that_is_made_where_missing);
    tcase_add_test(tc, directories_are_made_once_and_told_from_files);
    tcase_add_test(tc, paths_are_joined_by_one_slash);
    tcase_add_test(tc, the_clock_goes_forward_in_seconds);
    suite_add_tcase(s, tc);
    return s;
}

int main(void)
{
    return tap_run(io_suite());
}
