/* Texts that JSON has no form of its own for. */
#ifndef PTBLM_FILE_JSON_TEXT_H
#define PTBLM_FILE_JSON_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/buf.h"
#include "lib/base/err.h"

/* Whether the UTF-8 text holds a control character (U+0000 to U+001F, U+007F to U+009F). */
bool json_text_has_control(const char *text);

/* Commas and opening brackets outside of strings: there are about as many values, which can be
 * limited before a text is parsed. */
size_t json_text_count_marks(const char *text, size_t len);

/* "inf", "-inf" and "nan" for the doubles that JSON has no number for; NULL for finite ones. */
const char *json_text_of_special(double value);
bool json_text_read_special(const char *text, double *value); /* false if it is none of them */

/* A path may have any bytes, and JSON is UTF-8. So a path that is not UTF-8, or that begins with
 * JSON_TEXT_PATH, is written as JSON_TEXT_PATH and its bytes, with %HH (RFC 3986) for all except
 * letters, digits and "-._~/". It is read back exactly. The text is appended to *out. ST_INPUT if a
 * text with that beginning is not such a form. */
#define JSON_TEXT_PATH "file:"
enum status json_text_encode_path(struct buf *out, const char *path, struct err *err);
enum status json_text_decode_path(struct buf *out, const char *text, struct err *err);

#endif
