/* Settings in JSON: what is written, what is read back, what is refused. */
#include "lib/file/setting_json.h"
#include "tests/support/json_support.h"
#include "tests/support/tap.h"

struct values {
    bool flag;
    int64_t whole;
    double real;
    const char *text, *path, *choice;
    struct setting_list list;
    int64_t part, private;
};

static const char *color_at(size_t i)
{
    static const char *const names[] = {"red", "green", NULL};
    return names[i];
}

#define AT(member) offsetof(struct values, member)

static const struct setting rows[] = {
    {.name = "a-flag", .type = SETTING_FLAG, .offset = AT(flag)},
    {.name = "a-whole-one", .type = SETTING_INT, .offset = AT(whole), .min = 1, .max = 64},
    {.name = "real", .type = SETTING_FLOAT, .offset = AT(real), .max = 10},
    {.name = "text", .type = SETTING_TEXT, .offset = AT(text)},
    {.name = "path", .type = SETTING_PATH, .offset = AT(path), .record = SETTING_IN_CONFIG},
    {.name = "choice", .type = SETTING_CHOICE, .offset = AT(choice), .choice_at = color_at},
    {.name = "list", .type = SETTING_LIST, .offset = AT(list), .min = 1, .max = 99},
    {.name = "part",
     .type = SETTING_INT,
     .offset = AT(part),
     .max = 9,
     .owner = "choice",
     .owner_choices = "green"},
    {.name = "private",
     .type = SETTING_INT,
     .offset = AT(private),
     .max = 9,
     .record = SETTING_UNRECORDED},
    {.name = NULL},
};
static const struct setting_group groups[] = {{.rows = rows}, {.rows = NULL}};
enum { FLAG, WHOLE, REAL, TEXT, PATH, CHOICE, LIST, PART, PRIVATE };

static struct values v;
static bool given[SETTINGS_MAX];
static const struct setting_values values = {groups, &v, given};
static struct err err;

static void setup(void)
{
    v = (struct values){0};
    memset(given, 0, sizeof given);
}

static void assert_writes(enum setting_record record, const char *expected)
{
    struct json *o;
    ck_assert_int_eq(json_new_object(&o, &err), ST_OK);
    ck_assert_int_eq(setting_json_write(o, &values, record, &err), ST_OK);
    assert_formats(o, expected);
    json_free(o);
}

START_TEST(what_is_set_and_applies_is_written_where_it_belongs)
{
    assert_writes(SETTING_IN_MODEL, "{\"a_flag\":false,\"real\":0.0}");
    assert_writes(SETTING_IN_CONFIG, "{}");
    v = (struct values){true, 3, 0.1, "t", "caf\xe9", "red", {3, {7, 7, 7}}, 5, 6};
    assert_writes(SETTING_IN_MODEL, "{\"a_flag\":true,\"a_whole_one\":3,\"real\":0.1,\"text\":\"t\""
                                    ",\"choice\":\"red\",\"list\":7}");
    assert_writes(SETTING_IN_CONFIG, "{\"path\":\"file:caf%E9\"}");
    v.choice = "green";
    v.list.items[1] = 8;
    assert_writes(SETTING_IN_MODEL, "{\"a_flag\":true,\"a_whole_one\":3,\"real\":0.1,\"text\":\"t\""
                                    ",\"choice\":\"green\",\"list\":[7,8,7],\"part\":5}");
}
END_TEST

START_TEST(what_is_recorded_is_read_back)
{
    struct json *o = parse("{\"a_flag\":true,\"a_whole_one\":3,\"real\":2,\"text\":\"t\",\"path\":"
                           "\"file:caf%E9\",\"choice\":\"green\",\"list\":[7,8],\"part\":5,"
                           "\"private\":6,\"other\":{}}");
    ck_assert_int_eq(setting_json_read(o, &values, &err), ST_OK);
    ck_assert(v.flag && v.whole == 3 && v.real == 2.0 && v.part == 5);
    ck_assert_str_eq(v.text, "t");
    ck_assert_str_eq(v.path, "caf\xe9");
    ck_assert_str_eq(v.choice, "green");
    ck_assert(v.list.n == 2 && v.list.items[0] == 7 && v.list.items[1] == 8);
    ck_assert(v.private == 0); /* is recorded nowhere */
    for (size_t i = 0; i < PRIVATE; i++)
        ck_assert_msg(given[i], "row %zu", i);
    ck_assert(!given[PRIVATE]);
    json_free(o);
}
END_TEST

START_TEST(what_was_given_or_is_not_there_stays)
{
    struct json *o = parse("{\"a_whole_one\":3,\"real\":0.25,\"list\":7}");
    v = (struct values){.whole = 64, .text = "mine"};
    given[WHOLE] = true;
    ck_assert_int_eq(setting_json_read(o, &values, &err), ST_OK);
    ck_assert(v.whole == 64 && v.real == 0.25 && v.list.n == 1 && v.list.items[0] == 7);
    ck_assert_str_eq(v.text, "mine");
    ck_assert(given[REAL] && given[LIST] && !given[TEXT] && !given[FLAG]);
    json_free(o);
}
END_TEST

START_TEST(doubles_come_back_to_the_bit)
{
    static const double cases[] = {1.0 / 3.0, 1.0 / 1.15, 5e-324, 1e-12, 10.0, 0.1};
    for (size_t i = 0; i < N_OF(cases); i++) {
        struct json *o;
        v.real = cases[i];
        given[REAL] = false;
        ck_assert_int_eq(json_new_object(&o, &err), ST_OK);
        ck_assert_int_eq(setting_json_write(o, &values, SETTING_IN_MODEL, &err), ST_OK);
        v.real = 0.0;
        ck_assert_int_eq(setting_json_read(o, &values, &err), ST_OK);
        ck_assert(v.real == cases[i]);
        json_free(o);
    }
}
END_TEST

static const struct {
    const char *json, *message;
} wrong[] = {
    {"{\"a_flag\":1}", "'a_flag' must be true or false, not an integer"},
    {"{\"a_flag\":\"yes\"}", "'a_flag' must be true or false, not a string"},
    {"{\"a_whole_one\":65}", "'a_whole_one' wants a whole number from 1 to 64, not '65'"},
    {"{\"a_whole_one\":3.0}", "'a_whole_one' must be an integer, not a number"},
    {"{\"a_whole_one\":\"3\"}", "'a_whole_one' must be an integer, not a string"},
    {"{\"real\":\"nan\"}", "'real' wants a number from 0 to 10, not 'nan'"},
    {"{\"real\":\"inf\"}", "'real' wants a number from 0 to 10, not 'inf'"},
    {"{\"real\":[]}", "'real' must be a number, not an array"},
    {"{\"text\":7}", "'text' must be a string, not an integer"},
    {"{\"path\":\"file:%0\"}", "'file:%0' is not a path"},
    {"{\"path\":null}", "'path' must be a string, not null"},
    {"{\"choice\":\"blue\"}", "'choice' wants 'red' or 'green', not 'blue'"},
    {"{\"list\":[]}",
     "'list' wants a whole number from 1 to 99, or up to 32 of them separated by commas, not ''"},
    {"{\"list\":[1,0]}", "not '1,0'"},
    {"{\"list\":[1,\"2\"]}", "'list': element 1 must be an integer, not a string"},
    {"{\"list\":\"1,2\"}", "'list' must be an integer, not a string"},
    {"{\"list\":{}}", "'list' must be an integer, not an object"},
};

START_TEST(a_wrong_value_is_named)
{
    struct json *o = parse(wrong[_i].json);
    ck_assert_int_eq(setting_json_read(o, &values, &err), ST_INPUT);
    ck_assert_int_eq(err.code, ST_INPUT);
    ck_assert_msg(strstr(err.text, wrong[_i].message) != NULL, "%s", err.text);
    json_free(o);
}
END_TEST

static Suite *setting_json_suite(void)
{
    Suite *suite = suite_create("setting_json");
    TCase *tc = tcase_create("setting_json");
    tcase_add_checked_fixture(tc, setup, NULL);
    tcase_add_test(tc, what_is_set_and_applies_is_written_where_it_belongs);
    tcase_add_test(tc, what_is_recorded_is_read_back);
    tcase_add_test(tc, what_was_given_or_is_not_there_stays);
    tcase_add_test(tc, doubles_come_back_to_the_bit);
    tcase_add_loop_test(tc, a_wrong_value_is_named, 0, N_OF(wrong));
    suite_add_tcase(suite, tc);
    return suite;
}

TAP_MAIN(setting_json_suite())
