/* What the tests of files share: ways to write and compare them. */
#ifndef PTBLM_TESTS_SUPPORT_IO_SUPPORT_H
#define PTBLM_TESTS_SUPPORT_IO_SUPPORT_H

#include <check.h>
#include <string.h>

#include "lib/base/io/io.h"
#include "tests/support/test_dir.h"

static inline void write_text(const char *to, const char *text)
{
    struct err err = {0};
    ck_assert_msg(io_write_file(to, text, strlen(text), &err) == ST_OK, "%s", err.text);
}

static inline void assert_holds(const char *from, const char *text)
{
    struct buf b = {0};
    struct err err = {0};
    ck_assert_msg(io_read_file(from, 1000000, &b, &err) == ST_OK, "%s", err.text);
    ck_assert_uint_eq(b.len, strlen(text));
    ck_assert_str_eq(b.data != NULL ? b.data : "", text);
    buf_fini(&b);
}

#endif
