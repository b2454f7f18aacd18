/* What could be done about an error, in the words of the command at hand. */
#ifndef PTBLM_CMD_REPORT_REMEDY_H
#define PTBLM_CMD_REPORT_REMEDY_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/err.h"

/* Writes the advice of an error, without full stop; an empty text where there is none. `has` tells
 * whether the command has an option of that name: advice that needs one that it has not is left
 * out, or given in other words. */
void remedy_words(char *out, size_t size, const struct err *err,
                  bool (*has)(const void *ctx, const char *option), const void *ctx);

#endif
