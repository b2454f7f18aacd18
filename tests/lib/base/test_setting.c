/* Settings: values from text and back, ranges, lists, walking tables, owners. */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/setting.h"
#include "tests/support/tap.h"

struct inner {
    bool flag;
    int64_t whole;
    double real;
    const char *text, *path, *dir, *choice;
    struct setting_list list;
};

struct outer {
    int64_t before;
    struct inner inner;
};

static const char *color_at(size_t i)
{
    static const char *const names[] = {"red", "green", "blue", NULL};
    return names[i];
}

static enum status refuse_x(const char *text, struct err *err)
{
    return strchr(text, 'x') == NULL ? ST_OK : err_set(err, ST_USAGE, "'%s' has an x", text);
}

static bool only_blue(const struct setting *row, const char *choice)
{
    ck_assert_str_eq(row->name, "blue-part");
    return strcmp(choice, "blue") == 0;
}

#define AT(member) offsetof(struct inner, member)

static const struct setting inner_rows[] = {
    {.name = "flag", .type = SETTING_FLAG, .offset = AT(flag)},
    {.name = "whole", .type = SETTING_INT, .offset = AT(whole), .min = 1, .max = 64},
    {.name = "real", .type = SETTING_FLOAT, .offset = AT(real), .max = 10, .dflt = "0.5"},
    {.name = "text", .type = SETTING_TEXT, .offset = AT(text), .check = refuse_x},
    {.name = "path", .type = SETTING_PATH, .offset = AT(path)},
    {.name = "dir", .type = SETTING_DIR, .offset = AT(dir)},
    {.name = "choice", .type = SETTING_CHOICE, .offset = AT(choice), .choice_at = color_at},
    {.name = "list", .type = SETTING_LIST, .offset = AT(list), .min = 1, .max = 99},
    {.name = NULL},
};

static const struct setting no_rows[] = {{.name = NULL}};

static const struct setting outer_rows[] = {
    {.name = "before", .type = SETTING_INT, .min = -5, .max = 5, .dflt = "-1"},
    {.name = "warm-part", .type = SETTING_INT, .owner = "choice", .owner_choices = "red green"},
    {.name = "blue-part", .type = SETTING_INT, .owner = "choice", .applies = only_blue},
    {.name = NULL},
};

static const struct setting_group groups[] = {
    {.title = "Nothing", .rows = no_rows},
    {.title = "Outer", .rows = outer_rows},
    {.rows = no_rows},
    {.title = "Inner", .rows = inner_rows, .offset = offsetof(struct outer, inner)},
    {.rows = NULL},
};
enum { N_ROWS = 11 };

static const struct setting *row_of(const char *name)
{
    struct setting_ref at;
    ck_assert(setting_find(groups, name, &at));
    return at.row;
}

static struct err err;

static enum status set(struct inner *v, const char *name, const char *text)
{
    return setting_set(row_of(name), v, "it", text, &err);
}

static const struct {
    const char *name, *text;
} good[] = {
    {"flag", "yes"},
    {"flag", "no"},
    {"whole", "1"},
    {"whole", "64"},
    {"real", "0"},
    {"real", "10"},
    {"real", "0.1"},
    {"real", "0.3333333333333333"},
    {"real", "1e-300"},
    {"text", ""},
    {"text", "two words"},
    {"path", "-"},
    {"path", "caf\xe9"},
    {"dir", "./-"},
    {"choice", "blue"},
    {"list", "7"},
    {"list", "99,1,50"},
    {"list", "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,"
             "32"},
};

START_TEST(a_value_goes_to_text_and_back)
{
    struct inner v = {0};
    struct buf out = {0};
    ck_assert_int_eq(set(&v, good[_i].name, good[_i].text), ST_OK);
    ck_assert(setting_is_set(row_of(good[_i].name), &v));
    ck_assert_int_eq(setting_format(row_of(good[_i].name), &v, &out, &err), ST_OK);
    ck_assert_str_eq(out.data, good[_i].text);
    buf_fini(&out);
}
END_TEST

static const struct {
    const char *name, *text, *message;
} bad[] = {
    {"flag", "1", "it wants 'yes' or 'no', not '1'"},
    {"whole", "0", "it wants a whole number from 1 to 64, not '0'"},
    {"whole", "65", "it wants a whole number from 1 to 64, not '65'"},
    {"whole", "2.0", "it wants a whole number from 1 to 64, not '2.0'"},
    {"real", "-0.1", "it wants a number from 0 to 10, not '-0.1'"},
    {"real", "nan", "it wants a number from 0 to 10, not 'nan'"},
    {"real", "", "it wants a number from 0 to 10, not ''"},
    {"text", "xyz", "it: 'xyz' has an x"},
    {"dir", "", "it wants a directory, not an empty name"},
    {"choice", "gren", "it wants 'red', 'green' or 'blue', not 'gren'; did you mean 'green'?"},
    {"choice", "a\n\x7f", "it wants 'red', 'green' or 'blue', not 'a\\x0a\\x7f'"},
    {"choice", "", "it wants 'red', 'green' or 'blue', not ''"},
    {"list", "",
     "it wants a whole number from 1 to 99, or up to 32 of them separated by commas, not ''"},
    {"list", "0", NULL},
    {"list", "100", NULL},
    {"list", "-1", NULL},
    {"list", "+1", NULL},
    {"list", "1,", NULL},
    {"list", ",1", NULL},
    {"list", "1,,2", NULL},
    {"list", "1 ,2", NULL},
    {"list", "1, 2", NULL},
    {"list", "1,2x", NULL},
    {"list", "0x10", NULL},
    {"list", "99999999999999999999", NULL},
    {"list", "1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1", NULL},
};

START_TEST(a_wrong_value_is_refused_and_changes_nothing)
{
    struct inner v, before;
    memset(&v, 0x11, sizeof v);
    memcpy(&before, &v, sizeof v);
    ck_assert_msg(set(&v, bad[_i].name, bad[_i].text) == ST_USAGE, "'%s' was taken", bad[_i].text);
    if (bad[_i].message != NULL)
        ck_assert_str_eq(err.text, bad[_i].message);
    ck_assert_mem_eq(&v, &before, sizeof v);
}
END_TEST

START_TEST(a_long_value_is_cut_between_characters)
{
    struct inner v = {0};
    char text[300] = "";
    for (size_t i = 0; i < 100; i++)
        strcat(text, "\xc3\xa9");
    ck_assert_int_eq(set(&v, "choice", text), ST_USAGE);
    ck_assert_ptr_nonnull(strstr(err.text, "\xc3\xa9...'"));
    ck_assert_uint_lt(strlen(err.text), 150);
    ck_assert_int_eq(set(&v, "whole", text + 1), ST_USAGE);
    ck_assert_ptr_nonnull(strstr(err.text, "\xc3\xa9...'"));
}
END_TEST

START_TEST(nothing_given_is_not_set)
{
    const struct inner v = {0};
    static const char *const unset[] = {"whole", "text", "path", "dir", "choice", "list"};
    for (size_t i = 0; i < N_OF(unset); i++)
        ck_assert_msg(!setting_is_set(row_of(unset[i]), &v), "%s", unset[i]);
    ck_assert(setting_is_set(row_of("flag"), &v)); /* these may be zero */
    ck_assert(setting_is_set(row_of("real"), &v));
}
END_TEST

START_TEST(a_walk_meets_every_row_once_in_order)
{
    static const char *const names[] = {"before", "warm-part", "blue-part", "flag",
                                        "whole",  "real",      "text",      "path",
                                        "dir",    "choice",    "list"};
    static const struct setting_group empty[] = {{.rows = no_rows}, {.rows = NULL}};
    size_t n = 0;
    ck_assert_uint_eq(N_OF(names), N_ROWS);
    for (struct setting_ref at = {0}; setting_next(groups, &at); n++) {
        ck_assert_uint_lt(n, N_ROWS);
        ck_assert_str_eq(at.row->name, names[n]);
        ck_assert_uint_eq(at.index, n);
        ck_assert_str_eq(at.group->title, n < 3 ? "Outer" : "Inner");
    }
    ck_assert_uint_eq(n, N_ROWS);
    struct setting_ref at = {0};
    ck_assert(!setting_next(empty, &at));
    ck_assert(!setting_next(empty + 1, &at));
    ck_assert(!setting_find(groups, "rea", &at));
}
END_TEST

START_TEST(defaults_go_to_the_struct_of_their_group)
{
    struct outer all = {0};
    ck_assert_int_eq(setting_set_defaults(groups, &all, &err), ST_OK);
    ck_assert_int_eq(all.before, -1);
    ck_assert(all.inner.real == 0.5);
    ck_assert_int_eq(all.inner.whole, 0);
}
END_TEST

START_TEST(a_setting_applies_where_its_owner_says)
{
    static const struct {
        const char *choice;
        bool warm, blue;
    } cases[] = {{"red", true, false}, {"green", true, false}, {"blue", false, true}};
    struct outer all = {0};
    bool given[SETTINGS_MAX] = {false};
    const struct setting_values values = {groups, &all, given};
    ck_assert(!setting_applies(&values, row_of("warm-part"))); /* nothing is chosen */
    for (size_t i = 0; i < N_OF(cases); i++) {
        all.inner.choice = cases[i].choice;
        ck_assert(setting_applies(&values, row_of("warm-part")) == cases[i].warm);
        ck_assert(setting_applies(&values, row_of("blue-part")) == cases[i].blue);
        ck_assert(setting_applies(&values, row_of("whole")));
    }
    ck_assert(!setting_applies_to(row_of("warm-part"), "re"));
    ck_assert(!setting_applies_to(row_of("warm-part"), "red green"));
}
END_TEST

START_TEST(a_choices_own_defaults_fill_what_is_open)
{
    const struct inner from = {
        .flag = true, .whole = 3, .real = 9.0, .text = "t", .list = {2, {4, 5}}};
    struct outer all = {.inner = {.real = 0.5, .whole = 64}};
    bool given[SETTINGS_MAX] = {false};
    const struct setting_values values = {groups, &all, given};
    struct setting_ref whole;
    ck_assert(setting_find(groups, "whole", &whole));
    given[whole.index] = true;
    setting_fill(&values, inner_rows, &from);
    ck_assert(all.inner.flag);
    ck_assert_int_eq(all.inner.whole, 64); /* was given */
    ck_assert(all.inner.real == 0.5);      /* has a default of its own */
    ck_assert_str_eq(all.inner.text, "t");
    ck_assert_uint_eq(all.inner.list.n, 2);
    ck_assert_uint_eq(all.inner.list.items[1], 5);
    ck_assert_int_eq(all.before, 0);
}
END_TEST

static Suite *setting_suite(void)
{
    Suite *suite = suite_create("setting");
    TCase *tc = tcase_create("setting");
    tcase_add_loop_test(tc, a_value_goes_to_text_and_back, 0, N_OF(good));
    tcase_add_loop_test(tc, a_wrong_value_is_refused_and_changes_nothing, 0, N_OF(bad));
    tcase_add_test(tc, a_long_value_is_cut_between_characters);
    tcase_add_test(tc, nothing_given_is_not_set);
    tcase_add_test(tc, a_walk_meets_every_row_once_in_order);
    tcase_add_test(tc, defaults_go_to_the_struct_of_their_group);
    tcase_add_test(tc, a_setting_applies_where_its_owner_says);
    tcase_add_test(tc, a_choices_own_defaults_fill_what_is_open);
    suite_add_tcase(suite, tc);
    return suite;
}

TAP_MAIN(setting_suite())
