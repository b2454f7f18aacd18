/* Many small pieces of memory that are released together. A zeroed arena is an empty one. */
#ifndef PTBLM_VOCAB_ARENA_H
#define PTBLM_VOCAB_ARENA_H

#include <stddef.h>

#include "lib/base/err.h"

struct arena {
    struct arena_block *blocks;
};

/* `size` bytes, aligned for 64-bit numbers, that stay where they are until arena_fini; NULL with
 * *err set when out of memory. */
void *arena_take(struct arena *a, size_t size, struct err *err);

void arena_fini(struct arena *a);

#endif
