/* The words for remedies: every one of them, with every command. */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "cmd/command.h"
#include "cmd/report/remedy.h"
#include "tests/support/tap.h"

static char out[REMEDY_TEXT];

static bool has_option(const void *command, const char *option)
{
    return command != NULL && command_has_option(command, option);
}

static const char *advise(enum remedy remedy, const struct command *command)
{
    const struct err err = {.code = ST_INPUT, .remedy = remedy, .n = 12, .m = 34};
    remedy_words(out, sizeof out, &err, has_option, command);
    return out;
}

/* The word at `at`, up to what cannot be in the name of a command or an option. */
static const char *name_at(char name[64], const char *at)
{
    const size_t len = strspn(at, "abcdefghijklmnopqrstuvwxyz-");
    ck_assert_uint_lt(len, 64);
    memcpy(name, at, len);
    name[len] = '\0';
    return name;
}

/* The command that an option at `end` of the advice belongs to: that of a "'ptblm COMMAND ..."
 * which is still open there, or else the command at hand. */
static const struct command *owner(const char *advice, const char *end,
                                   const struct command *command)
{
    char name[64];
    const char *quoted = NULL;
    for (const char *p = advice; p < end; p++)
        if (*p == '\'')
            quoted = quoted == NULL ? p + 1 : NULL;
    if (quoted == NULL)
        return command;
    ck_assert_int_eq(strncmp(quoted, "ptblm ", 6), 0);
    const struct command *named = command_find(name_at(name, quoted + 6));
    ck_assert_ptr_nonnull(named);
    return named;
}

static void check_options(const char *advice, const struct command *command)
{
    char name[64];
    for (const char *p = strstr(advice, "--"); p != NULL; p = strstr(p + 2, "--")) {
        const struct command *of = owner(advice, p, command);
        name_at(name, p + 2);
        ck_assert_msg(of != NULL && command_has_option(of, name), "'%s' names --%s, which %s lacks",
                      advice, name, of != NULL ? of->name : "no command");
    }
    ck_assert_msg(strstr(advice, " -o") == NULL, "'%s' has a short option", advice);
}

START_TEST(advice_names_only_options_that_there_are)
{
    for (enum remedy r = REMEDY_NONE; r < N_REMEDIES; r++) {
        for (size_t i = 0; command_at(i) != NULL; i++)
            check_options(advise(r, command_at(i)), command_at(i));
        check_options(advise(r, NULL), NULL);
    }
}
END_TEST

/* A remedy without words anywhere, or whose options no command has together. */
START_TEST(every_remedy_has_its_words)
{
    for (enum remedy r = REMEDY_NONE + 1; r < N_REMEDIES; r++) {
        size_t most = 0;
        bool advised = false;
        for (size_t i = 0; command_at(i) != NULL; i++) {
            const char *advice = advise(r, command_at(i));
            ck_assert_uint_lt(strlen(advice), REMEDY_TEXT - 40); /* long numbers fit too */
            ck_assert_msg(strpbrk(advice, "{}") == NULL, "'%s' has a gap", advice);
            most = strlen(advice) > most ? strlen(advice) : most;
            advised = advised || strstr(advice, "--") != NULL || strstr(advice, "'ptblm ") != NULL;
        }
        ck_assert_msg(most > 0, "remedy %d has no words", (int)r);
        ck_assert_msg(advised, "remedy %d names no option of any command", (int)r);
    }
}
END_TEST

START_TEST(no_remedy_is_no_advice)
{
    ck_assert_str_eq(advise(REMEDY_NONE, command_find("train")), "");
    ck_assert_str_eq(advise(REMEDY_NONE, NULL), "");
}
END_TEST

START_TEST(numbers_take_their_places)
{
    ck_assert_str_eq(advise(REMEDY_FIT_EITHER, command_find("batches")),
                     "--batch 12 or --steps 34 would fit");
    ck_assert_str_eq(advise(REMEDY_FIT_EITHER, command_find("eval")),
                     "a batch of 12 or 34 steps would fit");
}
END_TEST

START_TEST(a_command_without_the_option_gets_other_words_or_none)
{
    ck_assert_str_eq(advise(REMEDY_NAME_MEMBER, command_find("score")),
                     "name one of its members with --member");
    ck_assert_str_eq(advise(REMEDY_NAME_MEMBER, command_find("train")),
                     "unpack it and give one of its members");
    ck_assert_str_eq(advise(REMEDY_LIMIT_BYTES, command_find("eval")),
                     "raise that limit with --max-bytes");
    ck_assert_str_eq(advise(REMEDY_LIMIT_BYTES, command_find("score")), "");
}
END_TEST

static Suite *remedy_suite(void)
{
    Suite *suite = suite_create("remedy");
    TCase *tc = tcase_create("remedy");
    tcase_add_test(tc, advice_names_only_options_that_there_are);
    tcase_add_test(tc, every_remedy_has_its_words);
    tcase_add_test(tc, no_remedy_is_no_advice);
    tcase_add_test(tc, numbers_take_their_places);
    tcase_add_test(tc, a_command_without_the_option_gets_other_words_or_none);
    suite_add_tcase(suite, tc);
    return suite;
}

TAP_MAIN(remedy_suite())
