/* What the tests of vocab/ share: a directory for each test, files in it, and vocabularies made of
 * a few words. */
#ifndef PTBLM_TESTS_VOCAB_SUPPORT_H
#define PTBLM_TESTS_VOCAB_SUPPORT_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/io.h"
#include "vocab/vocab.h"

static char test_dir[256];
static char test_path[300]; /* the one file that a test needs */

static inline void make_dir(void)
{
    const char *tmp = getenv("TMPDIR");
    snprintf(test_dir, sizeof test_dir, "%s/ptblm-vocab-XXXXXX", tmp != NULL ? tmp : "/tmp");
    ck_assert_ptr_nonnull(mkdtemp(test_dir));
    snprintf(test_path, sizeof test_path, "%s/file", test_dir);
}

static inline void remove_dir(void)
{
    unlink(test_path);
    ck_assert_int_eq(rmdir(test_dir), 0);
}

static inline void write_file(const void *bytes, size_t n)
{
    struct err err = {0};
    ck_assert_msg(io_write_file(test_path, bytes, n, &err) == ST_OK, "%s", err.text);
}

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

static inline int run_suite(Suite *suite)
{
    SRunner *sr = srunner_create(suite);
    srunner_set_tap(sr, "-");
    srunner_run_all(sr, CK_SILENT);
    const int failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
