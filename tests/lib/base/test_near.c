/* "Did you mean": slips find their word, strangers find none. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/near.h"
#include "tests/support/tap.h"

static const char *command_name_at(size_t i)
{
    static const char *const names[] = {"train", "eval", "next", "score", "sample", "info", NULL};
    return names[i];
}

START_TEST(nearest_finds_slips_and_leaves_strangers)
{
    const struct {
        const char *typed, *meant;
    } cases[] = {
        {"trian", "train"}, {"evaluate", "eval"}, {"tain", "train"},   {"smaple", "sample"},
        {"sco", "score"},   {"nxt", "next"},      {"x", NULL},         {"publish", NULL},
        {"", NULL},         {"in", "info"},       {"trainn", "train"}, {"tr", "train"},
        {"ta", NULL},
    };
    for (size_t i = 0; i < N_OF(cases); i++) {
        const char *found = near_find(cases[i].typed, command_name_at);
        if (cases[i].meant == NULL)
            ck_assert_msg(found == NULL, "'%s' gave '%s'", cases[i].typed, found);
        else
            ck_assert_msg(found != NULL && strcmp(found, cases[i].meant) == 0, "'%s' gave '%s'",
                          cases[i].typed, found);
    }
    char word[5000];
    memset(word, 't', sizeof word - 1);
    word[sizeof word - 1] = '\0';
    ck_assert_ptr_null(near_find(word, command_name_at));
}
END_TEST

static Suite *near_suite(void)
{
    Suite *suite = suite_create("near");
    TCase *tc = tcase_create("near");
    tcase_add_test(tc, nearest_finds_slips_and_leaves_strangers);
    suite_add_tcase(suite, tc);
    return suite;
}

TAP_MAIN(near_suite())
