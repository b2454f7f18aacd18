/* What the tests of sources share: the bytes that a path and member are read as, and what is
 * refused. */
#ifndef PTBLM_TESTS_SUPPORT_SOURCE_SUPPORT_H
#define PTBLM_TESTS_SUPPORT_SOURCE_SUPPORT_H

#include <check.h>
#include <string.h>

#include "corpora/source.h"
#include "tests/support/corpora_support.h"

/* The path (and member) must have exactly these bytes, read in steps of any size. */
static inline void assert_reads(const char *path, const char *member, const void *bytes, size_t n)
{
    static const size_t caps[] = {1, 7, 4096, 1 << 20};
    for (size_t i = 0; i < sizeof caps / sizeof *caps; i++) {
        struct bytes got;
        ASSERT_OK(files_slurp(&got, path, member, caps[i], &limits, &err));
        ck_assert_uint_eq(got.n, n);
        ck_assert_mem_eq(got.data, bytes, n);
        bytes_free(&got);
    }
}

static inline void assert_reads_text(const char *path, const char *member, const char *text)
{
    assert_reads(path, member, text, strlen(text));
}

/* Must be refused as ST_INPUT, with all of the words in the message. */
static inline void assert_refused(const char *path, const char *member, const char *word,
                                  const char *word2)
{
    struct bytes got;
    const enum status status = files_slurp(&got, path, member, 4096, &limits, &err);
    ASSERT_FAILS(status, ST_INPUT, word);
    ASSERT_FAILS(status, ST_INPUT, word2);
    bytes_free(&got);
}

#endif
