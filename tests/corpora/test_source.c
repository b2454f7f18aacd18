/* What a path is taken for, and that its bytes arrive unchanged: plain files, gzip, pipes. */
#include "corpora/source.h"

#include <stdio.h>
#include <unistd.h>

#include "tests/support/compressed.h"
#include "tests/support/source_support.h"
#include "tests/support/tap.h"

START_TEST(plain_file_is_read_byte_for_byte)
{
    char all[256 * 300];
    for (size_t i = 0; i < sizeof all; i++)
        all[i] = (char)(i % 256);
    test_write("all.txt", all, sizeof all);
    assert_reads(test_path("all.txt"), NULL, all, sizeof all);
    test_write("all", all, sizeof all);
    assert_reads(test_path("all"), NULL, all, sizeof all);
    test_write("empty.txt", "", 0);
    assert_reads(test_path("empty.txt"), NULL, "", 0);
}
END_TEST

/* 600 bytes with "ustar" where a tar header has it. */
static const char *ustar_text(void)
{
    static char text[601];
    memset(text, 'x', 600);
    memcpy(text + 257, "ustar", 5);
    return text;
}

START_TEST(text_that_looks_like_an_archive_is_text)
{
    const char *texts[] = {"#mtree\na type=file\n",
                           "!<arch>\nnot a library\n",
                           "begin 644 x\n#86)C\n`\nend\n",
                           "PK stands for Peter Katz\n",
                           "BZh is not bzip2\n",
                           "\x1f\x8b is two bytes\n",
                           ustar_text()};
    test_write_text("looks.txt", texts[_i]);
    assert_reads_text(test_path("looks.txt"), NULL, texts[_i]);
    test_write_text("looks", texts[_i]);
    assert_reads_text(test_path("looks"), NULL, texts[_i]);
    test_write_text("looks.en", texts[_i]);
    assert_reads_text(test_path("looks.en"), NULL, texts[_i]);
}
END_TEST

START_TEST(name_that_says_text_is_believed_against_the_magic)
{
    const char *zip = "PK\x03\x04 and so on\n", *bzip2 = "BZh91AY&SY and so on\n";
    test_write_text("zip.txt", zip);
    assert_reads_text(test_path("zip.txt"), NULL, zip);
    test_write_text("bz.tokens", bzip2);
    assert_reads_text(test_path("bz.tokens"), NULL, bzip2);
}
END_TEST

START_TEST(name_that_the_bytes_belie_is_refused)
{
    const char *names[] = {"x.tar",    "x.tgz", "x.tar.gz", "x.taz",     "x.zip",
                           "x.gz",     "x.TGZ", "x.bz2",    "x.tar.bz2", "x.xz",
                           "x.tar.xz", "x.zst", "x.tzst",   "x.lz4"};
    test_write_text(names[_i], "this is a text\n");
    assert_refused(test_path(names[_i]), NULL, names[_i], "not what its name says");
    test_write_text(names[_i], "");
    assert_refused(test_path(names[_i]), NULL, names[_i], "is empty");
}
END_TEST

START_TEST(compression_that_is_not_read_is_named_with_its_remedy)
{
    static const struct {
        const char *bytes;
        size_t n;
        const char *name, *remedy;
    } rows[] = {{"\x1F\x9D\x90", 3, "compress", "run uncompress"},
                {"\x5D\0\0\x80", 4, "lzma", "run unlzma"},
                {"LZIP\1\x0C", 6, "lzip", "run lzip"},
                {"7z\xBC\xAF\x27\x1C", 6, "7-Zip", "run 7z"},
                {"Rar!\x1A\x07\0", 7, "RAR", "run unrar"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        test_write("odd", rows[i].bytes, rows[i].n);
        assert_refused(test_path("odd"), NULL, rows[i].name, rows[i].remedy);
    }
}
END_TEST

START_TEST(compressed_text_is_decoded_whatever_the_suffix_but_not_under_a_text_name)
{
    struct bytes packed = compressed(_i, "a b\nc\n", 6);
    char data[32], suffix[32], text_suffix[32];
    snprintf(data, sizeof data, "is %s data", compression_names[_i]);
    snprintf(suffix, sizeof suffix, "x%s", compression_suffixes[_i]);
    snprintf(text_suffix, sizeof text_suffix, "x.txt%s", compression_suffixes[_i]);
    const char *names[] = {suffix, text_suffix, "x", "x.en"};
    for (size_t i = 0; i < 4; i++) {
        test_write(names[i], packed.data, packed.n);
        assert_reads_text(test_path(names[i]), NULL, "a b\nc\n");
    }
    test_write("x.tar", packed.data, packed.n);
    assert_refused(test_path("x.tar"), NULL, data, "its name says tar: rename it");
    const int other = (_i + 1) % N_COMPRESSIONS;
    snprintf(suffix, sizeof suffix, "x%s", compression_suffixes[other]);
    test_write(suffix, packed.data, packed.n);
    assert_refused(test_path(suffix), NULL, data, compression_names[other]);
    test_write("x.txt", packed.data, packed.n);
    if (strcmp(compression_names[_i], "bzip2") == 0) /* what a text may begin with */
        assert_reads(test_path("x.txt"), NULL, packed.data, packed.n);
    else
        assert_refused(test_path("x.txt"), NULL, data, "its name says text: rename it");
    bytes_free(&packed);
}
END_TEST

START_TEST(what_is_compressed_twice_is_refused)
{
    struct bytes once = compressed(_i, "a\n", 2), twice = compressed(0, once.data, once.n);
    test_write("twice.gz", twice.data, twice.n);
    if (strcmp(compression_names[_i], "bzip2") == 0)
        assert_reads(test_path("twice.gz"), NULL, once.data, once.n);
    else
        assert_refused(test_path("twice.gz"), NULL, "compressed twice", compression_names[_i]);
    bytes_free(&once), bytes_free(&twice);
}
END_TEST

START_TEST(gzip_members_behind_each_other_are_one_text)
{
    struct bytes one = files_gzip("one\n", 4), none = files_gzip("", 0),
                 two = files_gzip("two\n", 4);
    struct bytes all = {0};
    bytes_append(&all, one.data, one.n);
    bytes_append(&all, none.data, none.n);
    bytes_append(&all, two.data, two.n);
    test_write("members.gz", all.data, all.n);
    assert_reads_text(test_path("members.gz"), NULL, "one\ntwo\n");
    bytes_append(&all, "\0\0\0\0\0", 5);
    test_write("members.gz", all.data, all.n);
    assert_reads_text(test_path("members.gz"), NULL, "one\ntwo\n");
    bytes_free(&one), bytes_free(&none), bytes_free(&two), bytes_free(&all);
}
END_TEST

START_TEST(what_cannot_be_opened_is_refused)
{
    test_write_text("text.txt", "a\n");
    assert_refused(test_path("missing"), NULL, "cannot open", "missing");
    assert_refused(test_path(""), NULL, "is a directory", "name a file in it");
    assert_refused(test_path("text.txt"), "member", "text.txt:member", "only archives");
}
END_TEST

START_TEST(control_bytes_of_a_name_are_escaped)
{
    struct source *s;
    ck_assert_int_eq(source_open_memory(&s, "a\x1b[2J\n\xff\xc2\x9b", "", 0, &err), ST_OK);
    ck_assert_str_eq(source_name(s), "a\\x1b[2J\\x0a\\xff\\xc2\\x9b");
    source_close(s);
    assert_refused(test_path("no\x07pe"), NULL, "no\\x07pe", "cannot open");
}
END_TEST

START_TEST(memory_is_copied)
{
    char bytes[] = "abc", got[8];
    struct source *s;
    size_t n;
    ck_assert_int_eq(source_open_memory(&s, "m", bytes, 3, &err), ST_OK);
    memset(bytes, 'x', 3);
    ck_assert_int_eq(source_read(s, got, 2, &n, &err), ST_OK);
    ck_assert_uint_eq(n, 2);
    ck_assert_mem_eq(got, "ab", 2);
    ck_assert_int_eq(source_read(s, got, 8, &n, &err), ST_OK);
    ck_assert_uint_eq(n, 1);
    ck_assert_int_eq(source_read(s, got, 8, &n, &err), ST_OK);
    ck_assert_uint_eq(n, 0);
    source_close(s);
    source_close(NULL);
}
END_TEST

START_TEST(directory_lists_its_regular_files_only)
{
    struct source_list list;
    test_make_dir("dir");
    test_make_dir("dir/sub");
    test_write_text("dir/b", "");
    test_write_text("dir/a", "");
    test_write_text("dir/sub/c", "");
    ck_assert_int_eq(symlink("a", test_path("dir/link")), 0);
    ck_assert_int_eq(symlink("nowhere", test_path("dir/dangling")), 0);
    ck_assert_int_eq(source_list_open(&list, test_path("dir"), &limits, &err), ST_OK);
    ck_assert_int_eq(list.kind, SOURCE_DIRECTORY);
    ck_assert_uint_eq(list.n, 3);
    ck_assert_str_eq(list.names[0], "a");
    ck_assert_str_eq(list.names[1], "b");
    ck_assert_str_eq(list.names[2], "link");
    source_list_fini(&list);
}
END_TEST

/* Puts the bytes into a pipe and gives its reading end; they must fit into the pipe's buffer. */
static int pipe_of(const void *bytes, size_t n)
{
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(write(ends[1], bytes, n), (ssize_t)n);
    close(ends[1]);
    return ends[0];
}

START_TEST(pipe_is_read_once_and_not_looked_into_before)
{
    char path[64];
    struct source_list list;
    struct bytes gz = compressed(_i == 0 ? 0 : _i - 1, "a\nb\n", 4);
    const int fd = _i == 0 ? pipe_of("a\nb\n", 4) : pipe_of(gz.data, gz.n);
    struct bytes got;
    snprintf(path, sizeof path, "/dev/fd/%d", fd);
    ck_assert_int_eq(source_list_open(&list, path, &limits, &err), ST_OK);
    ck_assert_int_eq(list.kind, SOURCE_TEXT);
    ck_assert_int_eq(files_slurp(&got, path, NULL, 3, &limits, &err), ST_OK);
    ck_assert_str_eq(got.data, "a\nb\n");
    bytes_free(&got), bytes_free(&gz);
    close(fd);
}
END_TEST

START_TEST(standard_input_is_one_text_plain_or_gzip)
{
    struct source_list list;
    struct bytes gz = files_gzip("a\nb\n", 4), got;
    const int fd = _i == 0 ? pipe_of("a\nb\n", 4) : pipe_of(gz.data, gz.n);
    ck_assert_int_eq(dup2(fd, 0), 0);
    ck_assert_int_eq(source_list_open(&list, "-", &limits, &err), ST_OK);
    ck_assert_int_eq(list.kind, SOURCE_TEXT);
    ck_assert_int_eq(files_slurp(&got, "-", NULL, 3, &limits, &err), ST_OK);
    ck_assert_str_eq(got.data, "a\nb\n");
    bytes_free(&got), bytes_free(&gz);
    close(fd);
}
END_TEST

START_TEST(line_of_a_pipe_is_there_before_the_next_is_written)
{
    int ends[2];
    char path[64], got[16];
    struct source *s;
    size_t n;
    ck_assert_int_eq(pipe(ends), 0);
    snprintf(path, sizeof path, "/dev/fd/%d", ends[0]);
    ck_assert_int_eq(write(ends[1], "one\n", 4), 4);
    ck_assert_int_eq(source_open(&s, path, NULL, &limits, &err), ST_OK);
    ck_assert_int_eq(source_read(s, got, sizeof got, &n, &err), ST_OK);
    ck_assert_uint_eq(n, 4);
    source_close(s);
    close(ends[0]), close(ends[1]);
}
END_TEST

static Suite *source_suite(void)
{
    Suite *suite = suite_create("source");
    TCase *tc = tcase_create("source");
    tcase_add_unchecked_fixture(tc, test_dir_make, test_dir_remove);
    tcase_add_test(tc, plain_file_is_read_byte_for_byte);
    tcase_add_loop_test(tc, text_that_looks_like_an_archive_is_text, 0, 7);
    tcase_add_test(tc, name_that_says_text_is_believed_against_the_magic);
    tcase_add_loop_test(tc, name_that_the_bytes_belie_is_refused, 0, 14);
    tcase_add_test(tc, compression_that_is_not_read_is_named_with_its_remedy);
    tcase_add_loop_test(tc,
                        compressed_text_is_decoded_whatever_the_suffix_but_not_under_a_text_name, 0,
                        N_COMPRESSIONS);
    tcase_add_loop_test(tc, what_is_compressed_twice_is_refused, 0, N_COMPRESSIONS);
    tcase_add_test(tc, gzip_members_behind_each_other_are_one_text);
    tcase_add_test(tc, what_cannot_be_opened_is_refused);
    tcase_add_test(tc, control_bytes_of_a_name_are_escaped);
    tcase_add_test(tc, memory_is_copied);
    tcase_add_test(tc, directory_lists_its_regular_files_only);
    tcase_add_loop_test(tc, pipe_is_read_once_and_not_looked_into_before, 0, 1 + N_COMPRESSIONS);
    tcase_add_loop_test(tc, standard_input_is_one_text_plain_or_gzip, 0, 2);
    tcase_add_test(tc, line_of_a_pipe_is_there_before_the_next_is_written);
    suite_add_tcase(suite, tc);
    return suite;
}

TAP_MAIN(source_suite())
