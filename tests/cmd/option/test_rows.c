/* Every row of every command: its names, its field, its values, its help. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/command.h"
#include "lib/base/mem.h"
#include "tests/support/setting_support.h"
#include "tests/support/tap.h"

static struct err err;

/* Runs a check for each row of each command, with the command's name in what it says. */
static const struct command *command;

#define CHECK(row, condition)                                                                      \
    ck_assert_msg(condition, "%s --%s: not %s", command->name, (row)->name, #condition)

static void walk(void (*check)(const struct setting_ref *at))
{
    for (size_t i = 0; command_at(i) != NULL; i++) {
        command = command_at(i);
        for (struct setting_ref at = {0}; setting_next(command->options, &at);)
            check(&at);
    }
}

static size_t field_size(enum setting_type type)
{
    switch (type) {
    case SETTING_FLAG:
        return sizeof(bool);
    case SETTING_INT:
        return sizeof(int64_t);
    case SETTING_FLOAT:
        return sizeof(double);
    case SETTING_LIST:
        return sizeof(struct setting_list);
    default:
        return sizeof(const char *);
    }
}

/* --- names --- */

static void check_names(const struct setting_ref *at)
{
    const struct setting *row = at->row;
    CHECK(row, strlen(row->name) > 1 && strlen(row->name) < 40);
    CHECK(row, strspn(row->name, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(row->name));
    CHECK(row, strcmp(row->name, "help") != 0 && strcmp(row->name, "version") != 0);
    CHECK(row, row->help != NULL && row->help[strlen(row->help) - 1] != '.');
    CHECK(row, (row->value_name == NULL) == (row->type == SETTING_FLAG));
    struct setting_ref other = *at;
    while (setting_next(command->options, &other)) {
        CHECK(row, strcmp(row->name, other.row->name) != 0);
        CHECK(row, row->letter == 0 || row->letter != other.row->letter);
    }
}

START_TEST(names_and_letters_are_a_command_s_own)
{
    walk(check_names);
}
END_TEST

/* --- fields --- */

static void check_field(const struct setting_ref *at)
{
    const struct setting *row = at->row;
    const size_t begin = at->group->offset + row->offset, size = field_size(row->type);
    CHECK(row, begin + size <= command->values_size);
    CHECK(row, begin % (size < 8 ? size : 8) == 0);
    struct setting_ref other = *at;
    while (setting_next(command->options, &other)) {
        const size_t from = other.group->offset + other.row->offset;
        CHECK(row, begin + size <= from || from + field_size(other.row->type) <= begin);
    }
}

START_TEST(every_row_has_a_field_of_its_own_inside_the_values)
{
    walk(check_field);
}
END_TEST

/* --- values --- */

static void check_kind(const struct setting_ref *at)
{
    const struct setting *row = at->row;
    const bool is_number =
        row->type == SETTING_INT || row->type == SETTING_FLOAT || row->type == SETTING_LIST;
    CHECK(row, is_number ? row->min < row->max : row->min == 0.0 && row->max == 0.0);
    CHECK(row, row->type != SETTING_LIST || row->min >= 0.0);
    CHECK(row, (row->choice_at != NULL) == (row->type == SETTING_CHOICE));
    CHECK(row, row->choice_at == NULL || row->choice_at(0) != NULL);
    CHECK(row, row->check == NULL || row->type == SETTING_TEXT);
    CHECK(row, (row->owner == NULL) == (row->owner_choices == NULL && row->applies == NULL));
}

START_TEST(every_row_has_what_its_type_needs)
{
    walk(check_kind);
}
END_TEST

/* An owner is a choice of the same command, and has a choice in which the setting has a part. */
static void check_owner(const struct setting_ref *at)
{
    const struct setting *row = at->row;
    struct setting_ref owner;
    size_t n = 0, words = 0;
    if (row->owner == NULL)
        return;
    CHECK(row, setting_find(command->options, row->owner, &owner));
    CHECK(row, owner.row->type == SETTING_CHOICE);
    for (size_t i = 0; owner.row->choice_at(i) != NULL; i++)
        n += setting_applies_to(row, owner.row->choice_at(i));
    CHECK(row, n > 0);
    for (const char *c = row->owner_choices; c != NULL && *c != '\0'; c++)
        words += c[1] == ' ' || c[1] == '\0';
    CHECK(row, row->owner_choices == NULL || words == n);
}

START_TEST(every_owner_has_a_choice_for_its_settings)
{
    walk(check_owner);
}
END_TEST

static void *parse(struct option_result *result, char *arg)
{
    char *argv[] = {arg};
    void *values = mem_zeroed(1, command->values_size, &err);
    ck_assert_ptr_nonnull(values);
    ck_assert_msg(option_parse(result, values, command->options, arg != NULL, argv, &err) == ST_OK,
                  "%s %s", command->name, err.text);
    return values;
}

/* The option sets its field, to the value that was typed, and nothing else. */
static void check_parse(const struct setting_ref *at)
{
    const struct setting *row = at->row;
    char value[SAMPLE_SIZE], arg[2 * SAMPLE_SIZE];
    struct option_result none, one;
    struct buf text = {0};
    const char *sample = sample_value(value, row);
    if (row->type == SETTING_FLAG)
        snprintf(arg, sizeof arg, "--%s%s", sample[0] == 'n' ? "no-" : "", row->name);
    else
        snprintf(arg, sizeof arg, "--%s=%s", row->name, sample);
    char *before = parse(&none, NULL), *after = parse(&one, arg);
    CHECK(row, one.given[at->index] && !none.given[at->index]);
    ck_assert_int_eq(setting_format(row, setting_base(at, after), &text, &err), ST_OK);
    ck_assert_str_eq(text.data, sample);
    const size_t begin = at->group->offset + row->offset;
    CHECK(row, memcmp(before + begin, after + begin, field_size(row->type)) != 0 ||
                   strcmp(sample, row->dflt) == 0);
    memcpy(after + begin, before + begin, field_size(row->type));
    CHECK(row, memcmp(before, after, command->values_size) == 0);
    buf_fini(&text);
    option_result_fini(&none);
    option_result_fini(&one);
    mem_free(before);
    mem_free(after);
}

START_TEST(every_option_sets_its_field_and_no_other)
{
    walk(check_parse);
}
END_TEST

/* --- help --- */

static bool has_label(const char *help, const struct setting *row)
{
    char label[SAMPLE_SIZE];
    if (row->letter != 0)
        snprintf(label, sizeof label, "\n  -%c, --%s%s", row->letter,
                 row->type == SETTING_FLAG && row->dflt != NULL ? "[no-]" : "", row->name);
    else
        snprintf(label, sizeof label, "\n      --%s%s",
                 row->dflt != NULL && row->type == SETTING_FLAG ? "[no-]" : "", row->name);
    for (; (help = strstr(help, label)) != NULL; help++) /* past names that only begin so */
        if (strchr(" \n", help[strlen(label)]) != NULL)
            return true;
    return false;
}

START_TEST(help_has_every_row_or_says_how_to_see_the_rest)
{
    for (size_t i = 0; command_at(i) != NULL; i++) {
        struct buf help = {0}, all = {0};
        command = command_at(i);
        ck_assert_int_eq(command_help(command, false, &help, &err), ST_OK);
        ck_assert_int_eq(command_help(command, true, &all, &err), ST_OK);
        for (struct setting_ref at = {0}; setting_next(command->options, &at);) {
            CHECK(at.row, has_label(all.data, at.row));
            CHECK(at.row, has_label(help.data, at.row) ||
                              (at.row->rare && strstr(help.data, "--help-all shows ") != NULL));
        }
        buf_fini(&help);
        buf_fini(&all);
    }
}
END_TEST

static Suite *rows_suite(void)
{
    Suite *suite = suite_create("rows");
    TCase *tc = tcase_create("rows");
    tcase_add_test(tc, names_and_letters_are_a_command_s_own);
    tcase_add_test(tc, every_row_has_a_field_of_its_own_inside_the_values);
    tcase_add_test(tc, every_row_has_what_its_type_needs);
    tcase_add_test(tc, every_owner_has_a_choice_for_its_settings);
    tcase_add_test(tc, every_option_sets_its_field_and_no_other);
    tcase_add_test(tc, help_has_every_row_or_says_how_to_see_the_rest);
    suite_add_tcase(suite, tc);
    return suite;
}

TAP_MAIN(rows_suite())
