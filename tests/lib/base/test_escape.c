/* Text made fit for terminals: what is escaped, and where it is cut. */
#include "lib/base/escape.h"

#include <string.h>

#include "tests/support/tap.h"

enum { LETTERS = ESCAPE_LETTERS, BACKSLASH = ESCAPE_BACKSLASH };

static const struct {
    const char *bytes;
    size_t n;
    unsigned how;
    const char *shown;
} cases[] = {
    {"plain", 5, 0, "plain"},
    {"a\nb\tc\rd", 7, 0, "a\\x0ab\\x09c\\x0dd"},
    {"a\nb\tc\rd", 7, LETTERS, "a\\nb\\tc\\rd"},
    {"a\\n", 3, LETTERS, "a\\n"},
    {"a\\\n", 3, BACKSLASH, "a\\x5c\\x0a"},
    {"a\\\n", 3, BACKSLASH | LETTERS, "a\\x5c\\n"},
    {"\033[31mred\007", 9, 0, "\\x1b[31mred\\x07"},
    {"\0\177~ ", 4, LETTERS, "\\x00\\x7f~ "},
    {"\302\200\302\233\302\237", 6, 0, "\\xc2\\x80\\xc2\\x9b\\xc2\\x9f"}, /* U+009B is CSI */
    {"\302\240", 2, 0, "\302\240"},
    {"na\303\257ve \342\202\254 \360\237\230\200", 15, 0,
     "na\303\257ve \342\202\254 \360\237\230\200"},
    /* no UTF-8: cut short, without its beginning, overlong, a surrogate, above U+10FFFF */
    {"\377", 1, 0, "\\xff"},
    {"\303", 1, 0, "\\xc3"},
    {"\303a", 2, 0, "\\xc3a"},
    {"\200", 1, 0, "\\x80"},
    {"\300\200", 2, 0, "\\xc0\\x80"},
    {"\340\200\233", 3, 0, "\\xe0\\x80\\x9b"},
    {"\360\200\200\233", 4, 0, "\\xf0\\x80\\x80\\x9b"},
    {"\355\240\200", 3, 0, "\\xed\\xa0\\x80"},
    {"\364\220\200\200", 4, 0, "\\xf4\\x90\\x80\\x80"},
    {"\364\217\277\277", 4, 0, "\364\217\277\277"},
};

START_TEST(what_drives_a_terminal_or_is_not_utf8_is_escaped)
{
    struct buf b = {0};
    char cut[100];
    ck_assert_int_eq(escape_add(&b, cases[_i].bytes, cases[_i].n, cases[_i].how, NULL), ST_OK);
    ck_assert_str_eq(b.data, cases[_i].shown);
    buf_fini(&b);
    escape_cut(cut, sizeof cut, cases[_i].bytes, cases[_i].n, cases[_i].how);
    ck_assert_str_eq(cut, cases[_i].shown);
}
END_TEST

static void check_cut(const char *text, const char *want)
{
    char cut[16];
    ck_assert_str_eq(escape_cut(cut, sizeof cut, text, strlen(text), 0), want);
}

START_TEST(cut_escapes_fit_and_say_so)
{
    check_cut("exactly fifteen", "exactly fifteen");
    check_cut("exactly sixteen!", "exactly sixt...");
    check_cut("01234567\033\033\033", "01234567\\x1b...");
    check_cut("0123456789\302\233", "0123456789...");
    check_cut("01234567890\342\202\254\342\202\254", "01234567890...");
    check_cut("", "");
}
END_TEST

START_TEST(a_long_string_is_cut_between_characters)
{
    char many[1000];
    for (size_t before = 0; before < 4; before++) {
        memset(many, 'x', before);
        for (size_t i = before; i + 4 < sizeof many; i += 4)
            memcpy(many + i, "\xf0\x9f\x98\x80", 5);
        const struct escaped shown = escape_text(many);
        const size_t len = strlen(shown.text);
        ck_assert_uint_ge(len, sizeof shown.text - 5);
        ck_assert_str_eq(shown.text + len - 3, "...");
        ck_assert_uint_eq((len - 3 - before) % 4, 0);
    }
    ck_assert_str_eq(escape_text("a\x1b\n\\").text, "a\\x1b\\x0a\\");
}
END_TEST

START_TEST(words_are_quoted_and_long_ones_cut)
{
    char many[200];
    memset(many, 'w', sizeof many);
    ck_assert_str_eq(escape_quoted("a\x01\\'b", 5).text, "'a\\x01\\x5c'b'");
    ck_assert_str_eq(escape_quoted("", 0).text, "''");
    for (size_t n = 80; n < sizeof many; n++) {
        const struct quoted q = escape_quoted(many, n);
        const size_t len = strlen(q.text);
        ck_assert_uint_le(len, sizeof q.text - 1);
        ck_assert_int_eq(strcmp(q.text + len - 4, "...'") == 0, n + 2 >= sizeof q.text);
    }
}
END_TEST

START_TEST(a_line_is_ascii_without_blanks_at_its_end)
{
    char line[12];
    ck_assert_str_eq(escape_line(line, sizeof line, "bad\tbyte\xff\n"), "bad byte");
    ck_assert_str_eq(escape_line(line, sizeof line, "0123456789abc"), "0123456789a");
    ck_assert_str_eq(escape_line(line, sizeof line, " \n"), "");
}
END_TEST

static Suite *escape_suite(void)
{
    Suite *suite = suite_create("escape");
    TCase *tc = tcase_create("escape");
    tcase_add_loop_test(tc, what_drives_a_terminal_or_is_not_utf8_is_escaped, 0, N_OF(cases));
    tcase_add_test(tc, cut_escapes_fit_and_say_so);
    tcase_add_test(tc, a_long_string_is_cut_between_characters);
    tcase_add_test(tc, words_are_quoted_and_long_ones_cut);
    tcase_add_test(tc, a_line_is_ascii_without_blanks_at_its_end);
    suite_add_tcase(suite, tc);
    return suite;
}

TAP_MAIN(escape_suite())
