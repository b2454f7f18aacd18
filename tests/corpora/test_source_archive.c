/* Members of archives: listed, found by the bytes of their names, and read unchanged. */
#include "corpora/source.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <archive_entry.h>

#include "tests/support/compressed.h"
#include "tests/support/source_support.h"
#include "tests/support/tap.h"

static const struct file_member corpus[] = {
    {.name = "./d", .type = AE_IFDIR},
    {.name = "./d/b.txt", .text = "bee\n"},
    {.name = "./d/a.txt", .text = "ay\nay\n"},
    {.name = "empty", .text = ""},
};

static void write_corpus(const char *format, const char *name)
{
    struct bytes a = files_archive(format, corpus, 4);
    test_write(name, a.data, a.n);
    bytes_free(&a);
}

static void write_corpus_gzip(const char *format, const char *name)
{
    struct bytes tar = files_archive(format, corpus, 4), gz = files_gzip(tar.data, tar.n);
    test_write(name, gz.data, gz.n);
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
    const char *path = test_path(write_any_corpus(_i));
    assert_reads_text(path, "./d/b.txt", "bee\n");
    assert_reads_text(path, "./d/a.txt", "ay\nay\n");
    assert_reads_text(path, "empty", "");
    assert_refused(path, "d/a.txt", "not there", "'./d/a.txt', './d/b.txt', 'empty'");
    assert_refused(path, NULL, "is an archive, whose members are ",
                   "'./d/a.txt', './d/b.txt', 'empty'");
    ck_assert_int_eq(err.remedy, REMEDY_NAME_MEMBER);
}
END_TEST

START_TEST(members_of_every_archive_are_listed_in_order)
{
    struct source_list list;
    const char *path = test_path(write_any_corpus(_i));
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
    assert_reads_text(test_path("noname"), "./d/b.txt", "bee\n");
    struct bytes tar = files_archive("ustar", corpus, 4);
    test_write("tar.text", tar.data, tar.n);
    assert_reads(test_path("tar.text"), NULL, tar.data, tar.n);
    bytes_free(&tar);
}
END_TEST

START_TEST(gzip_name_that_says_the_wrong_content_is_refused)
{
    struct bytes gz = files_gzip("text\n", 5);
    write_corpus_gzip("pax", "tar-inside.gz");
    assert_refused(test_path("tar-inside.gz"), NULL, "holds a tar", ".tar.gz");
    test_write("text-inside.tgz", gz.data, gz.n);
    assert_refused(test_path("text-inside.tgz"), "a", "holds no tar", "rename");
    bytes_free(&gz);
}
END_TEST

/* In a tar, in the same tar compressed, and in a zip. */
START_TEST(compressed_text_in_an_archive_is_decoded)
{
    struct bytes packed = compressed(_i / 3, "a b\nc\n", 6);
    char name[32];
    snprintf(name, sizeof name, "d/t.txt%s", compression_suffixes[_i / 3]);
    const struct file_member two[] = {{.name = name, .text = packed.data, .len = packed.n},
                                      {.name = "noname", .text = packed.data, .len = packed.n},
                                      {.name = "plain.txt", .text = "plain\n"}};
    struct bytes a = files_archive(_i % 3 == 2 ? "zip" : "pax", two, 3);
    struct bytes outer = compressed(_i / 3, a.data, a.n);
    const char *const names[] = {"p.tar", "p", "p.zip"};
    const char *path = test_path(names[_i % 3]);
    test_write(names[_i % 3], _i % 3 == 1 ? outer.data : a.data, _i % 3 == 1 ? outer.n : a.n);
    if (_i % 3 == 1) { /* only a name tells that a tar is within */
        assert_refused(path, name, "holds a tar", "rename it to end in .tar");
        snprintf(name, sizeof name, "p.tar%s", compression_suffixes[_i / 3]);
        test_write(name, outer.data, outer.n);
        path = test_path(name);
        snprintf(name, sizeof name, "d/t.txt%s", compression_suffixes[_i / 3]);
    }
    assert_reads_text(path, name, "a b\nc\n");
    assert_reads_text(path, "noname", "a b\nc\n");
    assert_reads_text(path, "plain.txt", "plain\n");
    bytes_free(&packed), bytes_free(&a), bytes_free(&outer);
}
END_TEST

/* Read in one pass, which goes on behind the end of the compressed data. */
START_TEST(compressed_and_plain_members_are_read_in_one_pass)
{
    struct bytes packed = compressed(_i, "packed\n", 7);
    const struct file_member three[] = {{.name = "a", .text = packed.data, .len = packed.n},
                                        {.name = "b", .text = "plain\n"},
                                        {.name = "c", .text = packed.data, .len = packed.n}};
    static const char *const wanted[] = {"c", "b", "a"}, *const texts[] = {"packed\n", "plain\n"};
    struct bytes tar = files_archive("ustar", three, 3);
    struct source *s;
    char got[16];
    size_t n;
    test_write("three.tar", tar.data, tar.n);
    ASSERT_OK(source_open_members(&s, test_path("three.tar"), wanted, 3, &limits, &err));
    for (size_t i = 0; i < 3; i++) {
        ck_assert_uint_eq(source_member(s), 2 - i);
        ASSERT_OK(source_read(s, got, sizeof got, &n, &err));
        ck_assert_uint_eq(n, strlen(texts[i % 2]));
        ck_assert_mem_eq(got, texts[i % 2], n);
        ASSERT_OK(source_read(s, got, sizeof got, &n, &err));
        ck_assert_uint_eq(n, 0);
        ASSERT_OK(source_next_member(s, &err));
    }
    ck_assert_uint_eq(source_member(s), 3);
    source_close(s);
    bytes_free(&packed), bytes_free(&tar);
}
END_TEST

START_TEST(archive_in_an_archive_is_refused_and_a_name_must_tell_the_truth)
{
    struct bytes inner = files_archive(_i == 0 ? "ustar" : "zip", &corpus[1], 1);
    struct bytes packed = compressed(0, inner.data, inner.n);
    const struct file_member all[] = {{.name = "inner", .text = inner.data, .len = inner.n},
                                      {.name = "packed.gz", .text = packed.data, .len = packed.n},
                                      {.name = "packed.tgz", .text = packed.data, .len = packed.n},
                                      {.name = "text.xz", .text = "a text\n"},
                                      {.name = "text.txt", .text = "PK\x03\x04 a text\n"}};
    struct bytes outer = files_archive("ustar", all, 5);
    test_write("outer.tar", outer.data, outer.n);
    const char *path = test_path("outer.tar");
    assert_refused(path, "inner", "outer.tar:inner' is an archive within an archive", "unpack");
    if (_i == 0)
        assert_refused(path, "packed.gz", "outer.tar:packed.gz' holds a tar archive", "");
    assert_refused(path, "packed.tgz", "is an archive within an archive", "unpack");
    assert_refused(path, "text.xz", "is not what its name says, xz", "outer.tar:text.xz");
    assert_reads_text(path, "text.txt", all[4].text);
    bytes_free(&inner), bytes_free(&packed), bytes_free(&outer);
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
    test_write("odd.tar", tar.data, tar.n);
    assert_reads_text(test_path("odd.tar"), "../up.txt", "up\n");
    assert_reads_text(test_path("odd.tar"), "/etc/passwd", "not the real one\n");
    const char *others[] = {"link", "pipe", "dir/", "hard"};
    for (size_t i = 0; i < 4; i++)
        assert_refused(test_path("odd.tar"), others[i], "not there", "/etc/passwd");
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
    test_write(name, a.data, a.n);
    assert_reads_text(test_path(name), members[0].name, "t\n");
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
    test_write("utf8.zip", zip.data, zip.n);
    assert_reads_text(test_path("utf8.zip"), member.name, "t\n");
    bytes_free(&zip);
}
END_TEST

START_TEST(pax_name_that_is_wrongly_called_utf8_is_found_by_its_bytes)
{
    const struct file_member member = {.name = "\xFF.txt", .text = "t\n"};
    struct bytes tar = files_archive("pax", &member, 1);
    patch(&tar, "hdrcharset=BINARY", "somethings=BINARY", 17);
    test_write("wrong.tar", tar.data, tar.n);
    assert_reads_text(test_path("wrong.tar"), member.name, "t\n");
    bytes_free(&tar);
}
END_TEST

START_TEST(second_member_of_the_same_name_is_refused)
{
    const struct file_member twice[] = {{.name = "a", .text = "1\n"}, {.name = "a", .text = "2\n"}};
    struct bytes tar = files_archive("ustar", twice, 2);
    test_write("twice.tar", tar.data, tar.n);
    assert_refused(test_path("twice.tar"), "a", "twice.tar:a", "twice");
    bytes_free(&tar);
}
END_TEST

START_TEST(archive_without_a_regular_member_is_refused)
{
    const struct file_member dirs[] = {{.name = "d", .type = AE_IFDIR}};
    struct bytes tar = files_archive("ustar", dirs, 1), zip = files_archive("zip", NULL, 0);
    struct source_list list;
    test_write("dirs.tar", tar.data, tar.n);
    test_write("none.zip", zip.data, zip.n);
    ck_assert_int_eq(source_list_open(&list, test_path("dirs.tar"), &limits, &err), ST_INPUT);
    ck_assert_int_eq(source_list_open(&list, test_path("none.zip"), &limits, &err), ST_INPUT);
    ck_assert_uint_eq(list.n, 0);
    bytes_free(&tar), bytes_free(&zip);
}
END_TEST

START_TEST(a_member_that_is_not_there_is_told_with_the_first_that_are)
{
    static const char *const names[] = {"f", "c", "h", "a", "g", "b", "e", "d"};
    struct file_member members[8];
    for (size_t i = 0; i < 8; i++)
        members[i] = (struct file_member){.name = names[i], .text = "x\n"};
    struct bytes a = files_archive("ustar", members, 8);
    test_write("c.tar", a.data, a.n);
    bytes_free(&a);
    assert_refused(test_path("c.tar"), "x", "c.tar:x' is not there",
                   "the archive's members are 'a', 'b', 'c', 'd', 'e', 'f' and 2 more");
}
END_TEST

/* 4,096 names of 4,096 bytes are just as many as may be. */
START_TEST(names_that_come_to_more_than_the_limit_are_refused)
{
    enum { N = 4096 };
    static char name[N + 1];
    static struct file_member members[N + 1];
    struct source_list list = {0};
    memset(name, 'n', N);
    for (size_t i = 0; i < N; i++)
        members[i] = (struct file_member){.name = name, .text = ""};
    members[N] = (struct file_member){.name = "m", .text = "x\n"};
    for (size_t n = N; n <= N + 1; n++) {
        struct bytes a = files_archive("gnutar", members, n);
        test_write("c.tar", a.data, a.n);
        bytes_free(&a);
        const enum status want = n == N ? ST_OK : ST_INPUT;
        ck_assert_int_eq(source_list_open(&list, test_path("c.tar"), &limits, &err), want);
        ck_assert_uint_eq(list.n, n == N ? N : 0);
        source_list_fini(&list);
    }
    ck_assert_ptr_nonnull(strstr(err.text, "names come to more than 16777216 bytes, the limit"));
    assert_refused(test_path("c.tar"), "m", "c.tar:m' is in an archive", "unpack it");
}
END_TEST

START_TEST(archive_on_standard_input_is_refused_with_the_remedy)
{
    static const char *const names[] = {"c.tar", "c.tgz", "c.zip"};
    write_corpus("pax", names[0]);
    write_corpus_gzip("pax", names[1]);
    write_corpus("zip", names[2]);
    const int fd = open(test_path(names[_i]), O_RDONLY);
    ck_assert_int_eq(dup2(fd, 0), 0);
    assert_refused("-", NULL, "'standard input' is an archive", "save it to a file first");
    close(fd);
}
END_TEST

static Suite *source_archive_suite(void)
{
    Suite *suite = suite_create("source_archive");
    TCase *tc = tcase_create("source_archive");
    tcase_add_unchecked_fixture(tc, test_dir_make, test_dir_remove);
    tcase_add_loop_test(tc, members_of_every_archive_are_read, 0, 14);
    tcase_add_loop_test(tc, members_of_every_archive_are_listed_in_order, 0, 14);
    tcase_add_test(tc, tar_without_a_telling_name_is_an_archive);
    tcase_add_test(tc, gzip_name_that_says_the_wrong_content_is_refused);
    tcase_add_loop_test(tc, compressed_text_in_an_archive_is_decoded, 0, 3 * N_COMPRESSIONS);
    tcase_add_loop_test(tc, compressed_and_plain_members_are_read_in_one_pass, 0, N_COMPRESSIONS);
    tcase_add_loop_test(tc, archive_in_an_archive_is_refused_and_a_name_must_tell_the_truth, 0, 2);
    tcase_add_test(tc, only_regular_members_count_and_names_are_never_opened);
    tcase_add_loop_test(tc, name_outside_ascii_is_found_by_its_bytes, 0, 4);
    tcase_add_test(tc, zip_name_marked_as_utf8_is_found_by_its_bytes);
    tcase_add_test(tc, pax_name_that_is_wrongly_called_utf8_is_found_by_its_bytes);
    tcase_add_test(tc, second_member_of_the_same_name_is_refused);
    tcase_add_test(tc, archive_without_a_regular_member_is_refused);
    tcase_add_test(tc, a_member_that_is_not_there_is_told_with_the_first_that_are);
    tcase_add_test(tc, names_that_come_to_more_than_the_limit_are_refused);
    tcase_add_loop_test(tc, archive_on_standard_input_is_refused_with_the_remedy, 0, 3);
    suite_add_tcase(suite, tc);
    return suite;
}

TAP_MAIN(source_archive_suite())
