/* What the tests of vocab/ share: a directory, and vocabularies of a few words. */
#ifndef PTBLM_TESTS_SUPPORT_VOCAB_SUPPORT_H
#define PTBLM_TESTS_SUPPORT_VOCAB_SUPPORT_H

#include <check.h>
#include <stdbool.h>
#include <string.h>

#include "lib/base/buf.h"
#include "lib/base/io/io.h"
#include "tests/support/tap.h"
#include "tests/support/test_dir.h"
#include "vocab/vocab.h"

/* The vocabulary of the words between single spaces. */
static inline struct vocab *vocab_of(const char *words, const struct vocab_limits *limits)
{
    struct err err = {0};
    struct vocab_counts *counts;
    ck_assert_int_eq(vocab_counts_new(&counts, &err), ST_OK);
    while (*words != '\0') {
        const size_t len = strcspn(words, " ");
        ck_assert_msg(vocab_counts_add(counts, words, len, &err) == ST_OK, "%s", err.text);
        words += len + (words[len] == ' ');
    }
    struct vocab *v = NULL;
    ck_assert_msg(vocab_from_counts(&v, counts, limits, &err) == ST_OK, "%s", err.text);
    vocab_counts_free(counts);
    return v;
}

/* Compares with what vocab_format should give. */
static inline void assert_text(const struct vocab *v, const char *expected)
{
    struct buf text = {0};
    struct err err = {0};
    ck_assert_int_eq(vocab_format(v, &text, &err), ST_OK);
    ck_assert_str_eq(text.data, expected);
    buf_fini(&text);
}

/* A test case with a directory that is empty at the start of each test. */
static inline TCase *vocab_tcase(const char *name)
{
    TCase *tc = tcase_create(name);
    tcase_set_timeout(tc, 60);
    tcase_add_unchecked_fixture(tc, test_dir_make, test_dir_remove_strictly);
    tcase_add_checked_fixture(tc, test_files_remove, NULL);
    return tc;
}

#endif
