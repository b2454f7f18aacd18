/* What the tests of files share: a directory that each test begins with and that must hold nothing
 * but two files at its end, and ways to write, compare and count them. */
#ifndef PTBLM_TESTS_SUPPORT_IO_SUPPORT_H
#define PTBLM_TESTS_SUPPORT_IO_SUPPORT_H

#include <check.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/io.h"

static char dir[256], path[300], other[300];

static inline void set_up(void)
{
    const char *root = getenv("TMPDIR");
    snprintf(dir, sizeof dir, "%s/ptblm-test-XXXXXX", root != NULL ? root : "/tmp");
    ck_assert_ptr_nonnull(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/file", dir);
    snprintf(other, sizeof other, "%s/other", dir);
}

static inline void tear_down(void)
{
    unlink(path);
    unlink(other);
    ck_assert_int_eq(rmdir(dir), 0); /* fails where anything else was left */
}

static inline int count_names(void)
{
    int n = 0;
    DIR *d = opendir(dir);
    ck_assert_ptr_nonnull(d);
    for (const struct dirent *e; (e = readdir(d)) != NULL;)
        n += strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
    closedir(d);
    return n;
}

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
