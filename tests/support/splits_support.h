/* What the tests of splits share: finding the texts of a corpus, and expecting that to fail. */
#ifndef PTBLM_TESTS_SUPPORT_SPLITS_SUPPORT_H
#define PTBLM_TESTS_SUPPORT_SPLITS_SUPPORT_H

#include <check.h>
#include <string.h>

#include "corpora/splits/splits.h"
#include "tests/support/corpora_support.h"

enum { TRAIN = 1 << SPLIT_TRAIN, VALID = 1 << SPLIT_VALID, TEST = 1 << SPLIT_TEST, ALL = 7 };

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
    ASSERT_FAILS(status, ST_INPUT, word);
    ASSERT_FAILS(status, ST_INPUT, word2);
}

#endif
