/* Errors: their sentences, how long ones are cut, and what wrapping keeps. */
#include <check.h>
#include <stdbool.h>
#include <string.h>

#include "lib/base/err.h"
#include "tests/support/tap.h"

enum { TEXT_MAX = sizeof((struct err *)0)->text - 1 };

static struct err err;

/* Whether the text is whole characters of UTF-8; of their values nothing is asked. */
static bool is_whole(const char *text)
{
    while (*text != '\0') {
        const unsigned char lead = (unsigned char)*text++;
        size_t more = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : lead >= 0xc0 ? 1 : 0;
        if (lead >= 0x80 && lead < 0xc0)
            return false;
        for (; more > 0; more--)
            if (((unsigned char)*text++ & 0xc0) != 0x80)
                return false;
    }
    return true;
}

static void check_end(const char *text, const char *end)
{
    ck_assert_uint_ge(strlen(text), strlen(end));
    ck_assert_str_eq(text + strlen(text) - strlen(end), end);
}

START_TEST(setting_replaces_all_that_was_there)
{
    err = (struct err){ST_NOMEM, REMEDY_FIT_EITHER, 3, 4, "old"};
    ck_assert_int_eq(err_set(&err, ST_IO, "%d %s", 7, "words"), ST_IO);
    ck_assert_int_eq(err.code, ST_IO);
    ck_assert_str_eq(err.text, "7 words");
    ck_assert_int_eq(err.remedy, REMEDY_NONE);
    ck_assert_uint_eq(err.n, 0);
    ck_assert_uint_eq(err.m, 0);
}
END_TEST

START_TEST(nobody_needs_to_listen)
{
    const struct err why = {.code = ST_DIVERGED};
    ck_assert_int_eq(err_set(NULL, ST_USAGE, "%s", "x"), ST_USAGE);
    ck_assert_int_eq(err_wrap(NULL, &why, "%s", "x"), ST_DIVERGED);
    ck_assert_int_eq(err_advise(NULL, ST_INPUT, REMEDY_TRAIN, 0, 0), ST_INPUT);
}
END_TEST

START_TEST(a_text_that_fits_is_whole)
{
    char text[TEXT_MAX + 1];
    for (size_t i = 0; i < TEXT_MAX; i++)
        text[i] = (char)('a' + i % 26);
    text[TEXT_MAX] = '\0';
    err_set(&err, ST_INPUT, "%s", text);
    ck_assert_str_eq(err.text, text);
}
END_TEST

START_TEST(a_long_text_is_cut_in_its_middle)
{
    enum { LONG = TEXT_MAX + 1 };
    char text[LONG + 1];
    for (size_t i = 0; i < LONG; i++)
        text[i] = (char)('a' + i % 26);
    text[LONG] = '\0';
    err_set(&err, ST_INPUT, "%s", text);
    ck_assert_uint_eq(strlen(err.text), TEXT_MAX);
    const char *gap = strstr(err.text, " ... ");
    ck_assert_ptr_nonnull(gap);
    const size_t head = (size_t)(gap - err.text);
    ck_assert_int_eq(strncmp(err.text, text, head), 0);
    check_end(text, gap + 5);
    ck_assert_uint_ge(head, TEXT_MAX / 2 - 5);
    ck_assert_uint_ge(strlen(gap + 5), TEXT_MAX / 2 - 5);
}
END_TEST

START_TEST(no_character_is_cut_in_two)
{
    static const char *const characters[] = {"\303\251", "\342\202\254", "\360\237\230\200"};
    for (size_t c = 0; c < N_OF(characters); c++) {
        for (size_t shift = 0; shift < 4; shift++) {
            char text[4000];
            memset(text, '-', shift);
            text[shift] = '\0';
            const size_t len = strlen(characters[c]);
            for (size_t at = shift; at + len < 3000 + 17 * shift; at += len)
                memcpy(text + at, characters[c], len + 1);
            ck_assert(is_whole(text));
            err_set(&err, ST_INPUT, "%s", text);
            ck_assert_ptr_nonnull(strstr(err.text, " ... "));
            ck_assert_uint_gt(strlen(err.text), TEXT_MAX - 8);
            ck_assert_msg(is_whole(err.text), "characters of %zu bytes, from %zu on", len, shift);
        }
    }
}
END_TEST

START_TEST(a_wrapped_error_keeps_its_code_and_its_remedy)
{
    const struct err why = {ST_INPUT, REMEDY_FIT_EITHER, 3, 4, "it is short"};
    err = (struct err){ST_NOMEM, REMEDY_TRAIN, 1, 2, "old"};
    ck_assert_int_eq(err_wrap(&err, &why, "'%s'", "a.txt"), ST_INPUT);
    ck_assert_str_eq(err.text, "'a.txt': it is short");
    ck_assert_int_eq(err.code, ST_INPUT);
    ck_assert_int_eq(err.remedy, REMEDY_FIT_EITHER);
    ck_assert_uint_eq(err.n, 3);
    ck_assert_uint_eq(err.m, 4);
    ck_assert_int_eq(err_wrap(&err, &err, "%s", "of itself"), ST_INPUT);
    ck_assert_str_eq(err.text, "of itself: 'a.txt': it is short");
    ck_assert_int_eq(err.remedy, REMEDY_FIT_EITHER);
    ck_assert_uint_eq(err.m, 4);
}
END_TEST

START_TEST(the_reason_survives_however_long_the_wrapping_is)
{
    static char path[20000];
    const struct err why = {.code = ST_IO, .text = "no space is left"};
    memset(path, 'p', sizeof path - 1);
    err_wrap(&err, &why, "cannot write '%s'", path);
    ck_assert_int_eq(strncmp(err.text, "cannot write 'ppp", 17), 0);
    check_end(err.text, ": no space is left");
    err_set(&err, ST_IO, "cannot write '%s'", "p");
    for (int i = 0; i < 500; i++)
        err_wrap(&err, &err, "level %d", i);
    ck_assert_int_eq(strncmp(err.text, "level 499: level 498: ", 22), 0);
    check_end(err.text, ": cannot write 'p'");
}
END_TEST

START_TEST(an_addition_keeps_code_and_remedy)
{
    err = (struct err){ST_IO, REMEDY_FIT_BATCH, 5, 6, "it failed"};
    ck_assert_int_eq(err_add(&err, "go to %s", "bed"), ST_IO);
    ck_assert_str_eq(err.text, "it failed; go to bed");
    ck_assert_int_eq(err.code, ST_IO);
    ck_assert_int_eq(err.remedy, REMEDY_FIT_BATCH);
    ck_assert_uint_eq(err.n, 5);
    ck_assert_uint_eq(err.m, 6);
}
END_TEST

START_TEST(advice_goes_with_a_sentence)
{
    ck_assert_int_eq(
        err_advise(&err, err_set(&err, ST_INPUT, "too short"), REMEDY_FIT_EITHER, 8, 9), ST_INPUT);
    ck_assert_str_eq(err.text, "too short");
    ck_assert_int_eq(err.code, ST_INPUT);
    ck_assert_int_eq(err.remedy, REMEDY_FIT_EITHER);
    ck_assert_uint_eq(err.n, 8);
    ck_assert_uint_eq(err.m, 9);
}
END_TEST

static Suite *err_suite(void)
{
    Suite *suite = suite_create("err");
    TCase *tc = tcase_create("err");
    tcase_add_test(tc, setting_replaces_all_that_was_there);
    tcase_add_test(tc, nobody_needs_to_listen);
    tcase_add_test(tc, a_text_that_fits_is_whole);
    tcase_add_test(tc, a_long_text_is_cut_in_its_middle);
    tcase_add_test(tc, no_character_is_cut_in_two);
    tcase_add_test(tc, a_wrapped_error_keeps_its_code_and_its_remedy);
    tcase_add_test(tc, the_reason_survives_however_long_the_wrapping_is);
    tcase_add_test(tc, an_addition_keeps_code_and_remedy);
    tcase_add_test(tc, advice_goes_with_a_sentence);
    suite_add_tcase(suite, tc);
    return suite;
}

TAP_MAIN(err_suite())
