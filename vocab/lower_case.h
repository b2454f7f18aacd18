/* Lower and upper case of UTF-8 text. */
#ifndef PTBLM_VOCAB_LOWER_CASE_H
#define PTBLM_VOCAB_LOWER_CASE_H

#include <stddef.h>

/* Lower case in place: ASCII and the letters of Latin, Greek, Cyrillic and Armenian whose lower
 * case (Unicode's simple mapping) has as many bytes as they have. */
void lower_case(char *bytes, size_t len);

/* The inverse: upper case in place, of the letters that are the lower case of others. */
void upper_case(char *bytes, size_t len);

#endif
