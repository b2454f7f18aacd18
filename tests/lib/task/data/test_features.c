/* Features of a word: how they are asked for, and their values. */
#include "lib/task/data/features.h"
#include "tests/support/err_support.h"
#include "tests/support/tap.h"

static const char *value_of(const char *feature, const char *word)
{
    static struct buf out;
    struct features f;
    ASSERT_OK(features_parse(&f, feature, &err));
    ck_assert_uint_eq(f.n, 1);
    out.len = 0;
    ASSERT_OK(feature_value(&f.all[0], word, strlen(word), &out, &err));
    return out.data;
}

START_TEST(suffixes_and_prefixes_are_whole_characters)
{
    ck_assert_str_eq(value_of("suffix2", "running"), "ng");
    ck_assert_str_eq(value_of("suffix3", "go"), "go");
    ck_assert_str_eq(value_of("suffix1", "caf\xC3\xA9"), "\xC3\xA9");
    ck_assert_str_eq(value_of("suffix2", "\xF0\x9F\x98\x80x"), "\xF0\x9F\x98\x80x");
    ck_assert_str_eq(value_of("prefix1", "\xC3\xA9t\xC3\xA9"), "\xC3\xA9");
    ck_assert_str_eq(value_of("prefix3", "\xC3\xA9t\xC3\xA9s"), "\xC3\xA9t\xC3\xA9");
    ck_assert_str_eq(value_of("prefix16", "short"), "short");
}
END_TEST

START_TEST(shapes_have_their_runs_collapsed)
{
    static const char *const shapes[][2] = {
        {"The", "Xx"},
        {"IBM", "X"},
        {"U.S.", "X.X."},
        {"1,234.5", "d,d.d"},
        {"...", "."},
        {"McDonald", "XxXx"},
        {"F-16s", "X-dx"},
        {"\xC3\x89t\xC3\xA9", "Xx"},
        {"\xE4\xBD\xA0\xE5\xA5\xBD", "o"},
        {"x", "x"},
    };
    for (size_t i = 0; i < N_OF(shapes); i++)
        ck_assert_str_eq(value_of("shape", shapes[i][0]), shapes[i][1]);
}
END_TEST

START_TEST(lower_case_has_letters_beyond_ascii)
{
    ck_assert_str_eq(value_of("lower", "\xC3\x89T\xC3\x89 X"), "\xC3\xA9t\xC3\xA9 x");
}
END_TEST

static void check_round(const char *list, const char *want)
{
    struct features f;
    struct buf out = {0};
    ASSERT_OK(features_parse(&f, list, &err));
    ASSERT_OK(features_format(&f, &out, &err));
    ck_assert_str_eq(out.data, want);
    buf_fini(&out);
}

START_TEST(lists_are_read_and_written)
{
    check_round("suffix2,suffix3,shape,column2", "suffix2,suffix3,shape,column2");
    check_round("lower,prefix16,column-1,column100", "lower,prefix16,column-1,column100");
    check_round("", "none");
    check_round("none", "none");
    check_round("suffix02", "suffix2");
    check_round("lower+1,lower-9,suffix2+03,lower", "lower+1,lower-9,suffix2+3,lower");
    check_round("column-1-1,column2+1,column-1", "column-1-1,column2+1,column-1");
}
END_TEST

static const struct {
    const char *list, *message;
} faults[] = {
    {"sufix2", "'sufix2' is no feature of a word: the features are suffixN"},
    {"shape,", "'' is no feature"},
    {",shape", "'' is no feature"},
    {"shape2", "'shape2' is no feature"},
    {"shape shape", "'shape shape' is no feature"},
    {"suffix", "the feature 'suffix' is not 'suffix' with a number from 1 to 16"},
    {"suffix0", "a number from 1 to 16"},
    {"suffix17", "a number from 1 to 16"},
    {"suffix-1", "a number from 1 to 16"},
    {"suffix2x", "'suffix2x' is no feature"},
    {"suffix2+", "'suffix2+' does not end with +K or -K"},
    {"lower+0", "K from 1 to 9"},
    {"lower-10", "K from 1 to 9"},
    {"lower+1x", "K from 1 to 9"},
    {"column-1-", "K from 1 to 9"},
    {"lower+1,lower+01", "the feature 'lower+01' is there twice"},
    {"suffix99999999999", "a number from 1 to 16"},
    {"prefix 2", "the feature 'prefix 2' is not 'prefix'"},
    {"column0", "a number from -100 to 100 but 0"},
    {"column101", "a number from -100 to 100 but 0"},
    {"column--1", "a number from -100 to 100 but 0"},
    {"shape,suffix2,shape", "the feature 'shape' is there twice"},
    {"suffix2,suffix02", "the feature 'suffix02' is there twice"},
    {"suffix1,suffix2,suffix3,suffix4,suffix5,suffix6,suffix7,suffix8,suffix9,suffix10,suffix11,"
     "suffix12,suffix13,suffix14,suffix15,suffix16,shape",
     "more than 16 features"},
    {"sha\x1Bpe", "'sha\\x1bpe' is no feature"},
};

START_TEST(what_is_wrong_with_a_list_is_said)
{
    struct features f = {.n = 7};
    ASSERT_FAILS(features_parse(&f, faults[_i].list, &err), ST_USAGE, faults[_i].message);
    ck_assert_uint_eq(f.n, 7);
    ck_assert_int_eq(features_check(faults[_i].list, &err), ST_USAGE);
}
END_TEST

static Suite *features_suite(void)
{
    Suite *s = suite_create("features");
    TCase *tc = tcase_create("features");
    tcase_add_test(tc, suffixes_and_prefixes_are_whole_characters);
    tcase_add_test(tc, shapes_have_their_runs_collapsed);
    tcase_add_test(tc, lower_case_has_letters_beyond_ascii);
    tcase_add_test(tc, lists_are_read_and_written);
    tcase_add_loop_test(tc, what_is_wrong_with_a_list_is_said, 0, (int)N_OF(faults));
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(features_suite())
