/* Directories locked, listed and measured, and files that are checked before they take their place.
 */
#include <fcntl.h>
#include <sys/resource.h>

#include "lib/base/io/io.h"
#include "tests/support/task_support.h"

static const char *path(void)
{
    return test_path("file");
}

static void write_text(const char *text)
{
    ASSERT_OK(io_write_file(path(), text, strlen(text), &err));
}

static void assert_holds(const char *text)
{
    struct buf b = {0};
    ASSERT_OK(io_read_file(path(), 1000000, &b, &err));
    ck_assert_uint_eq(b.len, strlen(text));
    ck_assert_str_eq(b.data, text);
    buf_fini(&b);
}

/* How many names there are, and the last that is of a file aside. */
struct names {
    int n;
    char aside[192];
};

static enum status note_name(void *ctx, const char *name, struct err *e)
{
    struct names *names = ctx;
    (void)e;
    names->n++;
    if (strstr(name, ".tmp.") != NULL)
        snprintf(names->aside, sizeof names->aside, "%s", test_path(name));
    return ST_OK;
}

static enum status refuse_name(void *ctx, const char *name, struct err *e)
{
    (void)ctx;
    return err_set(e, ST_IO, "no to '%s'", name);
}

START_TEST(a_directory_is_listed_and_a_refusal_ends_it)
{
    struct names names = {0};
    ASSERT_OK(io_list_dir(test_dir, note_name, &names, &err));
    ck_assert_int_eq(names.n, 0);
    write_text("x");
    ASSERT_OK(io_list_dir(test_dir, note_name, &names, &err));
    ck_assert_int_eq(names.n, 1);
    ASSERT_FAILS(io_list_dir(test_dir, refuse_name, NULL, &err), ST_IO, "no to 'file'");
    ASSERT_FAILS(io_list_dir(path(), note_name, &names, &err), ST_INPUT, path());
}
END_TEST

START_TEST(a_file_that_reads_back_differently_does_not_replace_the_old_one)
{
    struct io_writer *w;
    struct names names = {0};
    static char block[200000];
    write_text("old");
    ASSERT_OK(io_writer_open(&w, path(), &err));
    ASSERT_OK(io_writer_put(w, block, sizeof block, &err));
    ASSERT_OK(io_list_dir(test_dir, note_name, &names, &err));
    const int fd = open(names.aside, O_WRONLY);
    ck_assert_int_eq(pwrite(fd, "!", 1, 1000), 1);
    close(fd);
    ASSERT_FAILS(io_writer_commit(w, &err), ST_IO, "what was read back is not what was written");
    assert_holds("old");
    names.n = 0;
    ASSERT_OK(io_list_dir(test_dir, note_name, &names, &err));
    ck_assert_int_eq(names.n, 1);
}
END_TEST

START_TEST(a_finished_file_takes_its_place_at_the_commit_alone)
{
    struct io_writer *w;
    write_text("old");
    ASSERT_OK(io_writer_open(&w, path(), &err));
    ASSERT_OK(io_writer_put(w, "new", 3, &err));
    ASSERT_OK(io_writer_finish(w, &err));
    assert_holds("old");
    ASSERT_OK(io_writer_commit(w, &err));
    assert_holds("new");
    ASSERT_OK(io_writer_open(&w, path(), &err));
    ASSERT_OK(io_writer_finish(w, &err));
    io_writer_discard(w);
    struct names names = {0};
    ASSERT_OK(io_list_dir(test_dir, note_name, &names, &err));
    ck_assert_int_eq(names.n, 1);
    assert_holds("new");
}
END_TEST

START_TEST(writers_are_committed_up_to_the_first_that_fails)
{
    struct io_writer *w[4] = {NULL};
    struct names names = {0};
    char *dir = io_join(test_dir, "late", &err);
    write_text("old");
    ASSERT_OK(io_stage_file(&w[0], path(), "new", 3, &err));
    ASSERT_OK(io_stage_file(&w[2], dir, "x", 1, &err));
    ASSERT_OK(io_stage_file(&w[3], path(), "newer", 5, &err));
    ASSERT_OK(io_make_dir(dir, NULL, &err));
    ASSERT_FAILS(io_writer_commit_all(w, 4, &err), ST_IO, dir);
    ck_assert(w[0] == NULL && w[1] == NULL && w[2] == NULL && w[3] != NULL);
    assert_holds("new");
    io_writer_discard(w[3]);
    ASSERT_OK(io_list_dir(test_dir, note_name, &names, &err));
    ck_assert_int_eq(names.n, 2);
    ck_assert_int_eq(rmdir(dir), 0);
    mem_free(dir);
}
END_TEST

START_TEST(a_name_is_found_in_a_directory_and_removed)
{
    ck_assert(!io_has(test_dir, "file"));
    ASSERT_OK(io_remove_in(test_dir, "file", &err));
    write_text("x");
    ck_assert(io_has(test_dir, "file"));
    ck_assert(!io_has(path(), "file"));
    ASSERT_FAILS(io_remove_in(path(), "file", &err), ST_IO, path());
    ck_assert_int_eq(unlink(path()), 0);
    ck_assert_int_eq(symlink("nowhere", path()), 0);
    ck_assert(io_has(test_dir, "file"));
    ASSERT_OK(io_remove_in(test_dir, "file", &err));
    ck_assert(!io_exists(path()));
}
END_TEST

START_TEST(a_relative_path_is_looked_for_in_the_directory_it_was_meant_from)
{
    char there[512];
    snprintf(there, sizeof there, "%s", path());
    write_text("x");
    const struct {
        const char *dir, *path, *found;
    } cases[] = {{test_dir, "file", there}, {test_dir, "none", "none"}, {test_dir, there, there},
                 {test_dir, "-", "-"},      {NULL, "file", "file"},     {test_dir, NULL, NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *found;
        ASSERT_OK(io_find(&found, cases[i].dir, cases[i].path, &err));
        ck_assert_pstr_eq(found, cases[i].found);
        mem_free(found);
    }
}
END_TEST

START_TEST(a_locked_directory_is_refused_until_it_is_unlocked)
{
    int first = -1, second = -1;
    ASSERT_OK(io_lock_dir(&first, test_dir, &err));
    ASSERT_FAILS(io_lock_dir(&second, test_dir, &err), ST_IO, "is in use");
    ck_assert_int_eq(second, -1);
    io_unlock_dir(&first);
    ck_assert_int_eq(first, -1);
    ASSERT_OK(io_lock_dir(&second, test_dir, &err));
    io_unlock_dir(&second);
    io_unlock_dir(&second);
    ASSERT_FAILS(io_lock_dir(&first, path(), &err), ST_IO, path());
}
END_TEST

START_TEST(a_file_is_measured_cut_and_removed)
{
    ck_assert_uint_eq(io_size(path()), 0);
    ASSERT_OK(io_cut(path(), 3, &err));
    ASSERT_OK(io_sync(path(), &err));
    ck_assert(!io_exists(path()));
    write_text("12345");
    ck_assert_uint_eq(io_size(path()), 5);
    ASSERT_OK(io_cut(path(), 7, &err));
    assert_holds("12345");
    ASSERT_OK(io_cut(path(), 3, &err));
    assert_holds("123");
    ASSERT_OK(io_remove(path(), &err));
    ASSERT_OK(io_remove(path(), &err));
    ASSERT_FAILS(io_remove(test_dir, &err), ST_IO, test_dir);
}
END_TEST

START_TEST(the_room_of_a_directory_is_known)
{
    const struct rlimit small = {123456, RLIM_INFINITY};
    ck_assert_uint_gt(io_find_room(test_dir).disk, 0);
    ck_assert_uint_lt(io_find_room(test_dir).disk, SIZE_MAX);
    ck_assert_uint_eq(io_find_room(path()).disk, SIZE_MAX);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &small), 0); /* of the test's own process */
    ck_assert_uint_eq(io_find_room(test_dir).file, 123456);
}
END_TEST

static Suite *io_dir_suite(void)
{
    Suite *suite = suite_create("io_dir");
    TCase *tc = tcase_create("io_dir");
    tcase_add_checked_fixture(tc, test_dir_make, test_dir_remove);
    tcase_add_test(tc, a_directory_is_listed_and_a_refusal_ends_it);
    tcase_add_test(tc, a_file_that_reads_back_differently_does_not_replace_the_old_one);
    tcase_add_test(tc, a_finished_file_takes_its_place_at_the_commit_alone);
    tcase_add_test(tc, writers_are_committed_up_to_the_first_that_fails);
    tcase_add_test(tc, a_name_is_found_in_a_directory_and_removed);
    tcase_add_test(tc, a_relative_path_is_looked_for_in_the_directory_it_was_meant_from);
    tcase_add_test(tc, a_locked_directory_is_refused_until_it_is_unlocked);
    tcase_add_test(tc, a_file_is_measured_cut_and_removed);
    tcase_add_test(tc, the_room_of_a_directory_is_known);
    suite_add_tcase(suite, tc);
    return suite;
}

TAP_MAIN(io_dir_suite())
