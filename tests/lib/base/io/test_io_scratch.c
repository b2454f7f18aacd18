/* Scratch files: what was put comes back, and no name is seen at any time. */
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/io/io_scratch.h"
#include "tests/support/io_support.h"
#include "tests/support/err_support.h"
#include "tests/support/tap.h"

static bool is_open(int fd)
{
    return fcntl(fd, F_GETFD) >= 0;
}

START_TEST(what_is_put_comes_back)
{
    struct io_scratch s;
    char got[8];
    ASSERT_OK(io_scratch_open(&s, test_file, &err));
    ASSERT_OK(io_scratch_put(&s, "first", 5, &err));
    ASSERT_OK(io_scratch_put(&s, "", 0, &err));
    ASSERT_OK(io_scratch_put(&s, "second", 6, &err));
    ck_assert_uint_eq(s.len, 11);
    ASSERT_OK(io_scratch_read_at(&s, 3, got, 8, &err)); /* out of both */
    ck_assert_mem_eq(got, "stsecond", 8);
    ASSERT_OK(io_scratch_read_at(&s, 0, got, 5, &err));
    ck_assert_mem_eq(got, "first", 5);
    ASSERT_OK(io_scratch_read_at(&s, 11, got, 0, &err));
    io_scratch_close(&s);
}
END_TEST

START_TEST(reading_does_not_move_the_place_of_the_next_put)
{
    struct io_scratch s;
    char got[4];
    ASSERT_OK(io_scratch_open(&s, test_file, &err));
    ASSERT_OK(io_scratch_put(&s, "ab", 2, &err));
    ASSERT_OK(io_scratch_read_at(&s, 0, got, 1, &err));
    ASSERT_OK(io_scratch_put(&s, "cd", 2, &err));
    ASSERT_OK(io_scratch_read_at(&s, 0, got, 4, &err));
    ck_assert_mem_eq(got, "abcd", 4);
    io_scratch_close(&s);
}
END_TEST

START_TEST(bytes_that_were_not_put_cannot_be_read)
{
    struct io_scratch s;
    char got[4];
    ASSERT_OK(io_scratch_open(&s, test_file, &err));
    ASSERT_OK(io_scratch_put(&s, "abc", 3, &err));
    ASSERT_FAILS(io_scratch_read_at(&s, 0, got, 4, &err), ST_IO, test_file);
    ASSERT_FAILS(io_scratch_read_at(&s, 9, got, 1, &err), ST_IO, test_file);
    io_scratch_close(&s);
}
END_TEST

START_TEST(a_map_is_zeroed_writable_and_the_file_itself)
{
    enum { N = 100000 }; /* some pages, and a part of one */
    struct io_scratch s;
    char got[5];
    ASSERT_OK(io_scratch_open(&s, test_file, &err));
    ASSERT_OK(io_scratch_map(&s, N, &err));
    ck_assert_uint_eq(s.len, N);
    char *map = s.map;
    for (size_t i = 0; i < N; i++)
        if (map[i] != 0)
            ck_abort_msg("byte %zu", i);
    memcpy(map + N - 5, "hello", 5);
    io_scratch_relax(&s);
    ck_assert_mem_eq(map + N - 5, "hello", 5);
    ASSERT_OK(io_scratch_read_at(&s, N - 5, got, 5, &err));
    ck_assert_mem_eq(got, "hello", 5);
    io_scratch_close(&s);
}
END_TEST

/* Else a write through the map could end in a SIGBUS. */
START_TEST(a_map_has_its_room_on_the_disk)
{
    enum { N = 1 << 20 };
    struct io_scratch s;
    struct stat st;
    ASSERT_OK(io_scratch_open(&s, test_file, &err));
    ASSERT_OK(io_scratch_map(&s, N, &err));
    ck_assert_int_eq(fstat(s.fd, &st), 0);
    ck_assert_int_eq(st.st_size, N);
    ck_assert_int_ge((long long)st.st_blocks * 512, N);
    io_scratch_close(&s);
}
END_TEST

START_TEST(no_name_is_seen_while_it_is_open_nor_after)
{
    struct io_scratch s, t;
    ASSERT_OK(io_scratch_open(&s, test_file, &err));
    ck_assert_int_eq(test_dir_count(), 0);
    ASSERT_OK(io_scratch_open(&t, test_file, &err)); /* a second beside the same path */
    ASSERT_OK(io_scratch_put(&s, "abc", 3, &err));
    ASSERT_OK(io_scratch_map(&t, 10, &err));
    ck_assert_int_eq(test_dir_count(), 0);
    const int fd = s.fd;
    io_scratch_close(&s);
    io_scratch_close(&t);
    ck_assert_int_eq(test_dir_count(), 0);
    ck_assert(!is_open(fd));
}
END_TEST

START_TEST(a_file_of_that_path_stays_as_it_is)
{
    struct io_scratch s;
    struct stat before, after;
    write_text(test_file, "old");
    ck_assert_int_eq(stat(test_file, &before), 0);
    ASSERT_OK(io_scratch_open(&s, test_file, &err));
    ASSERT_OK(io_scratch_put(&s, "new and longer", 14, &err));
    io_scratch_close(&s);
    assert_holds(test_file, "old");
    ck_assert_int_eq(stat(test_file, &after), 0);
    ck_assert_uint_eq(before.st_ino, after.st_ino);
    ck_assert_uint_eq(before.st_mode, after.st_mode);
}
END_TEST

START_TEST(a_zeroed_struct_has_no_file_and_closing_it_closes_nothing)
{
    struct io_scratch s = {0};
    ck_assert(is_open(STDIN_FILENO) || open("/dev/null", O_RDONLY) == STDIN_FILENO);
    io_scratch_relax(&s);
    io_scratch_close(&s);
    ck_assert(is_open(STDIN_FILENO)); /* descriptor 0 is not its own */
    ASSERT_OK(io_scratch_open(&s, test_file, &err));
    io_scratch_close(&s);
    ck_assert(s.path == NULL && s.map == NULL && s.len == 0);
    io_scratch_close(&s);
    ck_assert(is_open(STDIN_FILENO));
}
END_TEST

/* Places that cannot be written --------------------------------------------- */

static void assert_refused(const char *path)
{
    struct io_scratch s;
    ASSERT_FAILS(io_scratch_open(&s, path, &err), ST_IO, path);
    io_scratch_close(&s); /* nothing is left to close, and nothing is harmed */
}

START_TEST(a_directory_that_is_none_is_named)
{
    write_text(test_file, "not a directory");
    assert_refused(test_path("none/x"));
    assert_refused(test_path("file/x"));
    ck_assert_int_eq(test_dir_count(), 1);
}
END_TEST

/* Root may write everywhere, so root becomes somebody else for this. */
START_TEST(a_directory_that_may_not_be_written_is_named)
{
    const bool is_root = geteuid() == 0;
    if (is_root && seteuid(65534) != 0)
        return; /* in a namespace without other users */
    if (!is_root)
        ck_assert_int_eq(chmod(test_dir, 0500), 0);
    assert_refused(test_file);
    if (is_root)
        ck_assert_int_eq(seteuid(0), 0);
    ck_assert_int_eq(chmod(test_dir, 0700), 0);
}
END_TEST

/* Of the test's own process, as a disk that is full. */
static void limit_files(rlim_t bytes)
{
    const struct rlimit small = {bytes, RLIM_INFINITY};
    signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
}

START_TEST(what_has_no_room_is_an_error_that_names_the_path)
{
    struct io_scratch s;
    static const char block[5000];
    ASSERT_OK(io_scratch_open(&s, test_file, &err));
    limit_files(8192);
    ASSERT_OK(io_scratch_put(&s, block, sizeof block, &err));
    ASSERT_FAILS(io_scratch_put(&s, block, sizeof block, &err), ST_IO, test_file);
    io_scratch_close(&s);
    ASSERT_OK(io_scratch_open(&s, test_file, &err));
    ASSERT_FAILS(io_scratch_map(&s, 8193, &err), ST_IO, test_file);
    ck_assert_ptr_null(s.map);
    io_scratch_close(&s);
    limit_files(RLIM_INFINITY);
}
END_TEST

static Suite *io_scratch_suite(void)
{
    Suite *s = suite_create("io_scratch");
    TCase *tc = tcase_create("io_scratch");
    tcase_add_checked_fixture(tc, test_dir_make, test_dir_remove_strictly);
    tcase_add_test(tc, what_is_put_comes_back);
    tcase_add_test(tc, reading_does_not_move_the_place_of_the_next_put);
    tcase_add_test(tc, bytes_that_were_not_put_cannot_be_read);
    tcase_add_test(tc, a_map_is_zeroed_writable_and_the_file_itself);
    tcase_add_test(tc, a_map_has_its_room_on_the_disk);
    tcase_add_test(tc, no_name_is_seen_while_it_is_open_nor_after);
    tcase_add_test(tc, a_file_of_that_path_stays_as_it_is);
    tcase_add_test(tc, a_zeroed_struct_has_no_file_and_closing_it_closes_nothing);
    tcase_add_test(tc, a_directory_that_is_none_is_named);
    tcase_add_test(tc, a_directory_that_may_not_be_written_is_named);
    tcase_add_test(tc, what_has_no_room_is_an_error_that_names_the_path);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(io_scratch_suite())
