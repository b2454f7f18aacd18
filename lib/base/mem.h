/* Memory blocks with checked sizes. Every block is released with mem_free. */
#ifndef PTBLM_BASE_MEM_H
#define PTBLM_BASE_MEM_H

#include <stddef.h>

#include "lib/base/err.h"

/* Alignment in bytes of mem_zeroed and mem_unset blocks: a cache line, and the widest vector
 * register. */
#define MEM_ALIGN 64

/* A zeroed block of `count` elements of `size` bytes, aligned to MEM_ALIGN. Returns NULL with *err
 * set (ST_NOMEM) where the product overflows or memory is out; count 0 gives a valid block. */
void *mem_zeroed(size_t count, size_t size, struct err *err);

/* The same, but its bytes are not set, so that what is never used of a large block costs nothing.
 */
void *mem_unset(size_t count, size_t size, struct err *err);

/* Grows or shrinks a block like realloc, without promise of alignment; new bytes are not set. On
 * failure returns NULL with *err set, and `block` stays valid. */
void *mem_resize(void *block, size_t count, size_t size, struct err *err);

/* A copy of `len` bytes with a NUL behind them; NULL with *err set on failure. */
char *mem_copy_string(const char *text, size_t len, struct err *err);

/* NULL is allowed. */
void mem_free(void *block);

#endif
