/* The JSON layer: what the parser refuses, what the formatter writes, and that both agree. */
#include <check.h>
#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/rng.h"
#include "lib/model/json.h"
#include "lib/model/json_text.h"
#include "tests/tap.h"

static struct json *parse(const char *text)
{
    struct json *v = NULL;
    struct err err = {0};
    ck_assert_msg(json_parse(&v, "a test text", text, strlen(text), &err) == ST_OK, "%s: %s", text,
                  err.text);
    return v;
}

static void assert_refused(const char *text, size_t len)
{
    struct json *v = NULL;
    struct err err = {0};
    ck_assert_msg(json_parse(&v, "a test text", text, len, &err) == ST_INPUT, "accepted: %s", text);
    ck_assert_ptr_null(v);
    ck_assert_ptr_nonnull(strstr(err.text, "a test text is not valid JSON at line "));
    ck_assert(!json_text_has_control(err.text));
}

/* Appended to nothing; the caller frees data. */
static struct buf format(const struct json *v, bool indent)
{
    struct buf out = {0};
    struct err err;
    ck_assert_int_eq(json_format(v, &out, indent, &err), ST_OK);
    return out;
}

static void assert_formats(const struct json *v, const char *expected)
{
    struct buf out = format(v, false);
    ck_assert_str_eq(out.data, expected);
    buf_fini(&out);
}

static const char *const malformed[] = {
    "",
    " ",
    "{\"a\":1,\"a\":2}",
    "{\"b\":{\"a\":1,\"a\":1}}",
    "{\"a\":1}x",
    "{\"a\":1}{}",
    "{\"a\":9223372036854775808}",
    "{\"a\":18446744073709551616}",
    "{\"a\":-9223372036854775809}",
    "{\"a\":01}",
    "{\"a\":+1}",
    "{\"a\":1.}",
    "{\"a\":.5}",
    "{\"a\":0x10}",
    "{\"a\":1e999}",
    "{\"a\":-1e999}",
    "{\"a\":NaN}",
    "{\"a\":Infinity}",
    "{'a':1}",
    "{a:1}",
    "{\"\xff\":1}",
    "\"\xc0\x80\"",
    "\"\xed\xa0\x80\"",
    "\"\xf5\x80\x80\x80\"",
    "\"\xe2\x82\"",
    "\"\\ud800\"",
    "\"\\udc00\"",
    "{\"a\\u0000b\":1}",
    "\"a\\u0000b\"",
    "\"a\nb\"",
    "\"a\tb\"",
    "\"\\x41\"",
    "\"open",
    "[1,]",
    "{\"a\":1,}",
    "{\"a\"}",
    "{1:2}",
    "[1 2]",
    "// note\n{}",
    "\xef\xbb\xbf{}",
    "True",
    "nul",
    "{",
    "]",
};

START_TEST(malformed_text_is_refused)
{
    assert_refused(malformed[_i], strlen(malformed[_i]));
}
END_TEST

START_TEST(a_nul_byte_in_the_text_is_refused)
{
    assert_refused("{}\0", 3);
    assert_refused("\"a\0b\"", 5);
}
END_TEST

START_TEST(nesting_without_end_is_refused)
{
    char deep[100000];
    memset(deep, '[', sizeof deep);
    assert_refused(deep, sizeof deep);
}
END_TEST

START_TEST(no_byte_behind_the_length_is_read)
{
    struct json *v = NULL;
    struct err err;
    ck_assert_int_eq(json_parse(&v, "a test text", "[1]garbage", 3, &err), ST_OK);
    assert_formats(v, "[1]");
    json_free(v);
}
END_TEST

START_TEST(the_message_says_where_and_escapes_control_characters)
{
    struct json *v = NULL;
    struct err err;
    const char *text = "{\"a\": 1,\n \x1b[31m}";
    ck_assert_int_eq(json_parse(&v, "'run.json'", text, strlen(text), &err), ST_INPUT);
    ck_assert_ptr_nonnull(strstr(err.text, "'run.json' is not valid JSON at line 2, column"));
    ck_assert(!json_text_has_control(err.text));
}
END_TEST

START_TEST(white_space_around_and_within_is_allowed)
{
    struct json *v = parse("\t\r\n {\"a\" : [ 1 , \"b\" ] , \"c\":{ } } \n");
    assert_formats(v, "{\"a\":[1,\"b\"],\"c\":{}}");
    json_free(v);
}
END_TEST

START_TEST(any_value_may_stand_alone)
{
    static const char *const texts[] = {"1", "-2.5", "\"x\"", "true", "false", "null", "[]", "{}"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct json *v = parse(texts[i]);
        assert_formats(v, texts[i]);
        json_free(v);
    }
}
END_TEST

START_TEST(keys_keep_the_order_in_which_they_came)
{
    struct json *v = parse("{\"z\":1,\"a\":2,\"m\":3,\"b\":4}");
    struct err err;
    ck_assert_int_eq(json_set_int(v, "k", 5, &err), ST_OK);
    ck_assert_int_eq(json_set_int(v, "a", 6, &err), ST_OK);
    assert_formats(v, "{\"z\":1,\"a\":6,\"m\":3,\"b\":4,\"k\":5}");
    const char *expected[] = {"z", "a", "m", "b", "k"}, *key;
    const struct json *value;
    void *it = NULL;
    size_t n = 0;
    while ((it = json_next(v, it, &key, &value)) != NULL)
        ck_assert_str_eq(key, expected[n++]);
    ck_assert_uint_eq(n, 5);
    json_free(v);
}
END_TEST

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

START_TEST(a_value_of_another_kind_is_refused_by_its_key)
{
    struct json *v = parse("{\"s\":\"x\",\"i\":3,\"d\":3.0,\"b\":false,\"o\":{},\"z\":null}");
    struct err err;
    const char *text = NULL;
    int64_t number = 7;
    double real = 7;
    bool yes = true;
    ck_assert_int_eq(json_get_string(v, "i", &text, &err), ST_INPUT);
    ck_assert_str_eq(err.text, "'i' must be a string, not an integer");
    ck_assert_int_eq(json_get_int(v, "d", &number, &err), ST_INPUT);
    ck_assert_str_eq(err.text, "'d' must be an integer, not a number");
    ck_assert_int_eq(json_get_int(v, "s", &number, &err), ST_INPUT);
    ck_assert_int_eq(json_get_double(v, "s", &real, &err), ST_INPUT);
    ck_assert_str_eq(err.text, "'s' must be a number, not a string");
    ck_assert_int_eq(json_get_double(v, "z", &real, &err), ST_INPUT);
    ck_assert_int_eq(json_get_bool(v, "i", &yes, &err), ST_INPUT);
    ck_assert_str_eq(err.text, "'i' must be true or false, not an integer");
    ck_assert_int_eq(json_get_string(v, "none", &text, &err), ST_INPUT);
    ck_assert_str_eq(err.text, "'none' is missing");
    ck_assert(text == NULL && number == 7 && real == 7 && yes);
    json_free(v);
}
END_TEST

START_TEST(values_are_found_by_key)
{
    struct json *v = parse("{\"s\":\"x\",\"i\":3,\"b\":true,\"o\":{\"a\":[4,5]}}");
    struct err err;
    const char *text;
    double real;
    int64_t number;
    bool yes = false;
    const struct json *inner, *array;
    ck_assert_int_eq(json_get_string(v, "s", &text, &err), ST_OK);
    ck_assert_str_eq(text, "x");
    ck_assert_int_eq(json_get_double(v, "i", &real, &err), ST_OK);
    ck_assert(real == 3);
    ck_assert_int_eq(json_get_bool(v, "b", &yes, &err), ST_OK);
    ck_assert(yes);
    ck_assert_int_eq(json_get_value(v, "o", &inner, &err), ST_OK);
    ck_assert(json_is_object(inner) && !json_is_array(inner) && !json_is_string(inner));
    ck_assert_int_eq(json_get_value(inner, "a", &array, &err), ST_OK);
    ck_assert(json_is_array(array));
    ck_assert_uint_eq(json_size(array), 2);
    ck_assert_uint_eq(json_size(v), 4);
    ck_assert_int_eq(json_get_element(array, 1, &number, &err), ST_OK);
    ck_assert_int_eq(number, 5);
    ck_assert_int_eq(json_get_element(array, 2, &number, &err), ST_INPUT);
    ck_assert(json_has(v, "o") && !json_has(v, "a"));
    json_free(v);
}
END_TEST

START_TEST(objects_and_arrays_are_built_from_parts)
{
    struct json *v, *array, *inner;
    struct err err;
    ck_assert_int_eq(json_new_object(&v, &err), ST_OK);
    ck_assert_int_eq(json_new_array(&array, &err), ST_OK);
    ck_assert_int_eq(json_new_object(&inner, &err), ST_OK);
    ck_assert_int_eq(json_append_int(array, -1, &err), ST_OK);
    ck_assert_int_eq(json_append_value(array, inner, &err), ST_OK);
    ck_assert_int_eq(json_set_value(v, "list", array, &err), ST_OK);
    ck_assert_int_eq(json_set_bool(v, "on", true, &err), ST_OK);
    ck_assert_int_eq(json_set_bool(v, "off", false, &err), ST_OK);
    assert_formats(v, "{\"list\":[-1,{}],\"on\":true,\"off\":false}");
    json_free(v);
}
END_TEST

START_TEST(a_part_that_finds_no_place_is_taken_over_all_the_same)
{
    struct json *array, *part;
    struct err err;
    ck_assert_int_eq(json_new_array(&array, &err), ST_OK);
    ck_assert_int_eq(json_new_object(&part, &err), ST_OK);
    ck_assert_int_eq(json_set_value(array, "key", part, &err), ST_INPUT);
    ck_assert_int_eq(json_new_array(&part, &err), ST_OK);
    struct json *number = parse("1");
    ck_assert_int_eq(json_append_value(number, part, &err), ST_INPUT);
    json_free(number);
    json_free(array);
    json_free(NULL);
}
END_TEST

START_TEST(texts_are_shown_whole_or_with_an_ellipsis)
{
    ck_assert_str_eq(json_text_show("a\x1b\nb\x7f\xc2\x9b\xc3\xa9").text,
                     "a\\x1b\\x0ab\\x7f\\xc2\\x9b\xc3\xa9");
    char many[1000];
    for (size_t cut = 0; cut < 4; cut++) {
        memset(many, 'x', cut);
        for (size_t i = cut; i + 4 < sizeof many; i += 4)
            memcpy(many + i, "\xf0\x9f\x98\x80", 5);
        const struct json_text_shown shown = json_text_show(many);
        const size_t len = strlen(shown.text);
        ck_assert_uint_lt(len, sizeof shown.text);
        ck_assert_str_eq(shown.text + len - 3, "...");
        ck_assert_uint_eq((len - 3 - cut) % 4, 0);
    }
}
END_TEST

static Suite *json_suite(void)
{
    Suite *s = suite_create("json");
    TCase *tc = tcase_create("json");
    tcase_add_loop_test(tc, malformed_text_is_refused, 0,
                        (int)(sizeof malformed / sizeof *malformed));
    tcase_add_test(tc, a_nul_byte_in_the_text_is_refused);
    tcase_add_test(tc, nesting_without_end_is_refused);
    tcase_add_test(tc, no_byte_behind_the_length_is_read);
    tcase_add_test(tc, the_message_says_where_and_escapes_control_characters);
    tcase_add_test(tc, white_space_around_and_within_is_allowed);
    tcase_add_test(tc, any_value_may_stand_alone);
    tcase_add_test(tc, keys_keep_the_order_in_which_they_came);
    tcase_add_test(tc, indented_text_is_laid_out_by_two_spaces);
    tcase_add_test(tc, formatting_appends);
    tcase_add_test(tc, only_what_must_be_escaped_is_escaped);
    tcase_add_test(tc, text_that_is_not_utf8_is_refused);
    tcase_add_test(tc, doubles_are_written_with_the_fewest_digits);
    tcase_add_test(tc, doubles_of_any_bits_come_back_bit_for_bit);
    tcase_add_test(tc, doubles_that_are_not_finite_travel_as_strings);
    tcase_add_test(tc, integers_come_back_exactly_up_to_their_extremes);
    tcase_add_test(tc, a_value_of_another_kind_is_refused_by_its_key);
    tcase_add_test(tc, values_are_found_by_key);
    tcase_add_test(tc, objects_and_arrays_are_built_from_parts);
    tcase_add_test(tc, a_part_that_finds_no_place_is_taken_over_all_the_same);
    tcase_add_test(tc, texts_are_shown_whole_or_with_an_ellipsis);
    suite_add_tcase(s, tc);
    return s;
}

int main(void)
{
    return tap_run(json_suite());
}
