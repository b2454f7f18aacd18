/* Gzip data and archives that the tests of corpora/ make for themselves. A failure here aborts the
 * program, since the test itself is broken. */
#ifndef PTBLM_TESTS_SUPPORT_CORPORA_FILES_H
#define PTBLM_TESTS_SUPPORT_CORPORA_FILES_H

#include <stddef.h>

#include "corpora/source.h"

/* A block of bytes, released with bytes_free. */
struct bytes {
    char *data;
    size_t n, cap;
};
void bytes_free(struct bytes *b);
void bytes_append(struct bytes *b, const void *more, size_t n);

struct bytes files_gzip(const void *bytes, size_t n);

struct file_member {
    const char *name;
    const char *text;      /* of a regular member */
    size_t len;            /* of the text; 0: up to its NUL */
    unsigned type;         /* 0: regular; otherwise AE_IFDIR, AE_IFLNK, AE_IFIFO, ... */
    const char *hard_link; /* not NULL: a hard link to that name */
};

/* `format` is "ustar", "pax", "gnutar" or "zip". */
struct bytes files_archive(const char *format, const struct file_member *members, size_t n);

/* Reads all of a source in steps of `cap` bytes; out->data is set on failure too. */
enum status files_slurp(struct bytes *out, const char *path, const char *member, size_t cap,
                        const struct source_limits *limits, struct err *err);

#endif
