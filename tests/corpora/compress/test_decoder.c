/* Every compression: frames in a row, what may stand between and behind them, and what is refused
 * because damage to it could not be told or because it wants too much memory. */
#include "corpora/compress/decoder.h"

#include <stdio.h>
#include <stdlib.h>

#include "corpora/compress/codecs.h"
#include "tests/support/compressed.h"
#include "tests/support/source_support.h"
#include "tests/support/tap.h"

enum { GZIP, BZIP2, XZ, ZSTD, LZ4 };

/* The name of a file of compression i. */
static const char *name_of(int i)
{
    static char name[32];
    snprintf(name, sizeof name, "d%s", compression_suffixes[i]);
    return name;
}

static void add(struct bytes *all, struct bytes piece)
{
    bytes_append(all, piece.data, piece.n);
    bytes_free(&piece);
}

/* Writes the bytes as a file of compression i, releases them and returns its path. */
static const char *file_of(int i, struct bytes all)
{
    test_write(name_of(i), all.data, all.n);
    bytes_free(&all);
    return test_path(name_of(i));
}

START_TEST(a_long_text_is_decoded_whatever_the_steps)
{
    struct bytes text = {0};
    for (int line = 0; line < 30000; line++) {
        char words[64];
        const int n = snprintf(words, sizeof words, "line %d of %d\n", line, line * line % 977);
        bytes_append(&text, words, (size_t)n);
    }
    const char *path = file_of(_i, compressed(_i, text.data, text.n));
    static const size_t caps[] = {97, 65536, 1 << 20};
    for (size_t i = 0; i < sizeof caps / sizeof *caps; i++) {
        struct bytes got;
        ASSERT_OK(files_slurp(&got, path, NULL, caps[i], &limits, &err));
        ck_assert_uint_eq(got.n, text.n);
        ck_assert_mem_eq(got.data, text.data, text.n);
        bytes_free(&got);
    }
    bytes_free(&text);
}
END_TEST

START_TEST(frames_behind_each_other_are_one_text)
{
    struct bytes all = {0};
    add(&all, compressed(_i, "one\n", 4));
    add(&all, compressed(_i, "", 0));
    add(&all, compressed(_i, "two\n", 4));
    assert_reads_text(file_of(_i, all), NULL, "one\ntwo\n");
}
END_TEST

START_TEST(an_empty_text_is_empty)
{
    assert_reads_text(file_of(_i, compressed(_i, "", 0)), NULL, "");
}
END_TEST

START_TEST(other_bytes_behind_a_frame_are_refused)
{
    static const char *const tails[] = {"x", "text\n", "x text that is longer than any header\n"};
    for (size_t t = 0; t < sizeof tails / sizeof *tails; t++) {
        struct bytes all = compressed(_i, "a\n", 2);
        bytes_append(&all, tails[t], strlen(tails[t]));
        assert_refused(file_of(_i, all), NULL, "after its end, at byte ", compression_names[_i]);
    }
}
END_TEST

START_TEST(zeros_behind_a_frame_are_padding_where_the_format_has_it)
{
    static const unsigned every[N_COMPRESSIONS] = {[GZIP] = 1, [XZ] = 4};
    const char zeros[9] = {0};
    for (size_t n = 1; n <= sizeof zeros; n++) {
        struct bytes all = compressed(_i, "a\n", 2);
        bytes_append(&all, zeros, n);
        const char *path = file_of(_i, all);
        if (every[_i] > 0 && n % every[_i] == 0)
            assert_reads_text(path, NULL, "a\n");
        else
            assert_refused(path, NULL, "after its end", name_of(_i));
    }
}
END_TEST

START_TEST(xz_goes_on_behind_padding_and_gzip_does_not)
{
    const char zeros[4] = {0};
    struct bytes all = compressed(_i, "a\n", 2);
    bytes_append(&all, zeros, sizeof zeros);
    add(&all, compressed(_i, "b\n", 2));
    const char *path = file_of(_i, all);
    if (_i == XZ)
        assert_reads_text(path, NULL, "a\nb\n");
    else
        assert_refused(path, NULL, "after its end", name_of(_i));
}
END_TEST

START_TEST(skippable_frames_are_passed_over)
{
    struct bytes all = {0};
    add(&all, skippable_frame("what pzstd leaves", 17));
    add(&all, compressed(_i, "a\n", 2));
    add(&all, skippable_frame("", 0));
    add(&all, compressed(_i, "b\n", 2));
    add(&all, skippable_frame("a table for seeking", 19));
    assert_reads_text(file_of(_i, all), NULL, "a\nb\n");
}
END_TEST

START_TEST(skippable_frame_alone_or_cut_or_under_another_name_is_refused)
{
    struct bytes skippable = skippable_frame("12345678", 8);
    for (size_t n = 4; n <= skippable.n; n++) {
        test_write(name_of(_i), skippable.data, n);
        assert_refused(test_path(name_of(_i)), NULL, "cut short", name_of(_i));
    }
    test_write("noname", skippable.data, skippable.n);
    assert_refused(test_path("noname"), NULL, "rename it", ".zst or .lz4");
    bytes_free(&skippable);
}
END_TEST

/* A length of a skippable frame that damage has made longer by exactly the frame behind it. */
START_TEST(skippable_frame_that_takes_a_text_away_is_refused)
{
    struct bytes one = compressed(_i, "a\n", 2), all = skippable_frame(NULL, 0);
    all.data[4] = (char)one.n;
    add(&all, one);
    add(&all, compressed(_i, "b\n", 2));
    assert_refused(file_of(_i, all), NULL, "a frame within one that is passed over", "damaged");
}
END_TEST

START_TEST(frame_without_a_sum_is_refused_with_the_remedy)
{
    char remedy[64];
    snprintf(remedy, sizeof remedy, "compress it again with the command %s", compression_names[_i]);
    assert_refused(file_of(_i, compressed_without_sum(_i, "a\n", 2)), NULL, "without a checksum",
                   remedy);
    struct bytes all = compressed(_i, "a\n", 2);
    add(&all, compressed_without_sum(_i, "b\n", 2));
    assert_refused(file_of(_i, all), NULL, "without a checksum", remedy);
}
END_TEST

START_TEST(legacy_lz4_has_no_sum)
{
    test_write("old.lz4", "\x02\x21\x4C\x18\0\0\0\0", 8);
    assert_refused(test_path("old.lz4"), NULL, "without a checksum", "lz4");
}
END_TEST

START_TEST(zstd_frame_of_another_size_than_it_says_is_refused_whatever_the_steps)
{
    static const unsigned char frame[] = {0x28, 0xB5, 0x2F, 0xFD, 0x24, 0x40, 1,
                                          0,    0,    0x99, 0xE9, 0xD8, 0x51};
    test_write("size.zst", frame, sizeof frame);
    for (size_t cap = 1; cap < 100; cap += 7) {
        struct bytes got;
        ck_assert_int_eq(files_slurp(&got, test_path("size.zst"), NULL, cap, &limits, &err),
                         ST_INPUT);
        bytes_free(&got);
    }
    assert_refused(test_path("size.zst"), NULL, "size.zst", "damaged");
}
END_TEST

/* The highest levels of xz and zstd ask for 64 and 128 MiB. */
START_TEST(window_is_limited)
{
    const int codec = _i == 0 ? XZ : ZSTD;
    assert_reads_text(file_of(codec, compressed_with_window(codec, 27, "a\n", 2)), NULL, "a\n");
    assert_refused(file_of(codec, compressed_with_window(codec, 28, "a\n", 2)), NULL,
                   "more than 128 MiB of memory, the limit", name_of(codec));
}
END_TEST

START_TEST(what_a_name_says)
{
    static const struct {
        const char *name, *codec;
        bool tar;
        size_t suffix;
    } rows[] = {
        {"a.gz", "gzip", false, 3},      {"a.GZ", "gzip", false, 3},
        {"a.tgz", "gzip", true, 0},      {"a.taz", "gzip", true, 0},
        {"a.tar.gz", "gzip", true, 0},   {"a.bz2", "bzip2", false, 4},
        {"a.tbz2", "bzip2", true, 0},    {"a.tbz", "bzip2", true, 0},
        {"a.Tar.Bz2", "bzip2", true, 0}, {"a.xz", "xz", false, 3},
        {"a.txz", "xz", true, 0},        {"a.tar.xz", "xz", true, 0},
        {"a.txt.zst", "zstd", false, 4}, {"a.tzst", "zstd", true, 0},
        {"a.tar.zst", "zstd", true, 0},  {"a.lz4", "lz4", false, 4},
        {"a.tlz4", "lz4", true, 0},      {"a.tar.lz4", "lz4", true, 0},
        {"a.txt", NULL, false, 0},       {".gz", NULL, false, 0},
        {"gz", NULL, false, 0},          {"a.gzip", NULL, false, 0},
        {"a.tar", NULL, false, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bool tar;
        const struct codec *codec = codecs_of_name(rows[i].name, &tar);
        ck_assert_pstr_eq(codec == NULL ? NULL : codec->name, rows[i].codec);
        if (codec != NULL)
            ck_assert_int_eq(tar, rows[i].tar);
        ck_assert_uint_eq(codecs_suffix_len(rows[i].name), rows[i].suffix);
    }
}
END_TEST

static Suite *decoder_suite(void)
{
    Suite *suite = suite_create("decoder");
    TCase *tc = tcase_create("decoder");
    tcase_add_unchecked_fixture(tc, test_dir_make, test_dir_remove);
    tcase_add_loop_test(tc, a_long_text_is_decoded_whatever_the_steps, 0, N_COMPRESSIONS);
    tcase_add_loop_test(tc, frames_behind_each_other_are_one_text, 0, N_COMPRESSIONS);
    tcase_add_loop_test(tc, an_empty_text_is_empty, 0, N_COMPRESSIONS);
    tcase_add_loop_test(tc, other_bytes_behind_a_frame_are_refused, 0, N_COMPRESSIONS);
    tcase_add_loop_test(tc, zeros_behind_a_frame_are_padding_where_the_format_has_it, 0,
                        N_COMPRESSIONS);
    tcase_add_loop_test(tc, xz_goes_on_behind_padding_and_gzip_does_not, 0, N_COMPRESSIONS);
    tcase_add_loop_test(tc, skippable_frames_are_passed_over, ZSTD, N_COMPRESSIONS);
    tcase_add_loop_test(tc, skippable_frame_alone_or_cut_or_under_another_name_is_refused, ZSTD,
                        N_COMPRESSIONS);
    tcase_add_loop_test(tc, skippable_frame_that_takes_a_text_away_is_refused, ZSTD,
                        N_COMPRESSIONS);
    tcase_add_loop_test(tc, frame_without_a_sum_is_refused_with_the_remedy, XZ, N_COMPRESSIONS);
    tcase_add_test(tc, legacy_lz4_has_no_sum);
    tcase_add_test(tc, zstd_frame_of_another_size_than_it_says_is_refused_whatever_the_steps);
    tcase_add_loop_test(tc, window_is_limited, 0, 2);
    tcase_add_test(tc, what_a_name_says);
    suite_add_tcase(suite, tc);
    return suite;
}

TAP_MAIN(decoder_suite())
