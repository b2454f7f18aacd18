/* Words and their ids: a hash table, an array of entries by id, and an arena that holds each entry
 * with its word. A look-up is done for every token of a corpus, so the table is flat: open
 * addressing with linear probing, half full at the most, with the keys in it. Words of one byte,
 * all that there is of ASCII text cut into characters, are found without hashing. Nothing depends
 * on the table's order. */
#include "vocab/vocab.h"

#include <stdbool.h>
#include <string.h>

#include "lib/base/hash.h"
#include "lib/base/mem.h"
#include "vocab/arena.h"
#include "vocab/quote.h"
#include "vocab/tokenizer/tokenizer.h"
#include "vocab/vocab_build.h"
#include "vocab/word_key.h"

struct entry {
    uint32_t len;
    char word[]; /* [len], NUL behind it */
};

struct slot {
    struct word_key key;
    int32_t next_id; /* the word's id + 1; 0: the slot is free */
};
enum {
    BYTE_SLOTS = 256,      /* one for each word of one byte, in front of the others */
    FIRST_SLOTS = 1 << 10, /* of the others; a power of two, as every later number of them is */
};

struct vocab {
    struct slot *slots; /* [BYTE_SLOTS + n_slots] */
    size_t n_slots, n_hashed;
    struct arena arena;
    struct entry **by_id; /* [size], room for [room] */
    uint64_t *counts;     /* the same */
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
    made->n_slots = FIRST_SLOTS;
    made->slots = mem_zeroed(BYTE_SLOTS + FIRST_SLOTS, sizeof *made->slots, err);
    if (made->slots == NULL) {
        mem_free(made);
        return ST_NOMEM;
    }
    *v = made;
    return ST_OK;
}

void vocab_free(struct vocab *v)
{
    if (v == NULL)
        return;
    mem_free(v->slots);
    arena_fini(&v->arena);
    mem_free(v->by_id);
    mem_free(v->counts);
    mem_free(v);
}

/* Where the search for a word begins. */
static inline struct slot *first_slot(const struct vocab *v, const struct word_key *key)
{
    return &v->slots[BYTE_SLOTS + (key->hash & (v->n_slots - 1))];
}

static inline bool holds(const struct vocab *v, const struct slot *slot, const char *word,
                         const struct word_key *key)
{
    return slot->key.lo == key->lo && slot->key.hi == key->hi && slot->key.len == key->len &&
           (key->len <= WORD_KEY_EXACT ||
            memcmp(v->by_id[slot->next_id - 1]->word, word, key->len) == 0);
}

/* The slot that holds the word, or the free one where it belongs. */
static inline struct slot *find_slot(const struct vocab *v, const char *word,
                                     const struct word_key *key)
{
    if (key->len == 1)
        return &v->slots[(unsigned char)word[0]];
    struct slot *slot = first_slot(v, key);
    const struct slot *end = v->slots + BYTE_SLOTS + v->n_slots;
    while (slot->next_id != 0 && !holds(v, slot, word, key))
        slot = slot + 1 == end ? v->slots + BYTE_SLOTS : slot + 1;
    return slot;
}

/* The keys of some words. The memory that looking for them will touch is asked for at once: a
 * vocabulary does not fit into the nearest caches, and to wait for each word would be most of the
 * work. */
static void make_keys(const struct vocab *v, const struct token *words, size_t n,
                      struct word_key *keys)
{
    for (size_t i = 0; i < n; i++) {
        keys[i].len = 1;
        if (words[i].len == 1)
            continue;
        keys[i] = word_key_of(words[i].bytes, words[i].len);
        __builtin_prefetch(first_slot(v, &keys[i]));
    }
}

static void move_slots(struct slot *to, size_t n_to, const struct slot *from, size_t n_from)
{
    memcpy(to, from, BYTE_SLOTS * sizeof *to);
    for (size_t i = BYTE_SLOTS; i < BYTE_SLOTS + n_from; i++) {
        size_t at = from[i].key.hash;
        if (from[i].next_id == 0)
            continue;
        while (to[BYTE_SLOTS + (at & (n_to - 1))].next_id != 0)
            at++;
        to[BYTE_SLOTS + (at & (n_to - 1))] = from[i];
    }
}

/* Makes sure that one word more leaves half of the slots free; *grown where they moved. */
static enum status grow_slots(struct vocab *v, bool *grown, struct err *err)
{
    *grown = 2 * (v->n_hashed + 1) > v->n_slots;
    if (!*grown)
        return ST_OK;
    const size_t n = 2 * v->n_slots;
    struct slot *slots = mem_zeroed(BYTE_SLOTS + n, sizeof *slots, err);
    if (slots == NULL)
        return ST_NOMEM;
    move_slots(slots, n, v->slots, v->n_slots);
    mem_free(v->slots);
    v->slots = slots;
    v->n_slots = n;
    return ST_OK;
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
    uint64_t *counts = mem_resize(v->counts, room, sizeof *counts, err);
    if (counts == NULL)
        return ST_NOMEM;
    v->counts = counts;
    v->room = room;
    return ST_OK;
}

/* Fills the free slot that find_slot gave. */
static enum status append_at(struct vocab *v, struct slot *slot, const struct word_key *key,
                             const char *word, size_t len, uint64_t count, struct err *err)
{
    bool grown;
    TRY(check_new_word(v, word, len, err));
    TRY(make_room(v, err));
    TRY(grow_slots(v, &grown, err));
    if (grown)
        slot = find_slot(v, word, key);
    struct entry *entry = arena_take(&v->arena, sizeof *entry + len + 1, err);
    if (entry == NULL)
        return ST_NOMEM;
    entry->len = (uint32_t)len;
    memcpy(entry->word, word, len);
    entry->word[len] = '\0';
    v->n_hashed += len > 1;
    v->by_id[v->size] = entry;
    v->counts[v->size++] = count;
    *slot = (struct slot){*key, (int32_t)v->size};
    return ST_OK;
}

enum status vocab_append(struct vocab *v, const char *word, size_t len, uint64_t count,
                         struct err *err)
{
    const struct word_key key = word_key_of(word, len);
    return append_at(v, find_slot(v, word, &key), &key, word, len, count, err);
}

enum status vocab_tally(struct vocab *v, const struct token *words, size_t n, int32_t *ids,
                        struct err *err)
{
    struct word_key keys[TOKEN_BATCH];
    make_keys(v, words, n, keys);
    for (size_t i = 0; i < n; i++) {
        struct slot *slot = find_slot(v, words[i].bytes, &keys[i]);
        if (slot->next_id != 0) {
            ids[i] = slot->next_id - 1;
            v->counts[ids[i]]++;
        } else {
            ids[i] = (int32_t)v->size;
            TRY(append_at(v, slot, &keys[i], words[i].bytes, words[i].len, 1, err));
        }
    }
    return ST_OK;
}

/* Words hold no line end, so that one behind each keeps different lists apart. */
static enum status hash_words(struct vocab *v, struct err *err)
{
    struct hash *hash;
    TRY(hash_new(&hash, err));
    for (size_t i = 0; i < v->size; i++) {
        hash_add(hash, v->by_id[i]->word, v->by_id[i]->len);
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
    const struct word_key key = word_key_of(word, len);
    return find_slot(v, word, &key)->next_id - 1;
}

void vocab_find_all(const struct vocab *v, const struct token *words, size_t n, int32_t *ids)
{
    struct word_key keys[TOKEN_BATCH];
    make_keys(v, words, n, keys);
    for (size_t i = 0; i < n; i++)
        ids[i] = find_slot(v, words[i].bytes, &keys[i])->next_id - 1;
}

const char *vocab_word(const struct vocab *v, int32_t id)
{
    return v->by_id[id]->word;
}

uint64_t vocab_count(const struct vocab *v, int32_t id)
{
    return v->counts[id];
}

uint64_t vocab_hash(const struct vocab *v)
{
    return v->hash;
}
