/* Text from outside made fit for messages and terminals: control characters, and bytes that are not
 * UTF-8, are shown as "\x1b", so that nothing that is shown can drive a terminal. */
#ifndef PTBLM_BASE_ESCAPE_H
#define PTBLM_BASE_ESCAPE_H

#include <stddef.h>

#include "lib/base/buf.h"
#include "lib/base/err.h"

/* What else is done, or'ed; 0 for none of it. */
enum escape {
    ESCAPE_LETTERS = 1,   /* line feed, tab and carriage return as "\n", "\t", "\r" */
    ESCAPE_BACKSLASH = 2, /* a backslash too, so that the text can be told from the escapes */
};

/* Appends n bytes, escaped. */
enum status escape_add(struct buf *out, const char *bytes, size_t n, unsigned how, struct err *err);

/* Fills `out` with n bytes, escaped, and returns it; cut with "..." if they do not fit, between
 * characters and escapes. size >= 16. */
const char *escape_cut(char *out, size_t size, const char *bytes, size_t n, unsigned how);

/* A short string for a message, by value. */
struct escaped {
    char text[160];
};
struct escaped escape_text(const char *text);

/* Words of a text for a message, by value, in single quotes: "'word'", "'a\x01b'", "'aaa...'" if
 * there are many bytes. Backslashes are escaped too. */
struct quoted {
    char text[88];
};
struct quoted escape_quoted(const char *bytes, size_t n);

/* What a library says, as one line of ASCII without blanks at its end: `out` filled and returned.
 * Some end with a line feed, or quote bytes that they have read. */
const char *escape_line(char *out, size_t size, const char *text);

#endif
