/* Quotes input in messages: control bytes are escaped, long words cut. */
#ifndef PTBLM_VOCAB_QUOTE_H
#define PTBLM_VOCAB_QUOTE_H

#include <stddef.h>

struct quote {
    char text[100];
};

/* The bytes between single quotes: "'word'", "'a\x01b'", "'aaa...'" if there are many. */
struct quote quote_bytes(const char *bytes, size_t len);

#endif
