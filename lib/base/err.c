#include "lib/base/err.h"

#include <stdarg.h>
#include <stdio.h>

enum status err_set(struct err *err, enum status code, const char *fmt, ...)
{
    if (err == NULL)
        return code;
    err->code = code;
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(err->text, sizeof err->text, fmt, ap);
    va_end(ap);
    return code;
}
