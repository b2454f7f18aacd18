#include "lib/base/arena.h"

#include <stdint.h>

#include "lib/base/mem.h"

/* Blocks from which the pieces are cut. */
struct arena_block {
    struct arena_block *next;
    size_t used, cap; /* of bytes */
    char bytes[];
};
enum { FIRST_BYTES = 1 << 12, MOST_BYTES = 1 << 18, ALIGN = _Alignof(uint64_t), LINE = MEM_ALIGN };

/* Each block has twice the room of the one before, so that an arena of a few pieces stays small. */
static size_t next_cap(const struct arena *a)
{
    if (a->blocks == NULL)
        return FIRST_BYTES;
    return a->blocks->cap < MOST_BYTES / 2 ? 2 * a->blocks->cap : MOST_BYTES;
}

/* Where in the block the next piece begins: at the first free place, or, if its bytes [from, to)
 * would then touch one cache line too many, so much later that byte `from` begins a line. */
static size_t place(const struct arena_block *block, size_t from, size_t to)
{
    const size_t at = (block->used + ALIGN - 1) / ALIGN * ALIGN;
    const size_t in_line = (offsetof(struct arena_block, bytes) + at + from) % LINE;
    const size_t rest = (to - from) % LINE;
    return in_line == 0 || (rest > 0 && in_line + rest <= LINE) ? at : at + LINE - in_line;
}

static enum status add_block(struct arena *a, size_t cap, struct err *err)
{
    struct arena_block *block = mem_unset(sizeof *block + cap, 1, err);
    if (block == NULL)
        return ST_NOMEM;
    *block = (struct arena_block){.next = a->blocks, .cap = cap};
    a->blocks = block;
    return ST_OK;
}

void *arena_take(struct arena *a, size_t size, size_t from, size_t to, struct err *err)
{
    if (a->blocks == NULL || place(a->blocks, from, to) + size > a->blocks->cap) {
        const size_t next = next_cap(a), most = size + LINE;
        if (add_block(a, most > next ? most : next, err) != ST_OK)
            return NULL;
    }
    struct arena_block *block = a->blocks;
    const size_t at = place(block, from, to);
    block->used = at + size;
    return block->bytes + at;
}

void arena_fini(struct arena *a)
{
    while (a->blocks != NULL) {
        struct arena_block *next = a->blocks->next;
        mem_free(a->blocks);
        a->blocks = next;
    }
}
