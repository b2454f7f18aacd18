/* Encodings of texts: their names, byte-order marks, and the conversion to UTF-8. The only door to
 * iconv. */
#ifndef PTBLM_CORPORA_ENCODING_H
#define PTBLM_CORPORA_ENCODING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "corpora/input/byte_reader.h"
#include "lib/base/err.h"

/* ST_USAGE if there is no encoding of that name, in any case of its letters. */
enum status encoding_check(const char *name, struct err *err);

/* Whether it is UTF-8, which needs no conversion. */
bool encoding_is_utf8(const char *name);

/* The Unicode form whose byte-order mark bytes[0..n) begin with, NULL if none, and the length of
 * the mark. Four bytes decide. */
const char *encoding_of_mark(const unsigned char *bytes, size_t n, size_t *len);

/* Whether the mark of the encoding `marked` may stand before a text that is said to be `name`. */
bool encoding_takes_mark(const char *name, const char *marked);

/* Whether the order of the bytes is left to a mark: UTF-16, UTF-32, UCS-2, UCS-4. */
bool encoding_needs_mark(const char *name);

/* "UTF-16LE" or "UTF-16BE" if every second byte of bytes[0..n) is NUL and hardly another: text of
 * Latin letters without a mark. NULL: it does not look so. */
const char *encoding_guess(const unsigned char *bytes, size_t n);

struct converter;

/* Converts what `from` gives, whose first byte is byte `offset` of the text, counted from 0. `text`
 * is what messages call it. Both names are borrowed. */
enum status converter_new(struct converter **c, const char *encoding, const char *text,
                          uint64_t offset, struct err *err);

/* Up to `cap` bytes of UTF-8 into buf, cap >= 64; *got == 0 is the end. Nothing is left out or
 * replaced: ST_INPUT, with line, offset and the bytes, for what cannot be converted. */
enum status converter_read(struct converter *c, const struct byte_reader *from, void *buf,
                           size_t cap, size_t *got, struct err *err);

/* Whether it has bytes to convert without reading more. */
bool converter_has_more(const struct converter *c);
void converter_free(struct converter *c); /* NULL is allowed */

#endif
