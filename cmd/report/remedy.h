/* What could be done about an error, in the words of the command at hand. */
#ifndef PTBLM_CMD_REPORT_REMEDY_H
#define PTBLM_CMD_REPORT_REMEDY_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/err.h"

enum { REMEDY_TEXT = 256 }; /* enough for any advice */

/* Writes the advice for an error, which goes after its sentence and a semicolon, or "" where there
 * is none. `has` tells whether the command has an option of that name (without dashes): advice that
 * needs one that it lacks is given in other words, or left out. */
void remedy_words(char *out, size_t size, const struct err *err,
                  bool (*has)(const void *ctx, const char *option), const void *ctx);

#endif
