/* The option parser, its help text and "did you mean", over a table of its own. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/option/option.h"
#include "lib/base/buf.h"
#include "tests/support/tap.h"

struct values {
    bool verbose, tie;
    int64_t batch, seed, any;
    double lr, lr_decay;
    const char *output, *prompt, *cell, *corpus, *run;
};

static const char *cell_at(size_t i)
{
    static const char *const names[] = {"lstm", "gru", NULL};
    return names[i];
}

static const char *corpus_at(size_t i)
{
    static const char *const names[] = {"newswire-of-1989", "letters-to-editors", "minutes", NULL};
    return names[i];
}

#define AT(field) offsetof(struct values, field)

static const struct setting rows[] = {
    {.name = "verbose",
     .letter = 'v',
     .type = SETTING_FLAG,
     .offset = AT(verbose),
     .help = "say more"},
    {.name = "tie",
     .letter = 't',
     .type = SETTING_FLAG,
     .offset = AT(tie),
     .dflt = "yes",
     .help = "share the weights"},
    {.name = "batch",
     .letter = 'b',
     .type = SETTING_INT,
     .offset = AT(batch),
     .min = 1,
     .max = 64,
     .dflt = "20",
     .value_name = "B",
     .help = "rows of a window"},
    {.name = "seed",
     .type = SETTING_INT,
     .offset = AT(seed),
     .max = 0x1p53,
     .dflt = "1",
     .value_name = "N",
     .help = "seed of all random numbers"},
    {.name = "lr",
     .type = SETTING_FLOAT,
     .offset = AT(lr),
     .max = 10,
     .dflt = "0.5",
     .value_name = "X",
     .help = "learning rate"},
    {.name = "lr-decay",
     .type = SETTING_FLOAT,
     .offset = AT(lr_decay),
     .max = HUGE_VAL,
     .value_name = "X",
     .help = "these words end in column eighty of the line as it should"},
    {.name = "any",
     .type = SETTING_INT,
     .offset = AT(any),
     .min = -0x1p63,
     .max = 0x1p63,
     .value_name = "N",
     .help = "these words end in column eighty-one of the line and those before"},
    {.name = "output",
     .letter = 'o',
     .type = SETTING_PATH,
     .offset = AT(output),
     .value_name = "FILE",
     .help = "where to write"},
    {.name = "prompt",
     .type = SETTING_PATH,
     .offset = AT(prompt),
     .dflt = "the",
     .value_name = "TEXT",
     .help = "first words"},
    {.name = "cell",
     .type = SETTING_CHOICE,
     .offset = AT(cell),
     .dflt = "lstm",
     .choice_at = cell_at,
     .value_name = "NAME",
     .help = "recurrent cell"},
    {.name = "corpus",
     .type = SETTING_CHOICE,
     .offset = AT(corpus),
     .choice_at = corpus_at,
     .value_name = "NAME",
     .help = "one of several texts, each of which is long enough for a line [the last used]"},
    {.name = "run",
     .letter = 'r',
     .type = SETTING_DIR,
     .offset = AT(run),
     .value_name = "DIR",
     .help = "where to work"},
    {.name = NULL},
};

static const struct setting_group groups[] = {{.title = "Options", .rows = rows}, {.rows = NULL}};
enum { VERBOSE, TIE, BATCH, SEED, LR, LR_DECAY, ANY, OUTPUT };

static struct values values;
static struct option_result result;
static struct err err;

static void setup(void)
{
    values = (struct values){0};
    result = (struct option_result){0};
    err = (struct err){0};
}

static void teardown(void)
{
    option_result_fini(&result);
}

enum { ARGS_MAX = 12 };

/* Parses the words of `line`, separated by single blanks; a "~" in a word stands for a blank. */
static enum status parse(const char *line)
{
    static char words[256];
    char *argv[ARGS_MAX + 1] = {0};
    int argc = 0;
    option_result_fini(&result);
    ck_assert_uint_lt(strlen(line), sizeof words);
    strcpy(words, line);
    for (char *word = strtok(words, " "); word != NULL; word = strtok(NULL, " ")) {
        ck_assert_int_lt(argc, ARGS_MAX);
        argv[argc++] = word;
        for (char *c = word; *c != '\0'; c++)
            *c = *c == '~' ? ' ' : *c;
    }
    return option_parse(&result, &values, groups, argc, argv, &err);
}

static void check_usage(const char *line, const char *text)
{
    ck_assert_msg(parse(line) == ST_USAGE, "'%s' was taken", line);
    ck_assert_int_eq(err.code, ST_USAGE);
    ck_assert_str_eq(err.text, text);
}

START_TEST(defaults_fill_what_is_not_given)
{
    ck_assert_int_eq(parse(""), ST_OK);
    ck_assert(!values.verbose && values.tie);
    ck_assert_int_eq(values.batch, 20);
    ck_assert(values.lr == 0.5);
    ck_assert_ptr_null(values.output);
    ck_assert_str_eq(values.prompt, "the");
    ck_assert_str_eq(values.cell, "lstm");
    ck_assert_ptr_null(values.corpus);
    for (size_t i = 0; i < SETTINGS_MAX; i++)
        ck_assert(!result.given[i]);
    ck_assert_uint_eq(result.n_operands, 0);
}
END_TEST

START_TEST(long_options_take_values_after_a_blank_or_an_equals_sign)
{
    ck_assert_int_eq(parse("--batch 7 --lr=0.25 --output=a=b --cell gru"), ST_OK);
    ck_assert_int_eq(values.batch, 7);
    ck_assert(values.lr == 0.25);
    ck_assert_str_eq(values.output, "a=b");
    ck_assert_str_eq(values.cell, "gru");
    ck_assert(result.given[BATCH] && result.given[LR] && result.given[OUTPUT]);
    ck_assert(!result.given[SEED]);
}
END_TEST

START_TEST(an_empty_value_is_a_value)
{
    ck_assert_int_eq(parse("--prompt="), ST_OK);
    ck_assert_str_eq(values.prompt, "");
}
END_TEST

START_TEST(letters_cluster_and_take_values)
{
    ck_assert_int_eq(parse("-vb3 -o out"), ST_OK);
    ck_assert(values.verbose);
    ck_assert_int_eq(values.batch, 3);
    ck_assert_str_eq(values.output, "out");
    ck_assert_int_eq(parse("-b 4"), ST_OK);
    ck_assert_int_eq(values.batch, 4);
    ck_assert_int_eq(parse("-vout"), ST_OK); /* no long name begins so */
    ck_assert_str_eq(values.output, "ut");
}
END_TEST

START_TEST(an_equals_sign_parts_a_letter_from_its_value)
{
    ck_assert_int_eq(parse("-b=3 -o=u4"), ST_OK);
    ck_assert_int_eq(values.batch, 3);
    ck_assert_str_eq(values.output, "u4");
    ck_assert_int_eq(parse("-vo==a=b"), ST_OK);
    ck_assert_str_eq(values.output, "=a=b");
    check_usage("-v=yes", "option '--verbose' takes no value");
    check_usage("-h=yes", "option '--help' takes no value");
}
END_TEST

START_TEST(a_long_name_after_one_dash_is_no_cluster_of_letters)
{
    check_usage("-batch 3", "unknown option '-batch'; did you mean '--batch'?");
    check_usage("-batch=3", "unknown option '-batch'; did you mean '--batch'?");
    check_usage("-out x", "unknown option '-out'; did you mean '--output'?");
    check_usage("-verb", "unknown option '-verb'; did you mean '--verbose'?");
    check_usage("-help", "unknown option '-help'; did you mean '--help'?");
    check_usage("-lr 3", "unknown option '-lr'; did you mean '--lr'?");
    check_usage("-no-tie", "unknown option '-no-tie'; did you mean '--no-tie'?");
    check_usage("-bacth 3", "option '--batch' wants a whole number from 1 to 64, not 'acth'");
    ck_assert(!values.verbose && values.tie && values.output == NULL);
}
END_TEST

START_TEST(help_among_letters_needs_all_of_them_to_be_options)
{
    ck_assert_int_eq(parse("-hv"), ST_OK);
    ck_assert_int_eq(result.asks, OPTION_ASKS_HELP);
    ck_assert_int_ne(result.asks, OPTION_ASKS_VERSION);
    ck_assert_int_eq(parse("-vV"), ST_OK);
    ck_assert_int_eq(result.asks, OPTION_ASKS_VERSION);
    check_usage("-hx", "unknown option '-x' in '-hx'");
    check_usage("-hlep", "unknown option '-hlep'; did you mean '--help'?");
    check_usage("-hb", "option '--batch' needs a value (B)");
}
END_TEST

START_TEST(flags_that_are_on_can_be_turned_off)
{
    ck_assert_int_eq(parse("--no-tie"), ST_OK);
    ck_assert(!values.tie && result.given[TIE]);
    check_usage("--no-verbose", "unknown option '--no-verbose'; did you mean '--verbose'?");
}
END_TEST

START_TEST(operands_and_options_mix_until_two_dashes)
{
    ck_assert_int_eq(parse("a -v - --batch 2 b -- -v --lr"), ST_OK);
    const char *const want[] = {"a", "-", "b", "-v", "--lr"};
    ck_assert_uint_eq(result.n_operands, 5);
    for (size_t i = 0; i < 5; i++)
        ck_assert_str_eq(result.operands[i], want[i]);
    ck_assert(!result.given[LR]);
}
END_TEST

START_TEST(an_option_has_one_value)
{
    check_usage("--batch 2 -b 5",
                "option '--batch' was given twice, with '2' and '5': give it once");
    check_usage("--no-tie -v -t", "--tie and --no-tie exclude each other");
    ck_assert_int_eq(parse("--batch 2 -v -b 2 -v"), ST_OK);
    ck_assert_int_eq(values.batch, 2);
}
END_TEST

START_TEST(an_unambiguous_beginning_is_enough)
{
    ck_assert_int_eq(parse("--ba 9 --verb --no-t"), ST_OK);
    ck_assert_int_eq(values.batch, 9);
    ck_assert(values.verbose && !values.tie);
    ck_assert_int_eq(parse("--lr 0.25 --lr-d 3"), ST_OK); /* a whole name is not ambiguous */
    ck_assert(values.lr == 0.25 && values.lr_decay == 3);
    ck_assert_int_eq(parse("--vers --nonsense"), ST_OK);
    ck_assert_int_eq(result.asks, OPTION_ASKS_VERSION);
    check_usage("--ver", "option '--ver' may be '--verbose' or '--version'");
    check_usage("--c gru", "option '--c' may be '--cell' or '--corpus'");
}
END_TEST

START_TEST(unknown_options_get_the_nearest_name)
{
    check_usage("--bacth 3", "unknown option '--bacth'; did you mean '--batch'?");
    check_usage("--vesrion", "unknown option '--vesrion'; did you mean '--version'?");
    check_usage("--hlep", "unknown option '--hlep'; did you mean '--help'?");
    check_usage("--zzzzzz", "unknown option '--zzzzzz'");
    check_usage("--=3", "unknown option '--'");
    check_usage("-x", "unknown option '-x'");
    check_usage("-vxy", "unknown option '-x' in '-vxy'");
    check_usage("-v\303\251t", "unknown option '-\303\251' in '-v\303\251t'");
    check_usage("-5", "unknown option '-5'");
}
END_TEST

START_TEST(numbers_out_of_range_or_shape_are_refused)
{
    const char *const bad[] = {"0",    "65", "-1", "1.5", "3x",
                               "0x10", "",   "~3", "ten", "99999999999999999999"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char line[64];
        snprintf(line, sizeof line, "--batch=%s", bad[i]);
        ck_assert_msg(parse(line) == ST_USAGE, "%s", line);
        ck_assert_ptr_nonnull(strstr(err.text, "'--batch' wants a whole number from 1 to 64, not"));
    }
    check_usage("--seed -1", "option '--seed' wants a whole number of at least 0, not '-1'");
    ck_assert_int_eq(parse("--batch 1"), ST_OK);
    ck_assert_int_eq(parse("--batch 64"), ST_OK);
    ck_assert_int_eq(parse("--seed 9007199254740992"), ST_OK);
    ck_assert(values.seed == INT64_C(9007199254740992));
    check_usage("--seed 9007199254740993", "option '--seed' wants a whole number of at most "
                                           "9007199254740992, not '9007199254740993'");
    check_usage("--seed 18446744073709551615", "option '--seed' wants a whole number of at most "
                                               "9007199254740992, not '18446744073709551615'");
    check_usage("--seed -99999999999999999999", "option '--seed' wants a whole number of at least "
                                                "0, not '-99999999999999999999'");
    check_usage("--seed 99999999999999999999x", "option '--seed' wants a whole number of at least "
                                                "0, not '99999999999999999999x'");
    ck_assert_int_eq(parse("--any 9223372036854775807"), ST_OK);
    ck_assert(values.any == INT64_MAX);
    check_usage("--any 9223372036854775808", "option '--any' wants a whole number of at most "
                                             "9223372036854775807, not '9223372036854775808'");
    check_usage("--any -9223372036854775809", "option '--any' wants a whole number of at least "
                                              "-9223372036854775808, not '-9223372036854775809'");
}
END_TEST

START_TEST(real_numbers_are_decimal_and_finite)
{
    const char *const bad[] = {"nan", "inf", "0x1p-1", "", "1e999", "-0.1", "10.1", "1e", "1,5"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char line[64];
        snprintf(line, sizeof line, "--lr=%s", bad[i]);
        ck_assert_msg(parse(line) == ST_USAGE, "%s", line);
        ck_assert_ptr_nonnull(strstr(err.text, "'--lr' wants a number from 0 to 10, not"));
    }
    ck_assert_int_eq(parse("--lr 1e-3"), ST_OK);
    ck_assert(values.lr == 1e-3);
    ck_assert_int_eq(parse("--lr .5"), ST_OK);
    ck_assert_int_eq(parse("--lr 10"), ST_OK);
    check_usage("--lr-decay 1e999",
                "option '--lr-decay' wants a number of at most 1.79769313486232e+308, not '1e999'");
    check_usage("--lr-decay -1", "option '--lr-decay' wants a number of at least 0, not '-1'");
    check_usage("--lr-decay nan", "option '--lr-decay' wants a number of at least 0, not 'nan'");
}
END_TEST

START_TEST(choices_are_listed_when_none_is_met)
{
    check_usage("--cell gur", "option '--cell' wants 'lstm' or 'gru', not 'gur'; did you mean "
                              "'gru'?");
    check_usage("--cell=", "option '--cell' wants 'lstm' or 'gru', not ''");
}
END_TEST

START_TEST(a_directory_is_neither_empty_nor_a_dash)
{
    const char *const dash = "option '--run' wants a directory, and '-' is standard input or "
                             "output: './-' is a directory of that name";
    check_usage("--run -", dash);
    check_usage("-r -", dash);
    check_usage("-r-", dash);
    check_usage("--run=", "option '--run' wants a directory, not an empty name");
    check_usage("-r=", "option '--run' wants a directory, not an empty name");
    ck_assert_int_eq(parse("-r ./-"), ST_OK);
    ck_assert_str_eq(values.run, "./-");
}
END_TEST

START_TEST(a_missing_value_is_named)
{
    check_usage("--batch", "option '--batch' needs a value (B)");
    check_usage("-vb", "option '--batch' needs a value (B)");
    check_usage("--output --lr 3",
                "option '--output' needs a value (FILE), and '--lr' is an option; write "
                "'--output=--lr' if it is the value");
    check_usage("-o --", "option '--output' needs a value (FILE), and '--' is an option; write "
                         "'--output=--' if it is the value");
    check_usage("-o -v", "option '--output' needs a value (FILE), and '-v' is an option; write "
                         "'--output=-v' if it is the value");
    check_usage("-o -batch", "option '--output' needs a value (FILE), and '-batch' is an option; "
                             "write '--output=-batch' if it is the value");
    check_usage("-o --no-tie", "option '--output' needs a value (FILE), and '--no-tie' is an "
                               "option; write '--output=--no-tie' if it is the value");
    ck_assert_int_eq(parse("--output=--lr"), ST_OK);
    ck_assert_str_eq(values.output, "--lr");
    ck_assert_int_eq(parse("-o --none-of-ours"), ST_OK);
}
END_TEST

START_TEST(flags_take_no_value)
{
    check_usage("--verbose=yes", "option '--verbose' takes no value");
    check_usage("--no-tie=1", "option '--tie' takes no value");
}
END_TEST

START_TEST(help_is_found_anywhere_before_two_dashes)
{
    ck_assert_int_eq(parse("--nonsense --help"), ST_OK);
    ck_assert_int_eq(result.asks, OPTION_ASKS_HELP);
    ck_assert_int_eq(parse("-vh"), ST_OK);
    ck_assert_int_eq(result.asks, OPTION_ASKS_HELP);
    ck_assert_int_eq(parse("--hel"), ST_OK);
    ck_assert_int_eq(result.asks, OPTION_ASKS_HELP);
    ck_assert_int_eq(parse("-- --help"), ST_OK);
    ck_assert_int_eq(result.asks, OPTION_ASKS_NOTHING);
    ck_assert_int_eq(parse("--prompt=--help"), ST_OK);
    ck_assert_int_eq(result.asks, OPTION_ASKS_NOTHING);
}
END_TEST

START_TEST(control_bytes_of_arguments_are_escaped_and_long_ones_cut)
{
    check_usage("--b\033[1m", "unknown option '--b\\x1b[1m'");
    char line[200] = "--cell=";
    memset(line + 7, 'a', 150);
    line[157] = '\0';
    ck_assert_int_eq(parse(line), ST_USAGE);
    ck_assert_ptr_nonnull(strstr(err.text, "aaaa...'"));
    ck_assert_uint_lt(strlen(err.text), 150);
}
END_TEST

START_TEST(the_help_has_every_row_with_default_and_choices_in_80_columns)
{
    struct buf out = {0};
    ck_assert_int_eq(option_help(groups, false, &out, &err), ST_OK);
    ck_assert_str_eq(
        out.data,
        "Options:\n"
        "  -v, --verbose        say more\n"
        "  -t, --[no-]tie       share the weights [yes]\n"
        "  -b, --batch B        rows of a window [20]\n"
        "      --seed N         seed of all random numbers [1]\n"
        "      --lr X           learning rate [0.5]\n"
        "      --lr-decay X     these words end in column eighty of the line as it should\n"
        "      --any N          these words end in column eighty-one of the line and\n"
        "                       those before\n"
        "  -o, --output FILE    where to write\n"
        "      --prompt TEXT    first words [the]\n"
        "      --cell lstm|gru  recurrent cell [lstm]\n"
        "      --corpus NAME    one of several texts, each of which is long enough for a\n"
        "                       line: newswire-of-1989, letters-to-editors, minutes [the\n"
        "                       last used]\n"
        "  -r, --run DIR        where to work\n");
    buf_fini(&out);
}
END_TEST

static Suite *option_suite(void)
{
    Suite *suite = suite_create("option");
    TCase *tc = tcase_create("option");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, defaults_fill_what_is_not_given);
    tcase_add_test(tc, long_options_take_values_after_a_blank_or_an_equals_sign);
    tcase_add_test(tc, an_empty_value_is_a_value);
    tcase_add_test(tc, letters_cluster_and_take_values);
    tcase_add_test(tc, an_equals_sign_parts_a_letter_from_its_value);
    tcase_add_test(tc, a_long_name_after_one_dash_is_no_cluster_of_letters);
    tcase_add_test(tc, help_among_letters_needs_all_of_them_to_be_options);
    tcase_add_test(tc, flags_that_are_on_can_be_turned_off);
    tcase_add_test(tc, operands_and_options_mix_until_two_dashes);
    tcase_add_test(tc, an_option_has_one_value);
    tcase_add_test(tc, an_unambiguous_beginning_is_enough);
    tcase_add_test(tc, unknown_options_get_the_nearest_name);
    tcase_add_test(tc, numbers_out_of_range_or_shape_are_refused);
    tcase_add_test(tc, real_numbers_are_decimal_and_finite);
    tcase_add_test(tc, choices_are_listed_when_none_is_met);
    tcase_add_test(tc, a_directory_is_neither_empty_nor_a_dash);
    tcase_add_test(tc, a_missing_value_is_named);
    tcase_add_test(tc, flags_take_no_value);
    tcase_add_test(tc, help_is_found_anywhere_before_two_dashes);
    tcase_add_test(tc, control_bytes_of_arguments_are_escaped_and_long_ones_cut);
    tcase_add_test(tc, the_help_has_every_row_with_default_and_choices_in_80_columns);
    suite_add_tcase(suite, tc);
    return suite;
}

TAP_MAIN(option_suite())
