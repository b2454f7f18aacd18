/* UTF-8 as the Unicode Standard defines it (section 3.9, table 3-7): no overlong forms, no
 * surrogates, nothing above U+10FFFF. */
#ifndef PTBLM_BASE_UTF8_H
#define PTBLM_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The length in bytes, 1 to 4, of the character that begins at bytes[0]; n >= 1. *code is its code
 * point, or UTF8_BAD where no character begins: such a byte counts as one of its own, so that any
 * bytes can be walked through. */
enum { UTF8_BAD = 0x110000 };
size_t utf8_next(const char *bytes, size_t n, uint32_t *code);

/* Whether a code point is a control character: U+0000 to U+001F, U+007F to U+009F. */
static inline bool utf8_is_control(uint32_t code)
{
    return code < 0x20 || (code >= 0x7F && code <= 0x9F);
}

/* Whether a byte goes on with a character rather than beginning one. */
static inline bool utf8_continues(char byte)
{
    return ((unsigned char)byte & 0xC0) == 0x80;
}

/* Length of the longest beginning of bytes[0..n) that is text: whole characters, none of them NUL.
 */
size_t utf8_span(const char *bytes, size_t n);

/* What is wrong with the character that begins at bytes[0] (n >= 1), in words that follow "has":
 * "a NUL byte", "an overlong form"; NULL if nothing is. */
const char *utf8_defect(const char *bytes, size_t n);

#endif
