/* JSON values: what the parser refuses, and what is found, set and built in them. */
#include "lib/file/json_text.h"
#include "tests/support/json_support.h"
#include "tests/support/tap.h"

static void assert_refused(const char *text, size_t len)
{
    struct json *v = NULL;
    struct err err = {0};
    ck_assert_msg(json_parse(&v, "a test text", text, len, &err) == ST_INPUT, "accepted: %s", text);
    ck_assert_ptr_null(v);
    ck_assert_ptr_nonnull(strstr(err.text, "a test text is not valid JSON at line "));
    ck_assert(!json_text_has_control(err.text));
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

START_TEST(no_byte_past_the_length_is_read)
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

START_TEST(a_part_that_cannot_be_added_is_still_owned)
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

static Suite *json_suite(void)
{
    Suite *s = suite_create("json");
    TCase *tc = tcase_create("json");
    tcase_add_loop_test(tc, malformed_text_is_refused, 0,
                        (int)(sizeof malformed / sizeof *malformed));
    tcase_add_test(tc, a_nul_byte_in_the_text_is_refused);
    tcase_add_test(tc, nesting_without_end_is_refused);
    tcase_add_test(tc, no_byte_past_the_length_is_read);
    tcase_add_test(tc, the_message_says_where_and_escapes_control_characters);
    tcase_add_test(tc, white_space_around_and_within_is_allowed);
    tcase_add_test(tc, any_value_may_stand_alone);
    tcase_add_test(tc, keys_keep_the_order_in_which_they_came);
    tcase_add_test(tc, a_value_of_another_kind_is_refused_by_its_key);
    tcase_add_test(tc, values_are_found_by_key);
    tcase_add_test(tc, objects_and_arrays_are_built_from_parts);
    tcase_add_test(tc, a_part_that_cannot_be_added_is_still_owned);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(json_suite())
