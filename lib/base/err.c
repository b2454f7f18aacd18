#include "lib/base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/utf8.h"

enum { LONG_SIZE = 16384 }; /* more than any sentence with two paths in it */

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Copies a sentence into err->text. A sentence that is too long keeps its beginning and its end,
 * which say what is wrong and why; it is cut between UTF-8 characters. */
static void fit(struct err *err, const char *text)
{
    static const char gap[] = " ... ";
    const size_t len = strlen(text), room = sizeof err->text - 1;
    if (len <= room) {
        memcpy(err->text, text, len + 1);
        return;
    }
    size_t head = (room - strlen(gap)) / 2, tail = len - head;
    while (head > 0 && utf8_continues(text[head]))
        head--;
    while (tail < len && utf8_continues(text[tail]))
        tail++;
    snprintf(err->text, sizeof err->text, "%.*s%s%s", (int)head, text, gap, text + tail);
}

enum status err_set(struct err *err, enum status code, const char *fmt, ...)
{
    if (err == NULL)
        return code;
    char text[LONG_SIZE];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    *err = (struct err){.code = code};
    fit(err, text);
    return code;
}

enum status err_wrap(struct err *err, const struct err *why, const char *fmt, ...)
{
    const enum status code = why->code;
    if (err == NULL)
        return code;
    char text[LONG_SIZE];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    const size_t len = least(strlen(text), sizeof text - sizeof why->text - 3);
    snprintf(text + len, sizeof text - len, ": %s", why->text);
    if (err != why)
        *err = (struct err){.code = code, .remedy = why->remedy, .n = why->n, .m = why->m};
    fit(err, text);
    return code;
}

enum status err_add(struct err *err, const char *fmt, ...)
{
    char text[LONG_SIZE];
    const size_t len = (size_t)snprintf(text, sizeof text, "%s; ", err->text);
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text + len, sizeof text - len, fmt, ap);
    va_end(ap);
    fit(err, text);
    return err->code;
}

enum status err_advise(struct err *err, enum status code, enum remedy remedy, size_t n, size_t m)
{
    if (err != NULL) {
        err->remedy = remedy;
        err->n = n;
        err->m = m;
    }
    return code;
}
