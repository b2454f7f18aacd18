/* What the tests of vocab/ share: a directory, the one file in it, and vocabularies made of
 * a few words. */
#ifndef PTBLM_TESTS_SUPPORT_VOCAB_SUPPORT_H
#define PTBLM_TESTS_SUPPORT_VOCAB_SUPPORT_H

#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/buf.h"
#include "lib/base/io.h"
#include "tests/support/tap.h"
#include "vocab/vocab.h"

static char test_dir[256];
static char test_path[300];

/* Before each test. */
static inline void remove_file(void)
{
    unlink(test_path);
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

/* Compares with what vocab_format should give. */
static inline void assert_text(const struct vocab *v, const char *expected)
{
    struct buf text = {0};
    struct err err = {0};
    ck_assert_int_eq(vocab_format(v, &text, &err), ST_OK);
    ck_assert_str_eq(text.data, expected);
    buf_fini(&text);
}

static inline void make_test_dir(void)
{
    const char *tmp = getenv("TMPDIR");
    snprintf(test_dir, sizeof test_dir, "%s/ptblm-vocab-XXXXXX", tmp != NULL ? tmp : "/tmp");
    ck_assert_ptr_nonnull(mkdtemp(test_dir));
    snprintf(test_path, sizeof test_path, "%s/file", test_dir);
}

/* Fails where a test has left anything but its one file. */
static inline void remove_test_dir(void)
{
    remove_file();
    ck_assert_int_eq(rmdir(test_dir), 0);
}

/* A test case with the directory. */
static inline TCase *vocab_tcase(const char *name)
{
    TCase *tc = tcase_create(name);
    tcase_set_timeout(tc, 60);
    tcase_add_unchecked_fixture(tc, make_test_dir, remove_test_dir);
    tcase_add_checked_fixture(tc, remove_file, NULL);
    return tc;
}

#endif
