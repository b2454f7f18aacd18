/* Texts in JSON lines: each line of a file is an object, one of whose fields is a text. */
#ifndef PTBLM_CORPORA_JSON_LINES_H
#define PTBLM_CORPORA_JSON_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "corpora/input/byte_reader.h"
#include "lib/base/err.h"

/* The longest line that is read: a value takes up to twenty times the memory of its text. */
enum { JSON_LINE_MAX = 1 << 24 };

struct json_lines;

/* Gives the text in the field `field` of each object of `text`, as messages call it. Both names are
 * borrowed. */
enum status json_lines_new(struct json_lines **j, const char *field, const char *text,
                           struct err *err);

/* Up to `cap` bytes, cap > 0, of the texts; *got == 0 is the end. Every text ends with a line feed:
 * its own or, where it has none, one that is added. Bytes of two texts never come at once. Lines
 * that are blank are passed over. ST_INPUT, with the number of the line in the file, for a line
 * that is no JSON object, has no such field, or has no string there; what makes a string invalid
 * JSON (a bad escape, a lone surrogate, a NUL) does so here; so does a key that comes twice. */
enum status json_lines_read(struct json_lines *j, const struct byte_reader *from, void *buf,
                            size_t cap, size_t *got, struct err *err);

/* The line of the file that the bytes given last are from, counted from 1; 0 before the first. */
uint64_t json_lines_at(const struct json_lines *j);

/* Whether it has bytes to give without reading more. */
bool json_lines_has_more(const struct json_lines *j);
void json_lines_free(struct json_lines *j); /* NULL is allowed */

#endif
