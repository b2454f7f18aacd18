#include "lib/base/mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* Sets *bytes to count * size, but at least to 1, so that an empty block is still a block. */
static enum status checked_bytes(size_t count, size_t size, size_t *bytes, struct err *err)
{
    if (__builtin_mul_overflow(count, size, bytes) || *bytes > PTRDIFF_MAX - MEM_ALIGN)
        return err_set(err, ST_NOMEM, "out of memory: %zu elements of %zu bytes do not fit", count,
                       size);
    if (*bytes == 0)
        *bytes = 1;
    return ST_OK;
}

/* Blocks of at least LARGE bytes ask for huge pages: products walk over rows that each lie on a
 * different small page. */
enum { HUGE_PAGE = 1 << 21, LARGE = 4 * HUGE_PAGE };

/* An aligned block of *padded bytes, or NULL with *err set. */
static void *allocate(size_t count, size_t size, size_t *padded, struct err *err)
{
    size_t bytes;
    if (checked_bytes(count, size, &bytes, err) != ST_OK)
        return NULL;
    const size_t align = bytes >= LARGE ? HUGE_PAGE : MEM_ALIGN;
    *padded = (bytes + MEM_ALIGN - 1) / MEM_ALIGN * MEM_ALIGN;
    void *block = aligned_alloc(align, (bytes + align - 1) / align * align);
    if (block == NULL)
        err_set(err, ST_NOMEM, "out of memory: cannot allocate %zu bytes", *padded);
    else if (align == HUGE_PAGE)
        madvise(block, *padded, MADV_HUGEPAGE); /* a failure only costs time */
    return block;
}

void *mem_zeroed(size_t count, size_t size, struct err *err)
{
    size_t padded;
    void *block = allocate(count, size, &padded, err);
    return block == NULL ? NULL : memset(block, 0, padded);
}

void *mem_unset(size_t count, size_t size, struct err *err)
{
    size_t padded;
    return allocate(count, size, &padded, err);
}

void *mem_resize(void *block, size_t count, size_t size, struct err *err)
{
    size_t bytes;
    if (checked_bytes(count, size, &bytes, err) != ST_OK)
        return NULL;
    void *grown = realloc(block, bytes);
    if (grown == NULL)
        err_set(err, ST_NOMEM, "out of memory: cannot allocate %zu bytes", bytes);
    return grown;
}

char *mem_copy_string(const char *text, size_t len, struct err *err)
{
    char *copy = mem_resize(NULL, len + 1, 1, err);
    if (copy == NULL)
        return NULL;
    if (len > 0)
        memcpy(copy, text, len);
    copy[len] = '\0';
    return copy;
}

void mem_free(void *block)
{
    free(block);
}
