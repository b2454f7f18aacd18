/* What a path is taken for, and that its bytes arrive unchanged. */
#include "corpora/source.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <archive.h>
#include <archive_entry.h>
#include <check.h>

#include "tests/corpora_files.h"
#include "tests/tap.h"

static const struct source_limits limits = SOURCE_LIMITS_DEFAULT;
static struct err err;

/* The bytes of path (and member) are exactly these, read in any steps. */
static void assert_reads(const char *path, const char *member, const void *bytes, size_t n)
{
    static const size_t caps[] = {1, 7, 4096, 1 << 20};
    for (size_t i = 0; i < sizeof caps / sizeof *caps; i++) {
        struct bytes got;
        const enum status status = files_slurp(&got, path, member, caps[i], &limits, &err);
        ck_assert_msg(status == ST_OK, "%s: %s", path, err.text);
        ck_assert_uint_eq(got.n, n);
        ck_assert_mem_eq(got.data, bytes, n);
        bytes_free(&got);
    }
}

static void assert_reads_text(const char *path, const char *member, const char *text)
{
    assert_reads(path, member, text, strlen(text));
}

/* Refused as input, with every one of the words in the message. */
static void assert_refused(const char *path, const char *member, const char *word,
                           const char *word2)
{
    struct bytes got;
    const enum status status = files_slurp(&got, path, member, 4096, &limits, &err);
    ck_assert_msg(status == ST_INPUT, "%s gave status %d", path, (int)status);
    ck_assert_msg(strstr(err.text, word) != NULL, "no '%s' in: %s", word, err.text);
    ck_assert_msg(strstr(err.text, word2) != NULL, "no '%s' in: %s", word2, err.text);
    bytes_free(&got);
}

START_TEST(plain_file_is_read_byte_for_byte)
{
    char all[256 * 300];
    for (size_t i = 0; i < sizeof all; i++)
        all[i] = (char)(i % 256);
    files_write("all.txt", all, sizeof all);
    assert_reads(files_path("all.txt"), NULL, all, sizeof all);
    files_write("all", all, sizeof all);
    assert_reads(files_path("all"), NULL, all, sizeof all);
    files_write("empty.txt", "", 0);
    assert_reads(files_path("empty.txt"), NULL, "", 0);
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
    files_write_text("looks.txt", texts[_i]);
    assert_reads_text(files_path("looks.txt"), NULL, texts[_i]);
    files_write_text("looks", texts[_i]);
    assert_reads_text(files_path("looks"), NULL, texts[_i]);
    files_write_text("looks.en", texts[_i]);
    assert_reads_text(files_path("looks.en"), NULL, texts[_i]);
}
END_TEST

START_TEST(name_that_says_text_is_believed_against_the_magic)
{
    const char *zip = "PK\x03\x04 and so on\n", *bzip2 = "BZh91AY&SY and so on\n";
    files_write_text("zip.txt", zip);
    assert_reads_text(files_path("zip.txt"), NULL, zip);
    files_write_text("bz.tokens", bzip2);
    assert_reads_text(files_path("bz.tokens"), NULL, bzip2);
}
END_TEST

START_TEST(name_that_the_bytes_belie_is_refused)
{
    const char *names[] = {"x.tar", "x.tgz", "x.tar.gz", "x.taz", "x.zip", "x.gz", "x.TGZ"};
    files_write_text(names[_i], "this is a text\n");
    assert_refused(files_path(names[_i]), NULL, names[_i], "not what its name says");
    files_write_text(names[_i], "");
    assert_refused(files_path(names[_i]), NULL, names[_i], "is empty");
}
END_TEST

START_TEST(compression_that_is_not_read_is_named_with_its_remedy)
{
    files_write("x.xz",
                "\xFD"
                "7zXZ\0\0\4",
                8);
    assert_refused(files_path("x.xz"), NULL, "compressed with xz", "run unxz");
    files_write_text("x.tar.bz2", "BZh91AY&SY....");
    assert_refused(files_path("x.tar.bz2"), NULL, "compressed with bzip2", "run bunzip2");
    files_write_text("x", "\x28\xB5\x2F\xFD....");
    assert_refused(files_path("x"), NULL, "compressed with zstd", "run unzstd");
    files_write_text("x.txt", "\x28\xB5\x2F\xFD....");
    assert_refused(files_path("x.txt"), NULL, "compressed with zstd", "run unzstd");
}
END_TEST

START_TEST(gzip_is_decoded_whatever_the_suffix_but_not_under_a_text_name)
{
    struct bytes gz = files_gzip("a b\nc\n", 6);
    const char *names[] = {"x.gz", "x.txt.gz", "x.GZ", "x", "x.en"};
    for (size_t i = 0; i < 5; i++) {
        files_write(names[i], gz.data, gz.n);
        assert_reads_text(files_path(names[i]), NULL, "a b\nc\n");
    }
    files_write("g.txt", gz.data, gz.n);
    assert_refused(files_path("g.txt"), NULL, "is gzip data", "rename");
    bytes_free(&gz);
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
    files_write("members.gz", all.data, all.n);
    assert_reads_text(files_path("members.gz"), NULL, "one\ntwo\n");
    bytes_append(&all, "\0\0\0\0\0", 5);
    files_write("members.gz", all.data, all.n);
    assert_reads_text(files_path("members.gz"), NULL, "one\ntwo\n");
    bytes_free(&one), bytes_free(&none), bytes_free(&two), bytes_free(&all);
}
END_TEST

static const struct file_member corpus[] = {
    {.name = "./d", .type = AE_IFDIR},
    {.name = "./d/b.txt", .text = "bee\n"},
    {.name = "./d/a.txt", .text = "ay\nay\n"},
    {.name = "empty", .text = ""},
};

static void write_corpus(const char *format, const char *name)
{
    struct bytes a = files_archive(format, corpus, 4);
    files_write(name, a.data, a.n);
    bytes_free(&a);
}

static void write_corpus_gzip(const char *format, const char *name)
{
    struct bytes tar = files_archive(format, corpus, 4), gz = files_gzip(tar.data, tar.n);
    files_write(name, gz.data, gz.n);
    bytes_free(&tar), bytes_free(&gz);
}

static const char *write_any_corpus(int i)
{
    static const char *const formats[] = {"ustar", "pax", "gnutar"};
    static const char *const names[] = {"c.tar", "c.tgz", "c.tar.gz", "c.taz"};
    if (i >= 12) {
        write_corpus("zip", i == 12 ? "c.zip" : "zip");
        return i == 12 ? "c.zip" : "zip";
    }
    if (i / 3 == 0)
        write_corpus(formats[i % 3], names[0]);
    else
        write_corpus_gzip(formats[i % 3], names[i / 3]);
    return names[i / 3];
}

START_TEST(members_of_every_archive_are_read)
{
    const char *path = files_path(write_any_corpus(_i));
    assert_reads_text(path, "./d/b.txt", "bee\n");
    assert_reads_text(path, "./d/a.txt", "ay\nay\n");
    assert_reads_text(path, "empty", "");
    assert_refused(path, "d/a.txt", "not there", "'./d/a.txt', './d/b.txt', 'empty'");
    assert_refused(path, NULL, "is an archive", "name one of its members");
}
END_TEST

START_TEST(members_of_every_archive_are_listed_in_order)
{
    struct source_list list;
    const char *path = files_path(write_any_corpus(_i));
    ck_assert_int_eq(source_list_open(&list, path, &limits, &err), ST_OK);
    ck_assert_int_eq(list.kind, SOURCE_ARCHIVE);
    ck_assert_uint_eq(list.n, 3);
    ck_assert_str_eq(list.names[0], "./d/a.txt");
    ck_assert_str_eq(list.names[1], "./d/b.txt");
    ck_assert_str_eq(list.names[2], "empty");
    source_list_fini(&list);
}
END_TEST

START_TEST(tar_without_a_telling_name_is_an_archive)
{
    write_corpus("ustar", "noname");
    assert_reads_text(files_path("noname"), "./d/b.txt", "bee\n");
    struct bytes tar = files_archive("ustar", corpus, 4);
    files_write("tar.text", tar.data, tar.n);
    assert_reads(files_path("tar.text"), NULL, tar.data, tar.n);
    bytes_free(&tar);
}
END_TEST

START_TEST(gzip_name_that_says_the_wrong_content_is_refused)
{
    struct bytes gz = files_gzip("text\n", 5);
    write_corpus_gzip("pax", "tar-inside.gz");
    assert_refused(files_path("tar-inside.gz"), NULL, "holds a tar", ".tar.gz");
    files_write("text-inside.tgz", gz.data, gz.n);
    assert_refused(files_path("text-inside.tgz"), "a", "holds no tar", "rename");
    bytes_free(&gz);
}
END_TEST

START_TEST(only_regular_members_count_and_names_are_never_opened)
{
    const struct file_member odd[] = {
        {.name = "../up.txt", .text = "up\n"},
        {.name = "/etc/passwd", .text = "not the real one\n"},
        {.name = "link", .type = AE_IFLNK},
        {.name = "pipe", .type = AE_IFIFO},
        {.name = "dir/", .type = AE_IFDIR},
        {.name = "hard", .hard_link = "../up.txt"},
    };
    struct bytes tar = files_archive("pax", odd, 6);
    files_write("odd.tar", tar.data, tar.n);
    assert_reads_text(files_path("odd.tar"), "../up.txt", "up\n");
    assert_reads_text(files_path("odd.tar"), "/etc/passwd", "not the real one\n");
    const char *others[] = {"link", "pipe", "dir/", "hard"};
    for (size_t i = 0; i < 4; i++)
        assert_refused(files_path("odd.tar"), others[i], "not there", "/etc/passwd");
    bytes_free(&tar);
}
END_TEST

START_TEST(name_outside_ascii_is_found_by_its_bytes)
{
    const struct file_member members[] = {{.name = "Gr\xC3\xB6\xC3\x9F"
                                                   "e/t.txt",
                                           .text = "t\n"},
                                          {.name = "z", .text = "z\n"}};
    const char *formats[] = {"ustar", "pax", "gnutar", "zip"};
    struct bytes a = files_archive(formats[_i], members, 2);
    const char *name = _i == 3 ? "g.zip" : "g.tar";
    files_write(name, a.data, a.n);
    assert_reads_text(files_path(name), members[0].name, "t\n");
    bytes_free(&a);
}
END_TEST

/* Changes every `from` in the archive to `to`, of the same length. */
static void patch(struct bytes *b, const char *from, const char *to, size_t len)
{
    for (size_t i = 0; i + len <= b->n; i++)
        if (memcmp(b->data + i, from, len) == 0)
            memcpy(b->data + i, to, len);
}

START_TEST(zip_name_marked_as_utf8_is_found_by_its_bytes)
{
    const struct file_member member = {.name = "\xC3\xB6.txt", .text = "t\n"};
    struct bytes zip = files_archive("zip", &member, 1);
    for (size_t i = 0; i + 10 < zip.n; i++) { /* bit 11 of the flags: the name is UTF-8 */
        if (memcmp(zip.data + i, "PK\x03\x04", 4) == 0)
            zip.data[i + 7] |= 8;
        if (memcmp(zip.data + i, "PK\x01\x02", 4) == 0)
            zip.data[i + 9] |= 8;
    }
    files_write("utf8.zip", zip.data, zip.n);
    assert_reads_text(files_path("utf8.zip"), member.name, "t\n");
    bytes_free(&zip);
}
END_TEST

START_TEST(pax_name_that_is_wrongly_called_utf8_is_found_by_its_bytes)
{
    const struct file_member member = {.name = "\xFF.txt", .text = "t\n"};
    struct bytes tar = files_archive("pax", &member, 1);
    patch(&tar, "hdrcharset=BINARY", "somethings=BINARY", 17);
    files_write("wrong.tar", tar.data, tar.n);
    assert_reads_text(files_path("wrong.tar"), member.name, "t\n");
    bytes_free(&tar);
}
END_TEST

START_TEST(second_member_of_the_same_name_is_refused)
{
    const struct file_member twice[] = {{.name = "a", .text = "1\n"}, {.name = "a", .text = "2\n"}};
    struct bytes tar = files_archive("ustar", twice, 2);
    files_write("twice.tar", tar.data, tar.n);
    assert_refused(files_path("twice.tar"), "a", "twice.tar:a", "twice");
    bytes_free(&tar);
}
END_TEST

START_TEST(archive_without_a_regular_member_is_refused)
{
    const struct file_member dirs[] = {{.name = "d", .type = AE_IFDIR}};
    struct bytes tar = files_archive("ustar", dirs, 1), zip = files_archive("zip", NULL, 0);
    struct source_list list;
    files_write("dirs.tar", tar.data, tar.n);
    files_write("none.zip", zip.data, zip.n);
    ck_assert_int_eq(source_list_open(&list, files_path("dirs.tar"), &limits, &err), ST_INPUT);
    ck_assert_int_eq(source_list_open(&list, files_path("none.zip"), &limits, &err), ST_INPUT);
    ck_assert_uint_eq(list.n, 0);
    bytes_free(&tar), bytes_free(&zip);
}
END_TEST

START_TEST(what_cannot_be_opened_is_refused)
{
    files_write_text("text.txt", "a\n");
    assert_refused(files_path("missing"), NULL, "cannot open", "missing");
    assert_refused(files_path(""), NULL, "is a directory", "name a file in it");
    assert_refused(files_path("text.txt"), "member", "text.txt:member", "only archives");
}
END_TEST

START_TEST(control_bytes_of_a_name_are_escaped)
{
    struct source *s;
    ck_assert_int_eq(source_open_memory(&s, "a\x1b[2J\n\xff\xc2\x9b", "", 0, &err), ST_OK);
    ck_assert_str_eq(source_name(s), "a\\x1b[2J\\x0a\\xff\\u009b");
    source_close(s);
    assert_refused(files_path("no\x07pe"), NULL, "no\\x07pe", "cannot open");
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
    files_make_dir("dir");
    files_make_dir("dir/sub");
    files_write_text("dir/b", "");
    files_write_text("dir/a", "");
    files_write_text("dir/sub/c", "");
    ck_assert_int_eq(symlink("a", files_path("dir/link")), 0);
    ck_assert_int_eq(symlink("nowhere", files_path("dir/dangling")), 0);
    ck_assert_int_eq(source_list_open(&list, files_path("dir"), &limits, &err), ST_OK);
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
    struct bytes gz = files_gzip("a\nb\n", 4);
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

START_TEST(archive_on_standard_input_is_refused_with_the_remedy)
{
    static const char *const names[] = {"c.tar", "c.tgz", "c.zip"};
    write_corpus("pax", names[0]);
    write_corpus_gzip("pax", names[1]);
    write_corpus("zip", names[2]);
    const int fd = open(files_path(names[_i]), O_RDONLY);
    ck_assert_int_eq(dup2(fd, 0), 0);
    assert_refused("-", NULL, "'standard input' is an archive", "save it to a file first");
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

int main(void)
{
    Suite *suite = suite_create("source");
    TCase *tc = tcase_create("source");
    tcase_add_test(tc, plain_file_is_read_byte_for_byte);
    tcase_add_loop_test(tc, text_that_looks_like_an_archive_is_text, 0, 7);
    tcase_add_test(tc, name_that_says_text_is_believed_against_the_magic);
    tcase_add_loop_test(tc, name_that_the_bytes_belie_is_refused, 0, 7);
    tcase_add_test(tc, compression_that_is_not_read_is_named_with_its_remedy);
    tcase_add_test(tc, gzip_is_decoded_whatever_the_suffix_but_not_under_a_text_name);
    tcase_add_test(tc, gzip_members_behind_each_other_are_one_text);
    tcase_add_loop_test(tc, members_of_every_archive_are_read, 0, 14);
    tcase_add_loop_test(tc, members_of_every_archive_are_listed_in_order, 0, 14);
    tcase_add_test(tc, tar_without_a_telling_name_is_an_archive);
    tcase_add_test(tc, gzip_name_that_says_the_wrong_content_is_refused);
    tcase_add_test(tc, only_regular_members_count_and_names_are_never_opened);
    tcase_add_loop_test(tc, name_outside_ascii_is_found_by_its_bytes, 0, 4);
    tcase_add_test(tc, zip_name_marked_as_utf8_is_found_by_its_bytes);
    tcase_add_test(tc, pax_name_that_is_wrongly_called_utf8_is_found_by_its_bytes);
    tcase_add_test(tc, second_member_of_the_same_name_is_refused);
    tcase_add_test(tc, archive_without_a_regular_member_is_refused);
    tcase_add_test(tc, what_cannot_be_opened_is_refused);
    tcase_add_test(tc, control_bytes_of_a_name_are_escaped);
    tcase_add_test(tc, memory_is_copied);
    tcase_add_test(tc, directory_lists_its_regular_files_only);
    tcase_add_loop_test(tc, pipe_is_read_once_and_not_looked_into_before, 0, 2);
    tcase_add_loop_test(tc, standard_input_is_one_text_plain_or_gzip, 0, 2);
    tcase_add_loop_test(tc, archive_on_standard_input_is_refused_with_the_remedy, 0, 3);
    tcase_add_test(tc, line_of_a_pipe_is_there_before_the_next_is_written);
    suite_add_tcase(suite, tc);
    files_init();
    const int status = tap_run(suite);
    files_fini();
    return status;
}
