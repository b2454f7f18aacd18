/* Memory blocks with checked sizes. Every block is released with mem_free. */
#ifndef PTBLM_BASE_MEM_H
#define PTBLM_BASE_MEM_H

#include <stddef.h>

#include "lib/base/err.h"

/* Alignment in bytes of mem_zeroed and mem_unset blocks: a cache line, and the widest vector
 * register. */
#define MEM_ALIGN 64

/* n floats rounded up to whole MEM_ALIGN: where the next part of a block begins aligned. */
static inline size_t mem_padded_floats(size_t n)
{
    enum { FLOATS = MEM_ALIGN / sizeof(float) };
    return (n + FLOATS - 1) / FLOATS * FLOATS;
}

/* A zeroed block of `count` elements of `size` bytes, aligned to MEM_ALIGN. Returns NULL with *err
 * set (ST_NOMEM) if the product overflows or memory runs out; count 0 gives a valid block. */
void *mem_zeroed(size_t count, size_t size, struct err *err);

/* The same with bytes that are not set, so that unused parts of a large block cost nothing. */
void *mem_unset(size_t count, size_t size, struct err *err);

/* Grows or shrinks a block like realloc, without any promise of alignment; new bytes are not set.
 * On failure returns NULL with *err set, and `block` stays valid. */
void *mem_resize(void *block, size_t count, size_t size, struct err *err);

/* A copy of `len` bytes with a NUL after them; NULL with *err set on failure. */
char *mem_copy_string(const char *text, size_t len, struct err *err);

/* NULL is allowed. */
void mem_free(void *block);

#endif
