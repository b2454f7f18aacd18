/* Lines of a text: where they end, and what is refused with its place for not being text. */
#include "corpora/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/support/tap.h"
#include "tests/support/text_support.h"

static void assert_lines(const char *bytes, size_t n, const char *joined)
{
    struct lines l;
    const enum status status = read_bytes(&l, bytes, n);
    ck_assert_msg(status == ST_OK, "%s", err.text);
    ck_assert_str_eq(l.joined.data, joined);
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

static Suite *text_suite(void)
{
    Suite *suite = suite_create("text");
    TCase *tc = tcase_create("text");
    tcase_add_unchecked_fixture(tc, test_dir_make, test_dir_remove);
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
    tcase_add_test(tc, line_is_given_before_the_next_is_written);
    suite_add_tcase(suite, tc);
    return suite;
}

TAP_MAIN(text_suite())
