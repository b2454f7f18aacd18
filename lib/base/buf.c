#include "lib/base/buf.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/mem.h"

enum status buf_reserve(struct buf *b, size_t extra, struct err *err)
{
    if (extra >= SIZE_MAX / 4 - b->len)
        return err_set(err, ST_NOMEM, "out of memory: a buffer of %zu more bytes", extra);
    const size_t need = b->len + extra + 1;
    if (need <= b->cap)
        return ST_OK;
    const size_t cap = need < 2 * b->cap ? 2 * b->cap : (need < 64 ? 64 : need);
    char *data = mem_resize(b->data, cap, 1, err);
    if (data == NULL)
        return ST_NOMEM;
    b->data = data;
    b->cap = cap;
    b->data[b->len] = '\0';
    return ST_OK;
}

enum status buf_add(struct buf *b, const void *bytes, size_t n, struct err *err)
{
    TRY(buf_reserve(b, n, err));
    if (n > 0)
        memcpy(b->data + b->len, bytes, n);
    b->len += n;
    b->data[b->len] = '\0';
    return ST_OK;
}

enum status buf_add_text(struct buf *b, const char *text, struct err *err)
{
    return buf_add(b, text, strlen(text), err);
}

enum status buf_addf(struct buf *b, struct err *err, const char *fmt, ...)
{
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    const int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    enum status status = n < 0 ? err_set(err, ST_IO, "a text could not be formatted") : ST_OK;
    if (status == ST_OK)
        status = buf_reserve(b, (size_t)n, err);
    if (status == ST_OK) {
        vsnprintf(b->data + b->len, (size_t)n + 1, fmt, again);
        b->len += (size_t)n;
    }
    va_end(again);
    return status;
}

void buf_fini(struct buf *b)
{
    mem_free(b->data);
    *b = (struct buf){0};
}
