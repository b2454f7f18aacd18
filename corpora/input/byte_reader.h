/* Where bytes come from: one step of the way from a source to its lines. */
#ifndef PTBLM_CORPORA_BYTE_READER_H
#define PTBLM_CORPORA_BYTE_READER_H

#include <stddef.h>

#include "lib/base/err.h"

struct byte_reader {
    /* Up to `cap` bytes into buf, cap > 0; *got == 0 is the end. */
    enum status (*read)(void *ctx, void *buf, size_t cap, size_t *got, struct err *err);
    void *ctx;
};

#endif
