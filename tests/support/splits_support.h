/* What the tests of splits share: ways to find the texts of a corpus, and how that fails. */
#ifndef PTBLM_TESTS_SUPPORT_SPLITS_SUPPORT_H
#define PTBLM_TESTS_SUPPORT_SPLITS_SUPPORT_H

#include <check.h>
#include <string.h>

#include "corpora/splits/splits.h"

enum { TRAIN = 1 << SPLIT_TRAIN, VALID = 1 << SPLIT_VALID, TEST = 1 << SPLIT_TEST, ALL = 7 };

static const struct source_limits limits = SOURCE_LIMITS_DEFAULT;
static struct err err;

static inline enum status find(struct corpus *c, const char *path, unsigned needed)
{
    const struct corpus_request request = {.path = path, .needed = needed};
    return corpus_find(c, &request, &limits, &err);
}

static inline enum status find_test(struct corpus *c, const char *path, const char *test)
{
    const struct corpus_request request = {.path = path, .named[SPLIT_TEST] = test, .needed = ALL};
    return corpus_find(c, &request, &limits, &err);
}

static inline void assert_error(enum status status, const char *word, const char *word2)
{
    ck_assert_int_eq(status, ST_INPUT);
    ck_assert_msg(strstr(err.text, word) != NULL, "no '%s' in: %s", word, err.text);
    ck_assert_msg(strstr(err.text, word2) != NULL, "no '%s' in: %s", word2, err.text);
}

#endif
