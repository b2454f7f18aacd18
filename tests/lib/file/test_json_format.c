/* JSON as it is written: the layout, the escapes, and numbers that come back bit for bit. */
#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "lib/base/rng.h"
#include "tests/support/json_support.h"
#include "tests/support/tap.h"

START_TEST(indented_text_is_laid_out_by_two_spaces)
{
    struct json *v = parse("{\"a\":[1,{\"b\":true}],\"c\":{},\"d\":[]}");
    struct buf out = format(v, true);
    ck_assert_str_eq(out.data, "{\n  \"a\": [\n    1,\n    {\n      \"b\": true\n    }\n  ],\n"
                               "  \"c\": {},\n  \"d\": []\n}\n");
    json_free(v);
    v = parse(out.data);
    assert_formats(v, "{\"a\":[1,{\"b\":true}],\"c\":{},\"d\":[]}");
    buf_fini(&out);
    json_free(v);
}
END_TEST

START_TEST(formatting_appends)
{
    struct json *v = parse("[1]");
    struct buf out = {0};
    struct err err;
    ck_assert_int_eq(json_format(v, &out, false, &err), ST_OK);
    ck_assert_int_eq(json_format(v, &out, false, &err), ST_OK);
    ck_assert_str_eq(out.data, "[1][1]");
    buf_fini(&out);
    json_free(v);
}
END_TEST

START_TEST(only_what_must_be_escaped_is_escaped)
{
    struct json *v;
    struct err err;
    ck_assert_int_eq(json_new_object(&v, &err), ST_OK);
    const char *text = "\"\\/\b\f\n\r\t\x01\x1f\x7f \xc3\xa9\xf0\x9f\x98\x80\xe2\x80\xa8";
    ck_assert_int_eq(json_set_string(v, "k\"\n", text, &err), ST_OK);
    assert_formats(v, "{\"k\\\"\\n\":\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f "
                      "\xc3\xa9\xf0\x9f\x98\x80\xe2\x80\xa8\"}");
    struct buf out = format(v, false);
    struct json *again = parse(out.data);
    const char *back;
    ck_assert_int_eq(json_get_string(again, "k\"\n", &back, &err), ST_OK);
    ck_assert_str_eq(back, text);
    buf_fini(&out);
    json_free(again);
    json_free(v);
}
END_TEST

START_TEST(text_that_is_not_utf8_is_refused)
{
    struct json *v;
    struct err err;
    ck_assert_int_eq(json_new_object(&v, &err), ST_OK);
    ck_assert_int_eq(json_set_string(v, "word", "\xff", &err), ST_INPUT);
    ck_assert_str_eq(err.text, "the value of 'word' is not UTF-8");
    ck_assert_int_eq(json_set_int(v, "\xc0\x80", 1, &err), ST_INPUT);
    ck_assert_ptr_nonnull(strstr(err.text, "is not UTF-8"));
    assert_formats(v, "{}");
    json_free(v);
}
END_TEST

/* Through set, format, parse and get. */
static double round_trip(double value, struct buf *text)
{
    struct json *v;
    struct err err;
    double back = -1;
    ck_assert_int_eq(json_new_object(&v, &err), ST_OK);
    ck_assert_int_eq(json_set_double(v, "x", value, &err), ST_OK);
    text->len = 0;
    ck_assert_int_eq(json_format(v, text, false, &err), ST_OK);
    json_free(v);
    v = parse(text->data);
    ck_assert_int_eq(json_get_double(v, "x", &back, &err), ST_OK);
    json_free(v);
    return back;
}

START_TEST(doubles_are_written_with_the_fewest_digits)
{
    static const struct {
        double value;
        const char *text;
    } cases[] = {
        {0.0, "0.0"},
        {-0.0, "-0.0"},
        {1.0, "1.0"},
        {-20.0, "-20.0"},
        {1e15, "1000000000000000.0"},
        {1e16, "1e+16"},
        {0.1, "0.1"},
        {0.1 + 0.2, "0.30000000000000004"},
        {1.0 / 3, "0.3333333333333333"},
        {78.5, "78.5"},
        {1e22, "1e+22"},
        {1e-7, "1e-07"},
        {DBL_MAX, "1.7976931348623157e+308"},
        {DBL_MIN, "2.2250738585072014e-308"},
        {DBL_TRUE_MIN, "5e-324"},
        {9007199254740993.0, "9007199254740992.0"},
    };
    struct buf text = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const double back = round_trip(cases[i].value, &text);
        ck_assert_int_eq(memcmp(&back, &cases[i].value, sizeof back), 0);
        char expected[64];
        snprintf(expected, sizeof expected, "{\"x\":%s}", cases[i].text);
        ck_assert_str_eq(text.data, expected);
    }
    buf_fini(&text);
}
END_TEST

START_TEST(doubles_of_any_bits_come_back_bit_for_bit)
{
    struct rng rng;
    rng_init(&rng, 1, RNG_TEST);
    struct buf text = {0};
    for (int i = 0; i < 20000; i++) {
        const uint64_t high = rng_next(&rng), bits = high << 32 | rng_next(&rng);
        double value;
        memcpy(&value, &bits, sizeof value);
        if (!isfinite(value))
            continue;
        const double back = round_trip(value, &text);
        ck_assert_msg(memcmp(&back, &value, sizeof back) == 0, "%a became %a in %s", value, back,
                      text.data);
    }
    buf_fini(&text);
}
END_TEST

START_TEST(doubles_that_are_not_finite_travel_as_strings)
{
    struct buf text = {0};
    ck_assert(round_trip((double)INFINITY, &text) == (double)INFINITY);
    ck_assert_str_eq(text.data, "{\"x\":\"inf\"}");
    ck_assert(round_trip(-(double)INFINITY, &text) == -(double)INFINITY);
    ck_assert_str_eq(text.data, "{\"x\":\"-inf\"}");
    ck_assert(isnan(round_trip((double)NAN, &text)));
    ck_assert_str_eq(text.data, "{\"x\":\"nan\"}");
    buf_fini(&text);
}
END_TEST

START_TEST(integers_come_back_exactly_up_to_their_extremes)
{
    static const int64_t values[] = {INT64_MIN, INT64_MIN + 1, -1, 0, 1, INT64_C(9007199254740993),
                                     INT64_MAX, INT64_MAX - 1};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        struct json *v;
        struct err err;
        int64_t back = 42;
        ck_assert_int_eq(json_new_object(&v, &err), ST_OK);
        ck_assert_int_eq(json_set_int(v, "n", values[i], &err), ST_OK);
        struct buf text = format(v, false);
        json_free(v);
        char expected[64];
        snprintf(expected, sizeof expected, "{\"n\":%" PRId64 "}", values[i]);
        ck_assert_str_eq(text.data, expected);
        v = parse(text.data);
        ck_assert_int_eq(json_get_int(v, "n", &back, &err), ST_OK);
        ck_assert_int_eq(back, values[i]);
        buf_fini(&text);
        json_free(v);
    }
}
END_TEST

/* The path comes back, and its written form is UTF-8 and this. */
static void assert_path_comes_back(const char *path, const char *written)
{
    struct json *v, *again;
    struct err err;
    const char *back;
    ck_assert_int_eq(json_new_object(&v, &err), ST_OK);
    ck_assert_int_eq(json_set_path(v, "path", path, &err), ST_OK);
    struct buf out = format(v, false);
    again = parse(out.data);
    ck_assert_int_eq(json_get_string(again, "path", &back, &err), ST_OK);
    if (written != NULL)
        ck_assert_str_eq(back, written);
    ck_assert_int_eq(json_get_path(again, "path", &back, &err), ST_OK);
    ck_assert_str_eq(back, path);
    buf_fini(&out);
    json_free(again);
    json_free(v);
}

START_TEST(a_path_of_any_bytes_comes_back)
{
    char all[256] = "";
    for (size_t i = 0; i < 255; i++)
        all[i] = (char)(i + 1);
    assert_path_comes_back(all, NULL);
    assert_path_comes_back("", "");
    assert_path_comes_back("caf\xc3\xa9/100%41.txt", "caf\xc3\xa9/100%41.txt");
    assert_path_comes_back("caf\xe9/a-b_c.~1%", "file:caf%E9/a-b_c.~1%25");
    assert_path_comes_back("file:", "file:file%3A");
    assert_path_comes_back("file:caf%E9", "file:file%3Acaf%25E9");
    assert_path_comes_back("file", "file");
}
END_TEST

START_TEST(what_is_not_a_path_is_refused)
{
    static const char *const bad[] = {"file:%", "file:a%4", "file:%4g", "file:%g4", "file:a%00b"};
    struct json *v;
    struct err err;
    const char *path;
    ck_assert_int_eq(json_new_object(&v, &err), ST_OK);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        ck_assert_int_eq(json_set_string(v, "path", bad[i], &err), ST_OK);
        ck_assert_int_eq(json_get_path(v, "path", &path, &err), ST_INPUT);
        ck_assert_ptr_nonnull(strstr(err.text, bad[i]));
    }
    ck_assert_int_eq(json_set_int(v, "path", 1, &err), ST_OK);
    ck_assert_int_eq(json_get_path(v, "path", &path, &err), ST_INPUT);
    ck_assert_int_eq(json_set_string(v, "path", "file:%2f%2Fa", &err), ST_OK);
    ck_assert_int_eq(json_get_path(v, "path", &path, &err), ST_OK);
    ck_assert_str_eq(path, "//a");
    json_free(v);
}
END_TEST

static Suite *json_format_suite(void)
{
    Suite *s = suite_create("json_format");
    TCase *tc = tcase_create("json_format");
    tcase_add_test(tc, indented_text_is_laid_out_by_two_spaces);
    tcase_add_test(tc, formatting_appends);
    tcase_add_test(tc, only_what_must_be_escaped_is_escaped);
    tcase_add_test(tc, text_that_is_not_utf8_is_refused);
    tcase_add_test(tc, a_path_of_any_bytes_comes_back);
    tcase_add_test(tc, what_is_not_a_path_is_refused);
    tcase_add_test(tc, doubles_are_written_with_the_fewest_digits);
    tcase_add_test(tc, doubles_of_any_bits_come_back_bit_for_bit);
    tcase_add_test(tc, doubles_that_are_not_finite_travel_as_strings);
    tcase_add_test(tc, integers_come_back_exactly_up_to_their_extremes);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(json_format_suite())
