#include "corpora/text.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <check.h>

#include "lib/base/hash.h"
#include "tests/corpora_files.h"
#include "tests/tap.h"

static const struct source_limits limits = SOURCE_LIMITS_DEFAULT;
static struct err err;

/* All lines of a text, joined with '|' behind each, a piece that does not end its line with '+'. */
struct lines {
    struct bytes joined;
    size_t pieces;
    size_t longest;
    uint64_t last_line;
};

static enum status drain_text(struct lines *l, struct text *t)
{
    *l = (struct lines){0};
    bytes_append(&l->joined, "", 0);
    for (;;) {
        struct text_piece p;
        bool more;
        const enum status status = text_next(t, &p, &more, &err);
        if (status != ST_OK || !more)
            return status;
        if (p.line < l->last_line) /* ck_assert is slow, being told of its successes too */
            ck_abort_msg("the line number falls");
        bytes_append(&l->joined, p.bytes, p.len);
        bytes_append(&l->joined, p.ends_line ? "|" : "+", 1);
        l->pieces++;
        l->longest = p.len > l->longest ? p.len : l->longest;
        l->last_line = p.line;
    }
}

static enum status read_bytes(struct lines *l, const void *bytes, size_t n)
{
    struct source *s;
    struct text *t;
    ck_assert_int_eq(source_open_memory(&s, "m", bytes, n, &err), ST_OK);
    ck_assert_int_eq(text_open(&t, s, &err), ST_OK);
    enum status status = drain_text(l, t);
    uint64_t hash;
    if (status == ST_OK)
        status = text_finish(t, &hash, &err);
    if (status == ST_OK)
        ck_assert_uint_eq(hash, hash_bytes(bytes, n));
    text_close(t);
    return status;
}

static void assert_lines(const char *bytes, size_t n, const char *joined)
{
    struct lines l;
    const enum status status = read_bytes(&l, bytes, n);
    ck_assert_msg(status == ST_OK, "%s", err.text);
    ck_assert_str_eq(l.joined.data, joined);
    bytes_free(&l.joined);
}

static void assert_refused(const char *bytes, size_t n, const char *message)
{
    struct lines l;
    ck_assert_int_eq(read_bytes(&l, bytes, n), ST_INPUT);
    ck_assert_msg(strstr(err.text, message) != NULL, "no '%s' in: %s", message, err.text);
    bytes_free(&l.joined);
}

static const struct {
    const char *text;
    const char *joined;
} line_cases[] = {
    {"", ""},
    {"\n", "|"},
    {"a", "a|"},
    {"a\n", "a|"},
    {"a\nb", "a|b|"},
    {"a\n\n\nb\n", "a|||b|"},
    {" a b \n", " a b |"},
    {"a\r\nb\r\n", "a|b|"},
    {"\r\n\r\n", "||"},
    {"a\rb\r\r\n", "a\rb\r|"},
    {"a\r", "a\r|"},
    {"\xEF\xBB\xBF", ""},
    {"\xEF\xBB\xBF"
     "a\n",
     "a|"},
    {"\xEF\xBB\xBF\n", "|"},
    {"\xEF\xBB\xBF\xEF\xBB\xBF"
     "a",
     "\xEF\xBB\xBF"
     "a|"},
    {"a\n\xEF\xBB\xBF"
     "b",
     "a|\xEF\xBB\xBF"
     "b|"},
    {"a\xC2\xA0"
     "b\xE2\x80\xA8"
     "c\n",
     "a\xC2\xA0"
     "b\xE2\x80\xA8"
     "c|"},
    {"\x1b[2J\t\v\f\x7f\n", "\x1b[2J\t\v\f\x7f|"},
};

START_TEST(lines_come_as_they_are_without_their_ends)
{
    assert_lines(line_cases[_i].text, strlen(line_cases[_i].text), line_cases[_i].joined);
}
END_TEST

START_TEST(every_byte_but_nul_and_line_feed_that_is_ascii_is_kept)
{
    for (int c = 1; c < 128; c++) {
        const char text[4] = {'a', (char)c, 'b', '\n'}, line[] = {'a', (char)c, 'b', '|', '\0'};
        if (c != '\n')
            assert_lines(text, 4, line);
    }
}
END_TEST

START_TEST(million_empty_lines_are_a_million_lines)
{
    const size_t n = 1000000;
    struct lines l;
    char *text = malloc(n);
    ck_assert_ptr_nonnull(text);
    memset(text, '\n', n);
    ck_assert_int_eq(read_bytes(&l, text, n), ST_OK);
    ck_assert_uint_eq(l.pieces, n);
    ck_assert_uint_eq(l.last_line, n);
    ck_assert_uint_eq(l.longest, 0);
    bytes_free(&l.joined);
    free(text);
}
END_TEST

START_TEST(nul_is_refused_with_its_place)
{
    assert_refused("a\nbcd\0e\n", 8, "'m' line 2 has a NUL byte at byte 4: it is not text");
    assert_refused("\0", 1, "line 1 has a NUL byte at byte 1");
    assert_refused("12345678\0", 9, "line 1 has a NUL byte at byte 9");
}
END_TEST

static const struct {
    const char *bytes;
    const char *defect;
} defects[] = {
    {"\x80", "a continuation byte without"},
    {"\xBF", "a continuation byte without"},
    {"\xC0\x80", "an overlong form"},
    {"\xC1\xBF", "an overlong form"},
    {"\xE0\x80\x80", "an overlong form"},
    {"\xE0\x9F\xBF", "an overlong form"},
    {"\xF0\x80\x80\x80", "an overlong form"},
    {"\xF0\x8F\xBF\xBF", "an overlong form"},
    {"\xED\xA0\x80", "a surrogate"},
    {"\xED\xBF\xBF", "a surrogate"},
    {"\xF4\x90\x80\x80", "above U+10FFFF"},
    {"\xF5\x80\x80\x80", "no character begins with"},
    {"\xF8\x88\x80\x80\x80", "no character begins with"},
    {"\xFE", "no character begins with"},
    {"\xFF", "no character begins with"},
    {"\xC3", "cut short"},
    {"\xE2\x82", "cut short"},
    {"\xE2", "cut short"},
    {"\xF0\x9F\x98", "cut short"},
    {"\xF0\x9F", "cut short"},
    {"\xE2\x82z", "cut short"},
    {"\xE2zz", "cut short"},
};

START_TEST(bytes_that_are_not_utf8_are_refused_with_their_place)
{
    static const char *const rests[] = {"", "\n", "\nmore\n", " and more text behind it\n"};
    for (size_t i = 0; i < 4; i++)
        for (int before = 0; before < 20; before++) {
            char text[128], place[64];
            const int n = snprintf(text, sizeof text, "ok\n%.*s%s%s", before,
                                   "abcdefgh ijklmnopqrst", defects[_i].bytes, rests[i]);
            assert_refused(text, (size_t)n, defects[_i].defect);
            snprintf(place, sizeof place, " at byte %d: it is not UTF-8", before + 1);
            ck_assert_msg(strstr(err.text, place) != NULL, "no '%s' in: %s", place, err.text);
            ck_assert_msg(strstr(err.text, "'m' line 2 has ") != NULL, "%s", err.text);
        }
}
END_TEST

START_TEST(outermost_characters_of_every_length_are_taken)
{
    const char *text =
        "\x01\x7F \xC2\x80\xDF\xBF \xE0\xA0\x80\xED\x9F\xBF \xEE\x80\x80\xEF\xBF\xBF "
        "\xF0\x90\x80\x80\xF4\x8F\xBF\xBF|";
    char line[64];
    snprintf(line, sizeof line, "%.*s\n", (int)strlen(text) - 1, text);
    assert_lines(line, strlen(line), text);
}
END_TEST

START_TEST(characters_and_line_ends_may_lie_across_any_reading_step)
{
    /* Shifts a line of three-byte characters with CR LF over the borders of the reading steps. */
    const size_t n = 3 * 65536 + 64;
    char *text = malloc(n);
    ck_assert_ptr_nonnull(text);
    for (size_t shift = 0; shift < 16; shift++) {
        struct lines l;
        memset(text, 'x', shift);
        for (size_t at = shift; at < n; at++)
            text[at] = "\xE2\x82\xAC\r\n"[(at - shift) % 5];
        const size_t whole = shift + (n - shift) / 5 * 5;
        ck_assert_msg(read_bytes(&l, text, whole) == ST_OK, "%s", err.text);
        ck_assert_uint_eq(l.pieces, (n - shift) / 5);
        ck_assert_uint_eq(l.longest, shift + 3);
        bytes_free(&l.joined);
        /* One byte less of the last character, at the end of the text. */
        ck_assert_int_eq(read_bytes(&l, text, whole - 3), ST_INPUT);
        ck_assert_ptr_nonnull(strstr(err.text, "cut short"));
        bytes_free(&l.joined);
    }
    free(text);
}
END_TEST

START_TEST(line_of_a_piece_is_one_and_a_longer_one_is_cut_behind_a_blank)
{
    static const char *const ends[] = {"", "\n", "\r\n", "\r\nnext\n"};
    char *text = malloc(TEXT_PIECE + 64);
    ck_assert_ptr_nonnull(text);
    for (size_t len = TEXT_PIECE - 2; len <= TEXT_PIECE + 4; len++) {
        struct lines l;
        memset(text, 'w', len);
        text[9] = text[TEXT_PIECE - 9] = ' ';
        strcpy(text + len, ends[_i]);
        ck_assert_msg(read_bytes(&l, text, len + strlen(ends[_i])) == ST_OK, "%s", err.text);
        const bool cut = len > TEXT_PIECE;
        ck_assert_uint_eq(l.pieces, 1U + cut + (_i == 3));
        ck_assert_uint_eq(l.longest, cut ? TEXT_PIECE - 8 : len);
        ck_assert_uint_eq(l.last_line, _i == 3 ? 2 : 1);
        ck_assert_int_eq(l.joined.data[TEXT_PIECE - 8] == '+', cut);
        bytes_free(&l.joined);
    }
    free(text);
}
END_TEST

START_TEST(pieces_of_a_long_line_make_the_line)
{
    const size_t n = 5 * (size_t)TEXT_PIECE + 77;
    char *text = malloc(n + 1);
    struct lines l;
    ck_assert_ptr_nonnull(text);
    for (size_t i = 0; i < n; i++)
        text[i] = i % 1000 == 999 ? ' ' : (char)('a' + i % 26);
    ck_assert_int_eq(read_bytes(&l, text, n), ST_OK);
    ck_assert_uint_ge(l.pieces, 5);
    ck_assert_uint_le(l.longest, TEXT_PIECE + 1);
    size_t at = 0;
    for (size_t i = 0; i < l.joined.n; i++) {
        const char c = l.joined.data[i];
        if (c == '+' ? text[at - 1] != ' ' : c != '|' && c != text[at++])
            ck_abort_msg("piece and line differ at byte %zu", at);
    }
    ck_assert_uint_eq(at, n);
    text[n - 5] = '\0';
    bytes_free(&l.joined);
    ck_assert_int_eq(read_bytes(&l, text, n), ST_INPUT);
    char place[64];
    snprintf(place, sizeof place, "line 1 has a NUL byte at byte %zu:", n - 4);
    ck_assert_msg(strstr(err.text, place) != NULL, "%s", err.text);
    bytes_free(&l.joined);
    free(text);
}
END_TEST

START_TEST(word_of_a_piece_is_taken_and_a_longer_one_refused)
{
    const size_t n = 10 << 20;
    char *text = malloc(n);
    ck_assert_ptr_nonnull(text);
    memset(text, 'w', n);
    memcpy(text, "x\na ", 4);
    assert_refused(text, n, "'m' line 2 has a word of more than 1048576 bytes at byte 3");
    text[4 + TEXT_PIECE] = ' '; /* just long enough, but the rest is not */
    assert_refused(text, n, "line 2 has a word of more than 1048576 bytes at byte 1048580");
    struct lines l;
    ck_assert_int_eq(read_bytes(&l, text, 4 + TEXT_PIECE + 10), ST_OK);
    bytes_free(&l.joined);
    text[4 + 1000] = '\0';
    assert_refused(text, n, "line 2 has a NUL byte at byte 1003");
    text[4 + 1000] = '\xFF';
    assert_refused(text, n, "line 2 has a byte that no character begins with (0xff) at byte 1003");
    free(text);
}
END_TEST

START_TEST(long_word_of_long_characters_is_called_a_long_word)
{
    const size_t n = 2 * (size_t)TEXT_PIECE;
    char *text = malloc(n + 4);
    ck_assert_ptr_nonnull(text);
    for (size_t shift = 0; shift < 4; shift++) {
        memset(text, 'x', shift);
        for (size_t i = 0; i < n; i++)
            text[shift + i] = "\xF0\x9F\x98\x80"[i % 4];
        assert_refused(text, shift + n, "a word of more than");
    }
    free(text);
}
END_TEST

static struct split_text range_of(const char *path, uint64_t first, uint64_t end)
{
    return (struct split_text){
        .path = (char *)(uintptr_t)path, .first_line = first, .end_line = end};
}

static enum status read_range(struct lines *l, const char *path, uint64_t first, uint64_t end,
                              uint64_t *hash)
{
    struct text *t;
    const struct split_text split = range_of(path, first, end);
    *l = (struct lines){0};
    enum status status = text_open_split(&t, &split, &limits, &err);
    if (status != ST_OK)
        return status;
    ck_assert_str_eq(text_name(t), path);
    status = drain_text(l, t);
    if (status == ST_OK)
        status = text_finish(t, hash, &err);
    text_close(t);
    return status;
}

START_TEST(split_keeps_to_its_lines_and_hashes_the_whole)
{
    static const struct {
        uint64_t first, end;
        const char *joined;
    } cases[] = {{0, 5, "a|b||d|e|"}, {0, UINT64_MAX, "a|b||d|e|"},
                 {0, 2, "a|b|"},      {2, 4, "|d|"},
                 {4, 5, "e|"},        {1, 1, ""}};
    const char *text = "a\nb\r\n\nd\ne";
    struct lines l;
    uint64_t hash;
    files_write_text("range.txt", text);
    const enum status status =
        read_range(&l, files_path("range.txt"), cases[_i].first, cases[_i].end, &hash);
    ck_assert_int_eq(status, ST_OK);
    ck_assert_str_eq(l.joined.data, cases[_i].joined);
    ck_assert_uint_eq(hash, hash_bytes(text, strlen(text)));
    if (l.pieces > 0)
        ck_assert_uint_eq(l.last_line, cases[_i].end == UINT64_MAX ? 5 : cases[_i].end);
    bytes_free(&l.joined);
}
END_TEST

START_TEST(splits_that_follow_one_another_are_read_in_one_go)
{
    const char *text = "a\nb\n\nd\ne";
    const uint64_t ends[] = {1, 1, 3, 5};
    const char *const joined[] = {"a|", "", "b||", "e|"};
    struct text *t;
    uint64_t hash;
    files_write_text("range.txt", text);
    struct split_text split = range_of(files_path("range.txt"), 0, ends[0]);
    ck_assert_int_eq(text_open_split(&t, &split, &limits, &err), ST_OK);
    for (size_t i = 0; i < 4; i++) {
        struct lines l = {0};
        ck_assert_int_eq(drain_text(&l, t), ST_OK);
        ck_assert_str_eq(l.joined.n > 0 ? (const char *)l.joined.data : "", joined[i]);
        bytes_free(&l.joined);
        if (i == 3)
            break;
        split.first_line = i == 2 ? 4 : split.end_line; /* a line between them is passed over */
        split.end_line = ends[i + 1];
        ck_assert_int_eq(text_next_split(t, &split, &err), ST_OK);
    }
    ck_assert_int_eq(text_finish(t, &hash, &err), ST_OK);
    ck_assert_uint_eq(hash, hash_bytes(text, strlen(text)));
    text_close(t);
}
END_TEST

START_TEST(range_behind_the_end_of_a_text_is_refused)
{
    struct lines l;
    uint64_t hash;
    files_write_text("short.txt", "a\nb\n");
    ck_assert_int_eq(read_range(&l, files_path("short.txt"), 3, 4, &hash), ST_INPUT);
    ck_assert_msg(strstr(err.text, "it changed") != NULL, "%s", err.text);
}
END_TEST

START_TEST(damage_far_behind_the_lines_of_a_split_is_found)
{
    struct lines l;
    uint64_t hash;
    struct bytes text = {0};
    for (int i = 0; i < 100000; i++)
        bytes_append(&text, "some line\n", 10);
    struct bytes gz = files_gzip(text.data, text.n);
    files_write("whole.gz", gz.data, gz.n);
    ck_assert_int_eq(read_range(&l, files_path("whole.gz"), 0, 1, &hash), ST_OK);
    ck_assert_str_eq(l.joined.data, "some line|");
    ck_assert_uint_eq(hash, hash_bytes(text.data, text.n));
    bytes_free(&l.joined);
    gz.data[gz.n - 8] ^= 1; /* the sum */
    files_write("damaged.gz", gz.data, gz.n);
    ck_assert_int_eq(read_range(&l, files_path("damaged.gz"), 0, 1, &hash), ST_INPUT);
    ck_assert_str_eq(l.joined.data, "some line|");
    ck_assert_msg(strstr(err.text, "is damaged") != NULL, "%s", err.text);
    bytes_free(&gz), bytes_free(&text), bytes_free(&l.joined);
}
END_TEST

START_TEST(line_is_given_before_the_next_is_written)
{
    int ends[2];
    char path[64];
    struct source *s;
    struct text *t;
    struct text_piece p;
    bool more;
    ck_assert_int_eq(pipe(ends), 0);
    snprintf(path, sizeof path, "/dev/fd/%d", ends[0]);
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(write(ends[1], "one\n", 4), 4);
        if (i == 0) {
            ck_assert_int_eq(source_open(&s, path, NULL, &limits, &err), ST_OK);
            ck_assert_int_eq(text_open(&t, s, &err), ST_OK);
        }
        ck_assert_int_eq(text_next(t, &p, &more, &err), ST_OK);
        ck_assert(more && p.ends_line && p.len == 3);
        ck_assert_uint_eq(p.line, (uint64_t)i + 1);
    }
    close(ends[1]);
    ck_assert_int_eq(text_next(t, &p, &more, &err), ST_OK);
    ck_assert(!more);
    text_close(t);
    text_close(NULL);
    close(ends[0]);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("text");
    TCase *tc = tcase_create("text");
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, lines_come_as_they_are_without_their_ends, 0,
                        sizeof line_cases / sizeof *line_cases);
    tcase_add_test(tc, every_byte_but_nul_and_line_feed_that_is_ascii_is_kept);
    tcase_add_test(tc, million_empty_lines_are_a_million_lines);
    tcase_add_test(tc, nul_is_refused_with_its_place);
    tcase_add_loop_test(tc, bytes_that_are_not_utf8_are_refused_with_their_place, 0,
                        sizeof defects / sizeof *defects);
    tcase_add_test(tc, outermost_characters_of_every_length_are_taken);
    tcase_add_test(tc, characters_and_line_ends_may_lie_across_any_reading_step);
    tcase_add_loop_test(tc, line_of_a_piece_is_one_and_a_longer_one_is_cut_behind_a_blank, 0, 4);
    tcase_add_test(tc, pieces_of_a_long_line_make_the_line);
    tcase_add_test(tc, word_of_a_piece_is_taken_and_a_longer_one_refused);
    tcase_add_test(tc, long_word_of_long_characters_is_called_a_long_word);
    tcase_add_loop_test(tc, split_keeps_to_its_lines_and_hashes_the_whole, 0, 6);
    tcase_add_test(tc, splits_that_follow_one_another_are_read_in_one_go);
    tcase_add_test(tc, range_behind_the_end_of_a_text_is_refused);
    tcase_add_test(tc, damage_far_behind_the_lines_of_a_split_is_found);
    tcase_add_test(tc, line_is_given_before_the_next_is_written);
    suite_add_tcase(suite, tc);
    files_init();
    const int status = tap_run(suite);
    files_fini();
    return status;
}
