/* A growing byte buffer. A zeroed struct is an empty buffer; buf_fini releases it. */
#ifndef PTBLM_BASE_BUF_H
#define PTBLM_BASE_BUF_H

#include <stddef.h>

#include "lib/base/err.h"

/* A string in other memory, which need not end with a NUL. */
struct slice {
    const char *bytes;
    size_t len;
};

struct buf {
    char *data; /* len bytes and, where data is not NULL, a NUL after them */
    size_t len;
    size_t cap;
};

/* Makes room for `extra` bytes after the first len; the caller may write there and raise len. */
enum status buf_reserve(struct buf *b, size_t extra, struct err *err);

enum status buf_add(struct buf *b, const void *bytes, size_t n, struct err *err);
enum status buf_add_text(struct buf *b, const char *text, struct err *err);
enum status buf_addf(struct buf *b, struct err *err, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

void buf_fini(struct buf *b);

#endif
