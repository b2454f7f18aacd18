/* Unicode's form C: fixed cases, and all syllables of Hangul, whose rule is arithmetic. Python is
 * asked in tests/cli/encodings.sh, for every code point in tests/long/normalize.sh. */
#include "vocab/normalize.h"

#include <string.h>

#include "tests/support/err_support.h"
#include "tests/support/tap.h"

static void assert_form(const char *text, const char *expected)
{
    struct normalizer n = {0};
    struct slice s = {text, strlen(text)};
    ASSERT_OK(normalize_nfc(&n, &s, &err));
    ck_assert_uint_eq(s.len, strlen(expected));
    ck_assert_mem_eq(s.bytes, expected, s.len);
    normalizer_fini(&n);
}

/* Unicode Standard Annex 15 and NormalizationTest.txt. */
static const struct {
    const char *text, *form;
} cases[] = {
    {"", ""},
    {"plain ascii\t", "plain ascii\t"},
    {"caf\xC3\xA9", "caf\xC3\xA9"},
    {"cafe\xCC\x81 au lait", "caf\xC3\xA9 au lait"},
    {"\xE2\x84\xAB", "\xC3\x85"},                             /* the angstrom sign */
    {"\xE2\x84\xA6", "\xCE\xA9"},                             /* the ohm sign */
    {"\xEF\xAC\x81", "\xEF\xAC\x81"},                         /* a ligature stays */
    {"a\xCC\xA3\xCC\x87", "\xE1\xBA\xA1\xCC\x87"},            /* dot below, dot above */
    {"a\xCC\x87\xCC\xA3", "\xE1\xBA\xA1\xCC\x87"},            /* the other order */
    {"s\xCC\x87\xCC\xA3", "\xE1\xB9\xA9"},                    /* both make one */
    {"\xE1\xB8\x8B\xCC\xA3", "\xE1\xB8\x8D\xCC\x87"},         /* composed anew */
    {"\xE0\xA5\x98", "\xE0\xA4\x95\xE0\xA4\xBC"},             /* excluded from composition */
    {"\xEF\xAC\xAC", "\xD7\xA9\xD6\xBC\xD7\x81"},             /* likewise, of three */
    {"\xE1\x84\x80\xE1\x85\xA1\xE1\x86\xA8", "\xEA\xB0\x81"}, /* Hangul */
    {"\xEA\xB0\x80\xE1\x86\xA8", "\xEA\xB0\x81"},
    {"\xE0\xA7\x87\xE0\xA6\xBE", "\xE0\xA7\x8B"},     /* two that are no marks of class > 0 */
    {" \xCC\x81", " \xCC\x81"},                       /* a blank has no accent */
    {"\xCD\x80\xCD\x84", "\xCC\x80\xCC\x88\xCC\x81"}, /* marks alone */
    {"\xF0\x9D\x85\x9E", "\xF0\x9D\x85\x97\xF0\x9D\x85\xA5"}, /* beyond U+FFFF, excluded */
    {"\xF0\x91\x82\x99\xF0\x91\x82\xBA", "\xF0\x91\x82\x9A"}, /* and composed */
};

START_TEST(texts_are_put_in_form_c)
{
    assert_form(cases[_i].text, cases[_i].form);
    assert_form(cases[_i].form, cases[_i].form);
}
END_TEST

static void put3(char *to, unsigned code)
{
    to[0] = (char)(0xE0 | code >> 12);
    to[1] = (char)(0x80 | (code >> 6 & 0x3F));
    to[2] = (char)(0x80 | (code & 0x3F));
}

/* The Unicode Standard, section 3.12. */
START_TEST(hangul_is_composed)
{
    for (unsigned i = 0; i < 19 * 21 * 28; i++) {
        char text[10] = "", form[4] = "";
        put3(text, 0x1100 + i / (21 * 28));
        put3(text + 3, 0x1161 + i % (21 * 28) / 28);
        if (i % 28 > 0)
            put3(text + 6, 0x11A7 + i % 28);
        put3(form, 0xAC00 + i);
        struct normalizer n = {0};
        struct slice s = {text, strlen(text)};
        if (normalize_nfc(&n, &s, &err) != ST_OK || s.len != 3 || memcmp(s.bytes, form, 3) != 0)
            ck_abort_msg("syllable %u", i);
        normalizer_fini(&n);
    }
}
END_TEST

START_TEST(one_normalizer_serves_text_after_text)
{
    struct normalizer n = {0};
    static char text[3 * 100000 + 1], form[2 * 100000 + 1];
    for (size_t i = 0; i < 100000; i++) {
        memcpy(text + 3 * i, "e\xCC\x81", 3);
        memcpy(form + 2 * i, "\xC3\xA9", 2);
    }
    for (size_t len = 1; len <= 100000; len = len * 10) {
        struct slice s = {text, 3 * len};
        ASSERT_OK(normalize_nfc(&n, &s, &err));
        ck_assert_uint_eq(s.len, 2 * len);
        ck_assert_mem_eq(s.bytes, form, s.len);
    }
    normalizer_fini(&n);
}
END_TEST

START_TEST(too_many_marks_are_refused)
{
    static char text[1 + 2 * (NORMALIZE_MARKS_MAX + 1)] = "a";
    struct normalizer n = {0};
    for (size_t i = 0; i <= NORMALIZE_MARKS_MAX; i++)
        memcpy(text + 1 + 2 * i, i % 2 == 0 ? "\xCC\x81" : "\xCC\xA3", 2);
    struct slice s = {text, sizeof text - 2};
    ASSERT_OK(normalize_nfc(&n, &s, &err));
    s = (struct slice){text, sizeof text};
    ASSERT_FAILS(normalize_nfc(&n, &s, &err), ST_INPUT, "more than 1024 combining marks in a row");
    normalizer_fini(&n);
}
END_TEST

static Suite *normalize_suite(void)
{
    Suite *suite = suite_create("normalize");
    TCase *tc = tcase_create("normalize");
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, texts_are_put_in_form_c, 0, sizeof cases / sizeof *cases);
    tcase_add_test(tc, hangul_is_composed);
    tcase_add_test(tc, one_normalizer_serves_text_after_text);
    tcase_add_test(tc, too_many_marks_are_refused);
    suite_add_tcase(suite, tc);
    return suite;
}

TAP_MAIN(normalize_suite())
