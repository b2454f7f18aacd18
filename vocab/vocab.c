/* Words and their ids: one hash table (the only use of uthash), one array by id, and one arena
 * that holds every entry with its word. Nothing depends on the table's order. */
#include "vocab/vocab.h"

#include <string.h>

#include "lib/base/hash.h"
#include "lib/base/mem.h"
#include "vocab/quote.h"
#include "vocab/tokenizer.h"
#include "vocab/vocab_build.h"

#define HASH_NONFATAL_OOM          1
#define uthash_nonfatal_oom(entry) ((entry)->id = NOT_ADDED)
#define uthash_malloc(size)        mem_resize(NULL, size, 1, NULL)
#define uthash_free(block, size)   mem_free(block)
#include <uthash.h>

enum { NOT_ADDED = -1 };

struct entry {
    uint64_t count;
    int32_t id;
    UT_hash_handle hh;
    char word[]; /* NUL behind it */
};

/* Blocks from which entries are cut. */
struct block {
    struct block *next;
    size_t used, cap;
    char bytes[];
};
enum { BLOCK_BYTES = 1 << 18 };

struct vocab {
    struct entry *table; /* of uthash */
    struct block *blocks;
    struct entry **by_id; /* [size], room for [room] */
    size_t size, room;
    int32_t unk, eos;
    uint64_t hash;
};

enum status vocab_new(struct vocab **v, struct err *err)
{
    struct vocab *made = mem_zeroed(1, sizeof *made, err);
    if (made == NULL)
        return ST_NOMEM;
    made->unk = made->eos = -1;
    *v = made;
    return ST_OK;
}

void vocab_free(struct vocab *v)
{
    if (v == NULL)
        return;
    HASH_CLEAR(hh, v->table);
    while (v->blocks != NULL) {
        struct block *next = v->blocks->next;
        mem_free(v->blocks);
        v->blocks = next;
    }
    mem_free(v->by_id);
    mem_free(v);
}

/* `size` bytes aligned for an entry, NULL with *err set when out of memory. */
static void *arena_take(struct vocab *v, size_t size, struct err *err)
{
    const size_t align = _Alignof(struct entry);
    const size_t padded = (size + align - 1) / align * align;
    if (v->blocks == NULL || v->blocks->cap - v->blocks->used < padded) {
        const size_t cap = padded > BLOCK_BYTES ? padded : BLOCK_BYTES;
        struct block *block = mem_resize(NULL, sizeof *block + cap, 1, err);
        if (block == NULL)
            return NULL;
        *block = (struct block){.next = v->blocks, .cap = cap};
        v->blocks = block;
    }
    void *taken = v->blocks->bytes + v->blocks->used;
    v->blocks->used += padded;
    return taken;
}

static unsigned word_hash(const char *word, size_t len)
{
    const uint64_t hash = hash_bytes(word, len);
    return (unsigned)(hash ^ hash >> 32);
}

static struct entry *find(const struct vocab *v, const char *word, size_t len, unsigned hash)
{
    struct entry *found;
    HASH_FIND_BYHASHVALUE(hh, v->table, word, len, hash, found);
    return found;
}

static enum status check_new_word(const struct vocab *v, const char *word, size_t len,
                                  struct err *err)
{
    if (len == 0)
        return err_set(err, ST_INPUT, "an empty word cannot be in a vocabulary");
    if (len > TOKEN_MAX)
        return err_set(err, ST_INPUT, "the word %s has %zu bytes, the most is %d",
                       quote_bytes(word, len).text, len, TOKEN_MAX);
    if (memchr(word, '\0', len) != NULL || memchr(word, '\n', len) != NULL)
        return err_set(err, ST_INPUT, "the word %s has a NUL or a line end in it",
                       quote_bytes(word, len).text);
    if (v->size >= VOCAB_MAX)
        return err_set(err, ST_INPUT,
                       "there are more than %d different words, too many for a vocabulary: take "
                       "less text or a tokenizer that makes fewer of them",
                       VOCAB_MAX);
    return ST_OK;
}

static enum status make_room(struct vocab *v, struct err *err)
{
    if (v->size < v->room)
        return ST_OK;
    const size_t room = v->room == 0 ? 1024 : 2 * v->room;
    struct entry **by_id = mem_resize(v->by_id, room, sizeof *by_id, err);
    if (by_id == NULL)
        return ST_NOMEM;
    v->by_id = by_id;
    v->room = room;
    return ST_OK;
}

static enum status append_hashed(struct vocab *v, const char *word, size_t len, unsigned hash,
                                 uint64_t count, struct err *err)
{
    TRY(check_new_word(v, word, len, err));
    TRY(make_room(v, err));
    struct entry *entry = arena_take(v, sizeof *entry + len + 1, err);
    if (entry == NULL)
        return ST_NOMEM;
    *entry = (struct entry){.count = count, .id = (int32_t)v->size};
    memcpy(entry->word, word, len);
    entry->word[len] = '\0';
    HASH_ADD_KEYPTR_BYHASHVALUE(hh, v->table, entry->word, len, hash, entry);
    if (entry->id == NOT_ADDED)
        return err_set(err, ST_NOMEM, "out of memory: a vocabulary of more than %zu words",
                       v->size);
    v->by_id[v->size++] = entry;
    return ST_OK;
}

enum status vocab_append(struct vocab *v, const char *word, size_t len, uint64_t count,
                         struct err *err)
{
    return append_hashed(v, word, len, word_hash(word, len), count, err);
}

enum status vocab_tally(struct vocab *v, const char *word, size_t len, struct err *err)
{
    const unsigned hash = word_hash(word, len);
    struct entry *found = find(v, word, len, hash);
    if (found == NULL)
        return append_hashed(v, word, len, hash, 1, err);
    found->count++;
    return ST_OK;
}

/* Words hold no line end, so that one behind each keeps different lists apart. */
static enum status hash_words(struct vocab *v, struct err *err)
{
    struct hash *hash;
    TRY(hash_new(&hash, err));
    for (size_t i = 0; i < v->size; i++) {
        hash_add(hash, v->by_id[i]->word, v->by_id[i]->hh.keylen);
        hash_add(hash, "\n", 1);
    }
    v->hash = hash_digest(hash);
    hash_free(hash);
    return ST_OK;
}

enum status vocab_finish(struct vocab *v, struct err *err)
{
    v->unk = vocab_find(v, TOKEN_UNK, strlen(TOKEN_UNK));
    v->eos = vocab_find(v, TOKEN_EOS, strlen(TOKEN_EOS));
    if (v->unk < 0 || v->eos < 0)
        return err_set(err, ST_INPUT, "a vocabulary must have the word %s",
                       v->unk < 0 ? TOKEN_UNK : TOKEN_EOS);
    return hash_words(v, err);
}

size_t vocab_size(const struct vocab *v)
{
    return v->size;
}

int32_t vocab_unk(const struct vocab *v)
{
    return v->unk;
}

int32_t vocab_eos(const struct vocab *v)
{
    return v->eos;
}

int32_t vocab_find(const struct vocab *v, const char *word, size_t len)
{
    if (len > TOKEN_MAX)
        return -1;
    const struct entry *found = find(v, word, len, word_hash(word, len));
    return found == NULL ? -1 : found->id;
}

const char *vocab_word(const struct vocab *v, int32_t id)
{
    return v->by_id[id]->word;
}

uint64_t vocab_count(const struct vocab *v, int32_t id)
{
    return v->by_id[id]->count;
}

uint64_t vocab_hash(const struct vocab *v)
{
    return v->hash;
}
