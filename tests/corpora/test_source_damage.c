/* Cut, flipped, endless: what a source must not take for a text. */
#include "corpora/source.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <check.h>

#include "tests/support/compressed.h"
#include "tests/support/corpora_support.h"
#include "tests/support/tap.h"

static const struct file_member members[] = {
    {.name = "d/a.txt", .text = "the first text , a b c d e f g\nof two lines\n"},
    {.name = "d/b.txt", .text = "the second text\n"},
};

/* A small file of each form whose sums cover the text, and the member to read from it. */
struct sample {
    struct bytes file;
    char name[32];
    const char *member;
    size_t from, len; /* the bytes to damage; len 0: all */
};

/* The forms: a text and a tar in each compression, a zip, and a text in each compression as the
 * member of a tar. */
enum {
    FIRST_TAR = N_COMPRESSIONS,
    ZIP = 2 * N_COMPRESSIONS,
    FIRST_MEMBER,
    N_FORMS = FIRST_MEMBER + N_COMPRESSIONS
};

static struct sample compressed_text(int i)
{
    struct sample s = {.file = compressed(i, members[0].text, strlen(members[0].text))};
    snprintf(s.name, sizeof s.name, "s%s", compression_suffixes[i]);
    return s;
}

static struct sample compressed_tar(int i)
{
    struct bytes tar = files_archive("ustar", members, 2);
    struct sample s = {.file = compressed(i, tar.data, tar.n), .member = "d/a.txt"};
    snprintf(s.name, sizeof s.name, "s.tar%s", compression_suffixes[i]);
    bytes_free(&tar);
    return s;
}

/* A tar whose member is the text in compression i. */
static struct sample compressed_member(int i)
{
    static char name[32];
    struct bytes text = compressed(i, members[0].text, strlen(members[0].text));
    snprintf(name, sizeof name, "d/a.txt%s", compression_suffixes[i]);
    const struct file_member packed[] = {{.name = name, .text = text.data, .len = text.n},
                                         members[1]};
    struct sample s = {.name = "s.tar", .member = name};
    s.file = files_archive("ustar", packed, 2);
    s.from = 512;
    s.len = text.n;
    bytes_free(&text);
    return s;
}

static struct sample sample_of(int form)
{
    if (form < FIRST_TAR)
        return compressed_text(form);
    if (form < ZIP)
        return compressed_tar(form - FIRST_TAR);
    if (form >= FIRST_MEMBER)
        return compressed_member(form - FIRST_MEMBER);
    return (struct sample){
        .file = files_archive("zip", members, 2), .name = "s.zip", .member = "d/a.txt"};
}

/* Reads the first `n` bytes of a sample as a file of their own. */
static enum status read_sample(const struct sample *s, size_t n, struct bytes *got)
{
    test_write(s->name, s->file.data, n);
    return files_slurp(got, test_path(s->name), s->member, 4096, &limits, &err);
}

START_TEST(every_truncation_is_refused)
{
    struct sample s = sample_of(_i);
    struct bytes got;
    ck_assert_int_eq(read_sample(&s, s.file.n, &got), ST_OK);
    ck_assert_str_eq(got.data, members[0].text);
    bytes_free(&got);
    for (size_t n = 0; n < s.file.n; n++) {
        const enum status status = read_sample(&s, n, &got);
        ck_assert_msg(status == ST_INPUT, "cut to %zu of %zu bytes: taken", n, s.file.n);
        ck_assert_msg(strstr(err.text, s.name) != NULL, "does not name the file: %s", err.text);
        bytes_free(&got);
    }
    bytes_free(&s.file);
}
END_TEST

START_TEST(every_flipped_bit_is_refused_or_harmless)
{
    struct sample s = sample_of(_i);
    size_t refused = 0, silent = 0;
    const size_t n = s.len > 0 ? s.len : s.file.n;
    for (size_t bit = 8 * s.from; bit < 8 * (s.from + n); bit++) {
        struct bytes got;
        s.file.data[bit / 8] ^= (char)(1 << bit % 8);
        const enum status status = read_sample(&s, s.file.n, &got);
        s.file.data[bit / 8] ^= (char)(1 << bit % 8);
        refused += status != ST_OK;
        silent += status == ST_OK && strcmp(got.data, members[0].text) != 0;
        bytes_free(&got);
    }
    ck_assert_uint_eq(silent, 0);
    /* Of gzip, what no sum covers is a few bytes of the header: time, system, level; of the others,
     * less. A zip has times, modes and the other member besides. */
    ck_assert_uint_ge(refused, _i == ZIP ? n * 8 / 3 : 8 * (n - 10));
    bytes_free(&s.file);
}
END_TEST

/* Two frames, and what may stand between and behind them. */
static struct sample sample_of_frames(int i)
{
    struct sample s = {0};
    snprintf(s.name, sizeof s.name, "f%s", compression_suffixes[i]);
    const bool skippable =
        strcmp(compression_names[i], "zstd") == 0 || strcmp(compression_names[i], "lz4") == 0;
    const bool pads = strcmp(compression_names[i], "xz") == 0;
    struct bytes pieces[] = {skippable ? skippable_frame("1234", 4) : (struct bytes){0},
                             compressed(i, members[0].text, strlen(members[0].text)),
                             skippable ? skippable_frame("", 0) : (struct bytes){0},
                             compressed(i, members[1].text, strlen(members[1].text))};
    for (size_t k = 0; k < sizeof pieces / sizeof *pieces; k++) {
        bytes_append(&s.file, pieces[k].data, pieces[k].n);
        bytes_append(&s.file, "\0\0\0", pads && k == 1 ? 4 : 0);
        bytes_free(&pieces[k]);
    }
    return s;
}

START_TEST(every_flipped_bit_of_frames_is_refused_or_harmless)
{
    struct sample s = sample_of_frames(_i);
    struct bytes whole;
    ck_assert_int_eq(read_sample(&s, s.file.n, &whole), ST_OK);
    ck_assert_uint_eq(whole.n, strlen(members[0].text) + strlen(members[1].text));
    for (size_t bit = 0; bit < 8 * s.file.n; bit++) {
        struct bytes got;
        s.file.data[bit / 8] ^= (char)(1 << bit % 8);
        const enum status status = read_sample(&s, s.file.n, &got);
        s.file.data[bit / 8] ^= (char)(1 << bit % 8);
        ck_assert_msg(status != ST_OK || strcmp(got.data, whole.data) == 0, "bit %zu: taken", bit);
        bytes_free(&got);
    }
    bytes_free(&whole), bytes_free(&s.file);
}
END_TEST

START_TEST(gzip_with_other_bytes_behind_it_is_refused)
{
    const char *tails[] = {"x", "\x1f", "\x1f\x8b", "\x1fx", "text\n"};
    struct bytes all = files_gzip("a\n", 2), got;
    const size_t pad = _i < 5 ? 0 : 3;
    bytes_append(&all, "\0\0\0", pad);
    bytes_append(&all, tails[_i % 5], strlen(tails[_i % 5]));
    test_write("tail.gz", all.data, all.n);
    ck_assert_int_eq(files_slurp(&got, test_path("tail.gz"), NULL, 64, &limits, &err), ST_INPUT);
    ck_assert_ptr_nonnull(strstr(err.text, "tail.gz"));
    bytes_free(&all), bytes_free(&got);
}
END_TEST

/* Reads member a of a tar, plain or in gzip, and lists it; both must give the same status. */
static enum status read_tar(const char *bytes, size_t n, bool in_gzip, struct bytes *got)
{
    struct source_list list;
    struct bytes gz = in_gzip ? files_gzip(bytes, n) : (struct bytes){0};
    const char *path = test_path(in_gzip ? "t.tgz" : "t.tar");
    test_write(in_gzip ? "t.tgz" : "t.tar", in_gzip ? gz.data : bytes, in_gzip ? gz.n : n);
    const enum status listed = source_list_open(&list, path, &limits, &err);
    const enum status status = files_slurp(got, path, "d/a.txt", 4096, &limits, &err);
    ck_assert_int_eq(listed, status);
    source_list_fini(&list);
    bytes_free(&gz);
    return status;
}

static void set_checksum(char *header)
{
    unsigned sum = 0;
    memset(header + 148, ' ', 8);
    for (size_t i = 0; i < 512; i++)
        sum += (unsigned char)header[i];
    snprintf(header + 148, 8, "%06o", sum);
}

START_TEST(tar_cut_at_any_block_is_refused)
{
    /* header, text, header, text, two blocks of zeros */
    struct bytes tar = files_archive("ustar", members, 2), got;
    ck_assert_uint_eq(tar.n, 6 * 512);
    for (size_t blocks = 1; blocks <= 6; blocks++) {
        const enum status status = read_tar(tar.data, blocks * 512, _i == 1, &got);
        ck_assert_msg(status == (blocks < 6 ? ST_INPUT : ST_OK), "%zu blocks", blocks);
        bytes_free(&got);
    }
    bytes_free(&tar);
}
END_TEST

START_TEST(tar_cut_behind_a_member_that_ends_in_zeros_is_refused)
{
    /* 1 byte of text and 2047 zeros beside it look like an end mark, but are the member. */
    char zeros[4 * 512] = {0};
    struct bytes tar = files_archive("ustar", &members[0], 1), got;
    memcpy(zeros, "x", 1);
    memcpy(tar.data + 124, "00000004000", 11); /* size: 2048 */
    set_checksum(tar.data);
    tar.n = 512;
    bytes_append(&tar, zeros, sizeof zeros);
    ck_assert_int_eq(read_tar(tar.data, tar.n, _i == 1, &got), ST_INPUT);
    ck_assert_ptr_nonnull(strstr(err.text, "cut short"));
    bytes_free(&got);
    bytes_append(&tar, zeros + 512, 1024);
    ck_assert_int_eq(read_tar(tar.data, tar.n, _i == 1, &got), ST_OK);
    ck_assert_uint_eq(got.n, 2048);
    bytes_free(&tar), bytes_free(&got);
}
END_TEST

START_TEST(tar_with_padding_is_whole_but_with_more_behind_its_end_is_refused)
{
    char zeros[8192] = {0};
    struct bytes tar = files_archive("ustar", members, 2), got;
    struct bytes other = files_archive("ustar", members, 2);
    bytes_append(&tar, zeros, sizeof zeros);
    ck_assert_int_eq(read_tar(tar.data, tar.n, _i == 1, &got), ST_OK);
    bytes_free(&got);
    bytes_append(&tar, other.data, other.n); /* two archives behind each other */
    ck_assert_int_eq(read_tar(tar.data, tar.n, _i == 1, &got), ST_INPUT);
    ck_assert_ptr_nonnull(strstr(err.text, "after its end mark"));
    bytes_free(&tar), bytes_free(&other), bytes_free(&got);
}
END_TEST

START_TEST(byte_limit_is_exact)
{
    static const char *const names[] = {"l.txt", "l.gz", "l.zip", "l.tar", "l.tgz"};
    const char *text = members[0].text;
    struct bytes all[5] = {{0},
                           files_gzip(text, strlen(text)),
                           files_archive("zip", members, 2),
                           files_archive("ustar", members, 2),
                           {0}};
    bytes_append(&all[0], text, strlen(text));
    all[4] = files_gzip(all[3].data, all[3].n);
    /* A tar's headers, padding and other members count. */
    const uint64_t whole = _i < 3 ? strlen(text) : all[3].n;
    test_write(names[_i], all[_i].data, all[_i].n);
    for (uint64_t limit = whole - 1; limit <= whole; limit++) {
        struct bytes got;
        const struct source_limits tight = {.bytes = limit, .members = 10};
        const enum status status =
            files_slurp(&got, test_path(names[_i]), _i < 2 ? NULL : "d/a.txt", 5, &tight, &err);
        ck_assert_int_eq(status, limit < whole ? ST_INPUT : ST_OK);
        if (limit < whole)
            ck_assert_msg(strstr(err.text, "the limit") != NULL && err.remedy == REMEDY_LIMIT_BYTES,
                          "%s", err.text);
        bytes_free(&got);
    }
    for (size_t i = 0; i < 5; i++)
        bytes_free(&all[i]);
}
END_TEST

START_TEST(member_limit_is_exact)
{
    static const char *const names[] = {"m.tar", "m.zip", "m"};
    if (_i == 2) {
        test_make_dir("m");
        test_write_text("m/1", "");
        test_write_text("m/2", "");
    } else {
        struct bytes a = files_archive(_i == 0 ? "ustar" : "zip", members, 2);
        test_write(names[_i], a.data, a.n);
        bytes_free(&a);
    }
    const uint32_t n = _i == 2 ? 4 : 2; /* a directory has "." and ".." */
    for (uint32_t max = n - 1; max <= n; max++) {
        struct source_list list;
        const struct source_limits tight = {.bytes = 1 << 20, .members = max};
        const enum status status = source_list_open(&list, test_path(names[_i]), &tight, &err);
        ck_assert_int_eq(status, max < n ? ST_INPUT : ST_OK);
        source_list_fini(&list);
    }
}
END_TEST

/* As a file, and as the member of a tar. */
START_TEST(bomb_stops_at_the_limit)
{
    const size_t n = 32 << 20;
    char *zeros = calloc(n, 1), name[32];
    ck_assert_ptr_nonnull(zeros);
    struct bytes bomb = compressed(_i, zeros, n), got;
    const struct source_limits tight = {.bytes = 1 << 20, .members = 10};
    snprintf(name, sizeof name, "bomb%s", compression_suffixes[_i]);
    test_write(name, bomb.data, bomb.n);
    ck_assert_int_eq(files_slurp(&got, test_path(name), NULL, 65536, &tight, &err), ST_INPUT);
    ck_assert_msg(err.remedy == REMEDY_LIMIT_BYTES, "%s", err.text);
    ck_assert_uint_le(got.n, 1 << 20);
    bytes_free(&got);
    const struct file_member packed = {.name = name, .text = bomb.data, .len = bomb.n};
    struct bytes tar = files_archive("ustar", &packed, 1);
    test_write("bomb.tar", tar.data, tar.n);
    ck_assert_int_eq(files_slurp(&got, test_path("bomb.tar"), name, 65536, &tight, &err), ST_INPUT);
    ck_assert_msg(err.remedy == REMEDY_LIMIT_BYTES, "%s", err.text);
    free(zeros);
    bytes_free(&bomb), bytes_free(&got), bytes_free(&tar);
}
END_TEST

/* Each member is within the limit, but not both. */
START_TEST(limit_is_for_all_compressed_members_of_an_archive)
{
    char text[1500], first[32], second[32];
    memset(text, 'a', sizeof text);
    struct bytes packed = compressed(_i, text, sizeof text);
    snprintf(first, sizeof first, "a%s", compression_suffixes[_i]);
    snprintf(second, sizeof second, "b%s", compression_suffixes[_i]);
    const struct file_member two[] = {{.name = first, .text = packed.data, .len = packed.n},
                                      {.name = second, .text = packed.data, .len = packed.n}};
    struct bytes zip = files_archive("zip", two, 2);
    test_write("two.zip", zip.data, zip.n);
    for (uint64_t limit = 2 * sizeof text - 1; limit <= 2 * sizeof text; limit++) {
        const struct source_limits tight = {.bytes = limit, .members = 10};
        struct source *s;
        size_t got = 1;
        enum status status = source_open_members(&s, test_path("two.zip"),
                                                 (const char *[]){first, second}, 2, &tight, &err);
        ck_assert_int_eq(status, ST_OK);
        while (got > 0)
            ck_assert_int_eq(source_read(s, text, sizeof text, &got, &err), ST_OK);
        ck_assert_int_eq(source_next_member(s, &err), ST_OK);
        for (got = 1; got > 0 && status == ST_OK;)
            status = source_read(s, text, sizeof text, &got, &err);
        ck_assert_int_eq(status, limit < 2 * sizeof text ? ST_INPUT : ST_OK);
        ck_assert(status == ST_OK || err.remedy == REMEDY_LIMIT_BYTES);
        source_close(s);
    }
    bytes_free(&packed), bytes_free(&zip);
}
END_TEST

/* A tar of two members in 3 KiB, the first in GNU's old sparse form: 1 TiB that ends in 512 bytes
 * of data, or in none. */
static struct bytes sparse_tar(bool data)
{
    struct bytes tar = files_archive("gnutar", members, 2);
    char *h = tar.data;
    memcpy(h + 124, data ? "00000001000" : "00000000000", 11);
    h[156] = 'S';
    memset(h + 345, 0, 155);                                   /* where ustar has its prefix */
    memcpy(h + 386, "\x80\0\0\0\0\0\0\xff\xff\xff\xfe\0", 12); /* 2^40 - 512 in base 256 */
    memcpy(h + 398, data ? "00000001000" : "00000000000", 11);
    memcpy(h + 483, "\x80\0\0\0\0\0\1\0\0\0\0\0", 12); /* 2^40 */
    set_checksum(h);
    if (!data)
        memmove(h + 512, h + 1024, tar.n - 1024);
    tar.n -= data ? 0 : 512;
    return tar;
}

START_TEST(sparse_tar_bomb_stops_at_the_limit_and_is_passed_over_for_nothing)
{
    struct bytes tar = sparse_tar(true), got;
    const struct source_limits tight = {.bytes = 1 << 22, .members = 10};
    test_write("sparse.tar", tar.data, tar.n);
    const char *path = test_path("sparse.tar");
    ck_assert_int_eq(files_slurp(&got, path, "d/a.txt", 65536, &tight, &err), ST_INPUT);
    ck_assert_msg(strstr(err.text, "the limit") != NULL, "%s", err.text);
    ck_assert_uint_ge(got.n, (1 << 22) - 65536);
    bytes_free(&got);
    ck_assert_int_eq(files_slurp(&got, path, "d/b.txt", 65536, &tight, &err), ST_OK);
    ck_assert_str_eq(got.data, members[1].text);
    bytes_free(&tar), bytes_free(&got);
}
END_TEST

START_TEST(sparse_member_whose_hole_gets_lost_is_refused)
{
    struct bytes tar = sparse_tar(false), got;
    test_write("hole.tar", tar.data, tar.n);
    const struct source_limits tight = {.bytes = 1 << 22, .members = 10};
    ck_assert_int_eq(files_slurp(&got, test_path("hole.tar"), "d/a.txt", 4096, &tight, &err),
                     ST_INPUT);
    ck_assert_msg(strstr(err.text, "has 0 bytes where") != NULL, "%s", err.text);
    bytes_free(&tar), bytes_free(&got);
}
END_TEST

static size_t count_open_files(void)
{
    DIR *dir = opendir("/proc/self/fd");
    size_t n = 0;
    if (dir == NULL)
        return 0;
    while (readdir(dir) != NULL)
        n++;
    closedir(dir);
    return n;
}

START_TEST(failures_leave_no_file_open)
{
    const size_t before = count_open_files();
    for (int form = 0; form < N_FORMS; form++) {
        struct sample s = sample_of(form);
        for (size_t n = 0; n < s.file.n; n += 7) {
            struct bytes got;
            ck_assert_int_eq(read_sample(&s, n, &got), ST_INPUT);
            bytes_free(&got);
        }
        bytes_free(&s.file);
    }
    ck_assert_uint_eq(count_open_files(), before);
}
END_TEST

static Suite *source_damage_suite(void)
{
    Suite *suite = suite_create("source_damage");
    TCase *tc = tcase_create("source_damage");
    tcase_add_unchecked_fixture(tc, test_dir_make, test_dir_remove);
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, every_truncation_is_refused, 0, FIRST_MEMBER);
    tcase_add_loop_test(tc, every_flipped_bit_is_refused_or_harmless, 0, N_FORMS);
    tcase_add_loop_test(tc, every_flipped_bit_of_frames_is_refused_or_harmless, 0, N_COMPRESSIONS);
    tcase_add_loop_test(tc, gzip_with_other_bytes_behind_it_is_refused, 0, 10);
    tcase_add_loop_test(tc, tar_cut_at_any_block_is_refused, 0, 2);
    tcase_add_loop_test(tc, tar_cut_behind_a_member_that_ends_in_zeros_is_refused, 0, 2);
    tcase_add_loop_test(tc, tar_with_padding_is_whole_but_with_more_behind_its_end_is_refused, 0,
                        2);
    tcase_add_loop_test(tc, byte_limit_is_exact, 0, 5);
    tcase_add_loop_test(tc, member_limit_is_exact, 0, 3);
    tcase_add_loop_test(tc, bomb_stops_at_the_limit, 0, N_COMPRESSIONS);
    tcase_add_loop_test(tc, limit_is_for_all_compressed_members_of_an_archive, 0, N_COMPRESSIONS);
    tcase_add_test(tc, sparse_tar_bomb_stops_at_the_limit_and_is_passed_over_for_nothing);
    tcase_add_test(tc, sparse_member_whose_hole_gets_lost_is_refused);
    tcase_add_test(tc, failures_leave_no_file_open);
    suite_add_tcase(suite, tc);
    return suite;
}

TAP_MAIN(source_damage_suite())
