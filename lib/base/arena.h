/* Many small pieces of memory that are released together. A zeroed arena is an empty one. */
#ifndef PTBLM_BASE_ARENA_H
#define PTBLM_BASE_ARENA_H

#include <stddef.h>

#include "lib/base/err.h"

struct arena {
    struct arena_block *blocks;
};

/* A piece of `size` bytes, aligned for pointers, that stays where it is until arena_fini; NULL with
 * *err set when memory runs out. Its bytes [from, to), from < to, touch as few cache lines as that
 * many bytes can. The bytes are not set. */
void *arena_take(struct arena *a, size_t size, size_t from, size_t to, struct err *err);

void arena_fini(struct arena *a);

#endif
