/* uthash chains its entries: a bucket points to the first, each entry to the next. Buckets and
 * entries are seldom in the nearest caches, so a batch of look-ups prefetches all buckets, then all
 * entries, and only then compares. What a look-up reads of an entry lies in one cache line. */
#include "lib/base/hash_table.h"

#include <stdbool.h>
#include <string.h>

#include "lib/base/hash.h"
#include "lib/base/mem.h"

/* What a string is found by. A string of up to 16 bytes lies in the key, as pieces that cover all
 * of it and may overlap, so that all such strings are hashed and compared by the same instructions:
 * branches on the lengths of words are hard to predict. The key of a longer string points to it. */
enum { SHORT_MAX = 16 };
union key {
    uint64_t halves[2];
    const char *text;
};
_Static_assert(sizeof(union key) == SHORT_MAX, "hash_seeded_16 hashes a key");

static inline uint64_t load(const char *bytes, size_t n)
{
    uint64_t word = 0;
    memcpy(&word, bytes, n);
    return word;
}

static inline union key key_of(const char *bytes, size_t len)
{
    union key k = {{0, 0}};
    if (len > SHORT_MAX) {
        k.text = bytes;
    } else if (len >= 8) {
        k.halves[0] = load(bytes, 8);
        k.halves[1] = load(bytes + len - 8, 8);
    } else if (len >= 2) {
        const char *middle = bytes + len / 2 - 1;
        k.halves[0] = load(bytes, 2) | load(middle, 2) << 16 | load(middle + len % 2, 2) << 32 |
                      load(bytes + len - 2, 2) << 48;
    } else if (len == 1) {
        k.halves[0] = load(bytes, 1);
    }
    return k;
}

static inline uint64_t hash_key(const union key *k, size_t len, uint64_t seed)
{
    return len > SHORT_MAX ? hash_seeded(k->text, len, seed)
                           : hash_seeded_16(k->halves, seed + len);
}

/* Of two strings of one length. */
static inline bool differ(const union key *a, const union key *b, size_t len)
{
    return len > SHORT_MAX ? memcmp(a->text, b->text, len) != 0
                           : ((a->halves[0] ^ b->halves[0]) | (a->halves[1] ^ b->halves[1])) != 0;
}

/* Settings of uthash, whose macros are expanded in functions that have a table `t` and an `err`.
 * When memory runs out it undoes the change and says so. */
#define HASH_NONFATAL_OOM           1
#define HASH_KEYCMP(a, b, n)        differ(a, b, n)
#define HASH_FUNCTION(key, n, hash) ((hash) = (unsigned)hash_key(key, n, t->seed))
#define uthash_malloc(size)         mem_unset(size, 1, err)
#define uthash_free(block, size)    mem_free(block)
#include <uthash.h>

struct hash_table_entry {
    UT_hash_handle hh;
    union key key;
    int32_t number;
    char text[]; /* [hh.keylen], and a NUL */
};
enum { /* what a look-up reads of an entry */
       HOT_FROM = offsetof(struct hash_table_entry, hh.hh_next),
       HOT_TO = offsetof(struct hash_table_entry, text),
};

static inline int32_t find_hashed(const struct hash_table *t, const union key *key, size_t len,
                                  unsigned hash)
{
    struct hash_table_entry *found = NULL;
    HASH_FIND_BYHASHVALUE(hh, t->first, key, len, hash, found);
    return found == NULL ? HASH_TABLE_NONE : found->number;
}

int32_t hash_table_find(const struct hash_table *t, const char *bytes, size_t len)
{
    if (len == 1)
        return t->of_byte[(unsigned char)bytes[0]] - 1;
    const union key key = key_of(bytes, len);
    unsigned hash;
    HASH_VALUE(&key, len, hash);
    return find_hashed(t, &key, len, hash);
}

static inline UT_hash_bucket *bucket_of(const UT_hash_table *table, unsigned hash)
{
    unsigned bucket;
    HASH_TO_BKT(hash, table->num_buckets, bucket);
    return &table->buckets[bucket];
}

/* The keys of a batch that must be hashed. */
struct batch {
    size_t n;
    union key key[HASH_TABLE_BATCH];
    unsigned hash[HASH_TABLE_BATCH];
    unsigned char at[HASH_TABLE_BATCH]; /* which key of the batch each is */
};

/* Finds the keys of one byte, hashes the others and prefetches what finding them will read. */
static void begin(const struct hash_table *t, const struct slice *keys, size_t n, int32_t *numbers,
                  struct batch *b)
{
    const UT_hash_table *table = t->first->hh.tbl;
    b->n = 0;
    for (size_t i = 0; i < n; i++) {
        if (keys[i].len == 1) {
            numbers[i] = t->of_byte[(unsigned char)keys[i].bytes[0]] - 1;
            continue;
        }
        b->key[b->n] = key_of(keys[i].bytes, keys[i].len);
        HASH_VALUE(&b->key[b->n], keys[i].len, b->hash[b->n]);
        __builtin_prefetch(bucket_of(table, b->hash[b->n]));
        b->at[b->n++] = (unsigned char)i;
    }
    for (size_t i = 0; i < b->n; i++) {
        const UT_hash_handle *head = bucket_of(table, b->hash[i])->hh_head;
        if (head != NULL)
            __builtin_prefetch((const char *)head + HOT_FROM);
    }
}

void hash_table_find_all(const struct hash_table *t, const struct slice *keys, size_t n,
                         int32_t *numbers)
{
    struct batch b;
    if (t->first == NULL) {
        for (size_t i = 0; i < n; i++)
            numbers[i] = HASH_TABLE_NONE;
        return;
    }
    begin(t, keys, n, numbers, &b);
    for (size_t i = 0; i < b.n; i++)
        numbers[b.at[i]] = find_hashed(t, &b.key[i], keys[b.at[i]].len, b.hash[i]);
}

/* Makes room for one more number. */
static enum status reserve_number(struct hash_table *t, struct err *err)
{
    if (t->size >= HASH_TABLE_MAX)
        return err_set(err, ST_NOMEM, "out of memory: a table holds %d strings at most",
                       HASH_TABLE_MAX);
    if (t->size < t->room)
        return ST_OK;
    const size_t room = t->room == 0 ? 64 : 2 * t->room;
    struct hash_table_entry **entries = mem_resize(t->entries, room, sizeof *entries, err);
    if (entries == NULL)
        return ST_NOMEM;
    t->entries = entries;
    t->room = room;
    return ST_OK;
}

/* Keeps at least two buckets for each entry. uthash by itself expands when a chain has ten: then
 * chains would be longer, and the number of allocations would depend on the seed. */
static enum status reserve_bucket(struct hash_table *t, struct err *err)
{
    bool failed = false;
    if (t->first != NULL && t->first->hh.tbl->num_buckets < 2 * (t->size + 1))
        HASH_EXPAND_BUCKETS(hh, t->first->hh.tbl, failed);
    return failed ? ST_NOMEM : ST_OK;
}

static struct hash_table_entry *make_entry(struct hash_table *t, const char *bytes, size_t len,
                                           struct err *err)
{
    const size_t size = offsetof(struct hash_table_entry, text) + len + 1;
    struct hash_table_entry *made = arena_take(&t->arena, size, HOT_FROM, HOT_TO, err);
    if (made == NULL)
        return NULL;
    if (len > 0)
        memcpy(made->text, bytes, len);
    made->text[len] = '\0';
    return made;
}

static enum status append(struct hash_table *t, const char *bytes, size_t len, struct err *err)
{
    if (t->size == 0)
        t->seed = hash_seed();
    if (len > UINT32_MAX)
        return err_set(err, ST_NOMEM, "out of memory: a table cannot hold a string of %zu bytes",
                       len);
    TRY(reserve_number(t, err));
    TRY(reserve_bucket(t, err));
    struct hash_table_entry *entry = make_entry(t, bytes, len, err);
    if (entry == NULL)
        return ST_NOMEM;
    unsigned hash;
    entry->key = key_of(entry->text, len);
    HASH_VALUE(&entry->key, len, hash);
    HASH_ADD_KEYPTR_BYHASHVALUE(hh, t->first, &entry->key, len, hash, entry);
    if (entry->hh.tbl == NULL)
        return ST_NOMEM;
    entry->hh.tbl->noexpand = 1; /* reserve_bucket expands it */
    entry->number = (int32_t)t->size;
    t->entries[t->size++] = entry;
    if (len == 1)
        t->of_byte[(unsigned char)bytes[0]] = entry->number + 1;
    return ST_OK;
}

enum status hash_table_add(struct hash_table *t, const char *bytes, size_t len, int32_t *number,
                           struct err *err)
{
    *number = hash_table_find(t, bytes, len);
    if (*number != HASH_TABLE_NONE)
        return ST_OK;
    TRY(append(t, bytes, len, err));
    *number = (int32_t)t->size - 1;
    return ST_OK;
}

struct slice hash_table_get(const struct hash_table *t, int32_t number)
{
    const struct hash_table_entry *entry = t->entries[number];
    return (struct slice){entry->text, entry->hh.keylen};
}

static void set_number(struct hash_table *t, struct hash_table_entry *entry, int32_t number)
{
    entry->number = number;
    if (entry->hh.keylen == 1)
        t->of_byte[(unsigned char)entry->text[0]] = number + 1;
}

enum status hash_table_arrange(struct hash_table *t, const int32_t *order, size_t n,
                               struct err *err)
{
    struct hash_table_entry **arranged = mem_resize(NULL, n + 1, sizeof *arranged, err);
    if (arranged == NULL)
        return ST_NOMEM;
    for (size_t i = 0; i < t->size; i++)
        set_number(t, t->entries[i], HASH_TABLE_NONE);
    for (size_t i = 0; i < n; i++) {
        arranged[i] = t->entries[order[i]];
        set_number(t, arranged[i], (int32_t)i);
    }
    for (size_t i = 0; i < t->size; i++)
        if (t->entries[i]->number == HASH_TABLE_NONE)
            HASH_DEL(t->first, t->entries[i]);
    mem_free(t->entries);
    t->entries = arranged;
    t->size = n;
    t->room = n + 1;
    return ST_OK;
}

void hash_table_fini(struct hash_table *t)
{
    HASH_CLEAR(hh, t->first);
    arena_fini(&t->arena);
    mem_free(t->entries);
    *t = (struct hash_table){0};
}
