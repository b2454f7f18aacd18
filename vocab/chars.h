/* Characters of UTF-8 text. A byte that is not part of one counts as a character of its own, so
 * that any input can be read; corpora/text refuses such text. */
#ifndef PTBLM_VOCAB_CHARS_H
#define PTBLM_VOCAB_CHARS_H

#include <stddef.h>
#include <stdint.h>

/* The length in bytes, 1 to 4, of the character that begins at bytes[0]; len >= 1. *code is its
 * code point, or CHAR_BAD. */
enum { CHAR_BAD = 0x110000 };
size_t char_next(const char *bytes, size_t len, uint32_t *code);

/* Lower case in place: ASCII and the letters of Latin, Greek, Cyrillic and Armenian whose lower
 * case (Unicode's simple mapping) has as many bytes as they have. */
void chars_lower(char *bytes, size_t len);

#endif
