/* Strings and their numbers, counted from 0 in the order in which they were added: the program's
 * one hash table, built on uthash with XXH3. A string may hold any bytes, and may be empty. The
 * numbers do not depend on the hash, whose seed is another in every process. */
#ifndef PTBLM_BASE_HASH_TABLE_H
#define PTBLM_BASE_HASH_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/err.h"

/* A zeroed struct is an empty table. Its members are private. */
struct hash_table {
    struct hash_table_entry *first;
    struct hash_table_entry **entries; /* [size] by number, room for [room] */
    size_t size, room;
    struct arena arena; /* where the entries lie */
    uint64_t seed;
    int32_t of_byte[256]; /* the number + 1 of each string of one byte, 0 where it is not there */
};

enum {
    HASH_TABLE_NONE = -1,
    HASH_TABLE_MAX = 1 << 28, /* strings at the most */
    HASH_TABLE_BATCH = 64,
};

/* The number of a string, or HASH_TABLE_NONE. */
int32_t hash_table_find(const struct hash_table *t, const char *bytes, size_t len);

/* The same of n <= HASH_TABLE_BATCH strings at once, which is quicker than one by one. */
void hash_table_find_all(const struct hash_table *t, const struct slice *keys, size_t n,
                         int32_t *numbers);

/* The number of a string, which is added unless it is there. After ST_NOMEM the table is as it was.
 */
enum status hash_table_add(struct hash_table *t, const char *bytes, size_t len, int32_t *number,
                           struct err *err);

/* String `number`, with a NUL after it that is not part of it; it stays where it is until
 * hash_table_fini. 0 <= number < size. */
struct slice hash_table_get(const struct hash_table *t, int32_t number);

/* String order[i] becomes number i; those that are not among the n of `order` are no longer in the
 * table, but stay where they are. No number may be in `order` twice. After ST_NOMEM the table is as
 * it was. */
enum status hash_table_arrange(struct hash_table *t, const int32_t *order, size_t n,
                               struct err *err);

static inline size_t hash_table_size(const struct hash_table *t)
{
    return t->size;
}

void hash_table_fini(struct hash_table *t);

#endif
