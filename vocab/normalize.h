/* Unicode's normalization form C, in which a letter with its accent is one code point wherever
 * there is one. The only door to utf8proc. */
#ifndef PTBLM_VOCAB_NORMALIZE_H
#define PTBLM_VOCAB_NORMALIZE_H

#include <stddef.h>
#include <stdint.h>

#include "lib/base/buf.h"
#include "lib/base/err.h"

/* Marks are put in order by comparing them with each other: a text with more of them on one letter
 * is refused rather than to take hours. Unicode's stream-safe format (UAX 15) allows 30. */
enum { NORMALIZE_MARKS_MAX = 1024 };

struct normalizer {
    int32_t *codes; /* room for cap code points */
    size_t cap;
};

/* Replaces *text, which is UTF-8, by its form C; that lives until the next call, unless it is the
 * text itself. ST_INPUT for too many combining marks in a row. */
enum status normalize_nfc(struct normalizer *n, struct slice *text, struct err *err);

/* The version of Unicode whose tables are used, such as "15.0.0". The form of what is assigned
 * there is the same in every later version. */
const char *normalize_unicode_version(void);
void normalizer_fini(struct normalizer *n);

#endif
