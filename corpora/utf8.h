/* Is it text? UTF-8 as the Unicode Standard defines it (section 3.9, table 3-7): no overlong forms,
 * no surrogates, nothing above U+10FFFF. */
#ifndef PTBLM_CORPORA_UTF8_H
#define PTBLM_CORPORA_UTF8_H

#include <stddef.h>

/* Length of the longest beginning of bytes[0..n) that is whole characters, none of them NUL; n
 * where all of it is. */
size_t utf8_span(const char *bytes, size_t n);

/* What is wrong with the character that begins at bytes[0] (n >= 1), in words that follow "has":
 * "a NUL byte", "an overlong form"; NULL where nothing is. */
const char *utf8_defect(const char *bytes, size_t n);

#endif
