#include "vocab/arena.h"

#include <stdint.h>

#include "lib/base/mem.h"

/* Blocks from which the pieces are cut. */
struct arena_block {
    struct arena_block *next;
    size_t used, cap;
    char bytes[];
};
enum { FIRST_BYTES = 1 << 12, MOST_BYTES = 1 << 18 };

/* Each block has twice the last one's room, so that a vocabulary of a few words stays small. */
static size_t next_cap(const struct arena *a)
{
    if (a->blocks == NULL)
        return FIRST_BYTES;
    return a->blocks->cap < MOST_BYTES / 2 ? 2 * a->blocks->cap : MOST_BYTES;
}

void *arena_take(struct arena *a, size_t size, struct err *err)
{
    const size_t align = _Alignof(uint64_t);
    const size_t padded = (size + align - 1) / align * align;
    if (a->blocks == NULL || a->blocks->cap - a->blocks->used < padded) {
        const size_t next = next_cap(a), cap = padded > next ? padded : next;
        struct arena_block *block = mem_resize(NULL, sizeof *block + cap, 1, err);
        if (block == NULL)
            return NULL;
        *block = (struct arena_block){.next = a->blocks, .cap = cap};
        a->blocks = block;
    }
    void *taken = a->blocks->bytes + a->blocks->used;
    a->blocks->used += padded;
    return taken;
}

void arena_fini(struct arena *a)
{
    while (a->blocks != NULL) {
        struct arena_block *next = a->blocks->next;
        mem_free(a->blocks);
        a->blocks = next;
    }
}
