/* Where a file is written: links, modes and owners stay, devices are written directly, and a place
 * that cannot be is found at the opening. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/io_support.h"
#include "tests/support/tap.h"

START_TEST(devices_and_standard_output_are_written_directly)
{
    struct io_writer *w;
    struct err err;
    ck_assert_int_eq(io_write_file("/dev/null", "x", 1, &err), ST_OK);
    const int kept = dup(STDOUT_FILENO), to = open(test_file, O_WRONLY | O_CREAT, 0600);
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
    assert_holds(test_file, "shown!");
    ck_assert_int_eq(test_dir_count(), 1);
}
END_TEST

START_TEST(a_symbolic_link_stays_and_its_target_is_replaced)
{
    struct stat st;
    write_text(test_other, "old");
    ck_assert_int_eq(symlink("other", test_file), 0);
    write_text(test_file, "new");
    ck_assert_int_eq(lstat(test_file, &st), 0);
    ck_assert(S_ISLNK(st.st_mode));
    assert_holds(test_other, "new");
    ck_assert_int_eq(test_dir_count(), 2);
}
END_TEST

/* A link from another directory, to where nothing is yet, by way of a second one. */
START_TEST(a_symbolic_link_to_nothing_creates_its_target)
{
    char inner[400], link[500];
    struct stat st;
    snprintf(inner, sizeof inner, "%s/inner", test_dir);
    snprintf(link, sizeof link, "%s/link", inner);
    ck_assert_int_eq(mkdir(inner, 0700), 0);
    ck_assert_int_eq(symlink("../other", link), 0);
    ck_assert_int_eq(symlink("inner/link", test_file), 0);
    write_text(test_file, "new");
    assert_holds(test_other, "new");
    ck_assert(lstat(test_file, &st) == 0 && S_ISLNK(st.st_mode));
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
        write_text(test_file, "old");
        ck_assert_int_eq(chmod(test_file, modes[i]), 0);
        write_text(test_file, "new");
        ck_assert_int_eq(stat(test_file, &st), 0);
        ck_assert_uint_eq(st.st_mode & 07777, modes[i]);
    }
    ck_assert_int_eq(unlink(test_file), 0);
    umask(027);
    write_text(test_file, "first");
    ck_assert_int_eq(stat(test_file, &st), 0);
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
    write_text(test_file, "old");
    ck_assert_int_eq(chown(test_file, user, group), 0);
    ck_assert_int_eq(chmod(test_file, 0640), 0);
    write_text(test_file, "new");
    ck_assert_int_eq(stat(test_file, &st), 0);
    ck_assert_uint_eq(st.st_uid, user);
    ck_assert_uint_eq(st.st_gid, group);
    ck_assert_uint_eq(st.st_mode & 07777, 0640);
}
END_TEST

START_TEST(a_file_in_the_current_directory_is_written)
{
    char before[4096];
    ck_assert_ptr_nonnull(getcwd(before, sizeof before));
    ck_assert_int_eq(chdir(test_dir), 0);
    write_text("file", "here");
    ck_assert_int_eq(chdir(before), 0);
    assert_holds(test_file, "here");
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

START_TEST(an_impossible_output_is_found_when_it_is_opened)
{
    char nowhere[400];
    assert_unwritable(test_dir, "it is a directory");
    snprintf(nowhere, sizeof nowhere, "%s/no/file", test_dir);
    assert_unwritable(nowhere, "No such file");
    write_text(test_other, "a file");
    snprintf(nowhere, sizeof nowhere, "%s/other/file", test_dir);
    assert_unwritable(nowhere, "Not a directory");
    assert_unwritable("", "not a file name");
    ck_assert_int_eq(symlink("file", test_file), 0); /* to itself */
    assert_unwritable(test_file, "Too many levels of symbolic links");
    ck_assert_int_eq(unlink(test_file), 0);
    ck_assert_int_eq(chmod(test_dir, 0555), 0);
    if (access(test_dir, W_OK) != 0) /* the superuser may write all the same */
        assert_unwritable(test_file, "Permission denied");
    ck_assert_int_eq(chmod(test_dir, 0755), 0);
}
END_TEST

static Suite *io_place_suite(void)
{
    Suite *s = suite_create("io_place");
    TCase *tc = tcase_create("io_place");
    tcase_set_timeout(tc, 20);
    tcase_add_checked_fixture(tc, test_dir_make, test_dir_remove_strictly);
    tcase_add_test(tc, devices_and_standard_output_are_written_directly);
    tcase_add_test(tc, a_symbolic_link_stays_and_its_target_is_replaced);
    tcase_add_test(tc, a_symbolic_link_to_nothing_creates_its_target);
    tcase_add_test(tc, a_file_keeps_its_mode_when_it_is_replaced);
    tcase_add_test(tc, a_file_keeps_its_owner_when_it_is_replaced);
    tcase_add_test(tc, a_file_in_the_current_directory_is_written);
    tcase_add_test(tc, an_impossible_output_is_found_when_it_is_opened);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(io_place_suite())
