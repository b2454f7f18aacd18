/* Files read whole, mapped and appended to; directories, paths and the clock. */
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/mem.h"
#include "tests/support/io_support.h"
#include "tests/support/tap.h"

START_TEST(a_file_is_appended_to_what_is_read_already)
{
    struct buf b = {0};
    struct err err;
    write_text(test_file, "second");
    ck_assert_int_eq(buf_add_text(&b, "first ", &err), ST_OK);
    ck_assert_int_eq(io_read_file(test_file, 6, &b, &err), ST_OK); /* as long as the limit */
    ck_assert_str_eq(b.data, "first second");
    buf_fini(&b);
    write_text(test_file, "");
    assert_holds(test_file, "");
}
END_TEST

START_TEST(a_file_over_the_limit_is_refused_by_its_name_and_size)
{
    struct buf b = {0};
    struct err err;
    write_text(test_file, "seven b");
    ck_assert_int_eq(io_read_file(test_file, 6, &b, &err), ST_INPUT);
    ck_assert_ptr_nonnull(strstr(err.text, test_file));
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
    assert_unreadable(test_file, "No such file");
    assert_unreadable(test_dir, "not a regular file");
    assert_unreadable("/dev/null", "not a regular file");
    ck_assert_int_eq(mkfifo(test_file, 0600), 0);
    assert_unreadable(test_file, "not a regular file"); /* and not waited for */
}
END_TEST

START_TEST(a_mapped_file_shows_its_bytes_and_an_empty_one_has_none)
{
    struct io_map map;
    struct err err;
    write_text(test_file, "bytes");
    ck_assert_int_eq(io_map_open(&map, test_file, &err), ST_OK);
    ck_assert_uint_eq(map.len, 5);
    ck_assert_int_eq(memcmp(map.data, "bytes", 5), 0);
    io_map_close(&map);
    ck_assert_ptr_null(map.data);
    io_map_close(&map);
    write_text(test_file, "");
    ck_assert_int_eq(io_map_open(&map, test_file, &err), ST_OK);
    ck_assert_ptr_null(map.data);
    ck_assert_uint_eq(map.len, 0);
    io_map_close(&map);
}
END_TEST

START_TEST(bytes_are_appended_to_a_file_that_is_created_if_missing)
{
    struct err err = {0};
    ck_assert_int_eq(io_append(test_file, "one\n", 4, &err), ST_OK);
    ck_assert_int_eq(io_append(test_file, "", 0, &err), ST_OK);
    ck_assert_int_eq(io_append(test_file, "two\n", 4, &err), ST_OK);
    assert_holds(test_file, "one\ntwo\n");
    ck_assert_int_eq(io_append(test_dir, "x", 1, &err), ST_IO);
    ck_assert_ptr_nonnull(strstr(err.text, test_dir));
    ck_assert_int_eq(io_append("/dev/full", "x", 1, &err), ST_IO);
    ck_assert_ptr_nonnull(strstr(err.text, "No space"));
}
END_TEST

START_TEST(directories_are_made_once_and_told_from_files)
{
    struct err err = {0};
    ck_assert(!io_exists(test_file) && !io_is_dir(test_file));
    bool made = false;
    ck_assert_int_eq(io_make_dir(test_file, &made, &err), ST_OK);
    ck_assert(made);
    ck_assert_int_eq(io_make_dir(test_file, &made, &err), ST_OK);
    ck_assert(!made);
    ck_assert_int_eq(io_make_dir(test_file, NULL, &err), ST_OK);
    ck_assert(io_exists(test_file) && io_is_dir(test_file));
    ck_assert_int_eq(rmdir(test_file), 0);
    write_text(test_file, "x");
    ck_assert(io_exists(test_file) && !io_is_dir(test_file));
    made = true;
    ck_assert_int_eq(io_make_dir(test_file, &made, &err), ST_IO);
    ck_assert(!made);
    ck_assert_ptr_nonnull(strstr(err.text, test_file));
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
    tcase_add_checked_fixture(tc, test_dir_make, test_dir_remove_strictly);
    tcase_add_test(tc, a_file_is_appended_to_what_is_read_already);
    tcase_add_test(tc, a_file_over_the_limit_is_refused_by_its_name_and_size);
    tcase_add_test(tc, what_is_not_a_regular_file_is_not_read);
    tcase_add_test(tc, a_mapped_file_shows_its_bytes_and_an_empty_one_has_none);
    tcase_add_test(tc, bytes_are_appended_to_a_file_that_is_created_if_missing);
    tcase_add_test(tc, directories_are_made_once_and_told_from_files);
    tcase_add_test(tc, paths_are_joined_by_one_slash);
    tcase_add_test(tc, the_clock_goes_forward_in_seconds);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(io_suite())
