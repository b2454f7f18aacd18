/* Words and their ids: the words lie in a hash table that numbers them, counts beside it. */
#include "vocab/vocab.h"

#include <stdio.h>
#include <string.h>

#include "lib/base/escape.h"
#include "lib/base/hash.h"
#include "lib/base/hash_table.h"
#include "lib/base/mem.h"
#include "vocab/tokenizer/tokenizer.h"
#include "vocab/vocab_private.h"

_Static_assert((int)TOKEN_BATCH <= (int)HASH_TABLE_BATCH, "a batch of tokens is one of the table");

struct vocab {
    struct hash_table words; /* a word's number is its id */
    uint64_t *counts;        /* [V], room for [room] */
    size_t room;
    int32_t unk, eos;
    uint64_t hash;
};

enum status vocab_new(struct vocab **v, struct err *err)
{
    struct vocab *made = mem_zeroed(1, sizeof *made, err);
    if (made == NULL)
        return ST_NOMEM;
    made->unk = made->eos = HASH_TABLE_NONE;
    *v = made;
    return ST_OK;
}

void vocab_free(struct vocab *v)
{
    if (v == NULL)
        return;
    hash_table_fini(&v->words);
    mem_free(v->counts);
    mem_free(v);
}

static enum status refuse_word(struct slice word, const char *reason, struct err *err)
{
    return err_set(err, ST_INPUT, "the word %s has %s", escape_quoted(word.bytes, word.len).text,
                   reason);
}

/* Whether a word can be in a vocabulary, and there is a number left for it where it is new. */
static enum status check_word(const struct vocab *v, struct slice word, struct err *err)
{
    if (word.len == 0)
        return err_set(err, ST_INPUT, "an empty word cannot be in a vocabulary");
    if (word.len > TOKEN_MAX) {
        char reason[60];
        snprintf(reason, sizeof reason, "%zu bytes, the most is %d", word.len, TOKEN_MAX);
        return refuse_word(word, reason, err);
    }
    if (memchr(word.bytes, '\0', word.len) != NULL || memchr(word.bytes, '\n', word.len) != NULL)
        return refuse_word(word, "a NUL or a line end in it", err);
    if (vocab_size(v) >= VOCAB_MAX && vocab_find(v, word.bytes, word.len) < 0)
        return err_set(err, ST_INPUT,
                       "there are more than %d different words, too many for a vocabulary: take "
                       "less text or a tokenizer that makes fewer of them",
                       VOCAB_MAX);
    return ST_OK;
}

/* Makes room for one more count. */
static enum status reserve_count(struct vocab *v, struct err *err)
{
    if (vocab_size(v) < v->room)
        return ST_OK;
    const size_t room = v->room == 0 ? 1024 : 2 * v->room;
    uint64_t *counts = mem_resize(v->counts, room, sizeof *counts, err);
    if (counts == NULL)
        return ST_NOMEM;
    v->counts = counts;
    v->room = room;
    return ST_OK;
}

enum status vocab_add(struct vocab *v, struct slice word, uint64_t count, int32_t *id,
                      struct err *err)
{
    TRY(check_word(v, word, err));
    TRY(reserve_count(v, err));
    const size_t n = vocab_size(v);
    TRY(hash_table_add(&v->words, word.bytes, word.len, id, err));
    v->counts[*id] = ((size_t)*id < n ? v->counts[*id] : 0) + count;
    return ST_OK;
}

enum status vocab_tally(struct vocab *v, const struct slice *words, size_t n, int32_t *ids,
                        struct err *err)
{
    vocab_find_all(v, words, n, ids);
    for (size_t i = 0; i < n; i++) {
        if (ids[i] >= 0)
            v->counts[ids[i]]++;
        else
            TRY(vocab_add(v, words[i], 1, &ids[i], err));
    }
    return ST_OK;
}

enum status vocab_arrange(struct vocab *v, const struct vocab_ranked *list, size_t n,
                          struct err *err)
{
    int32_t *order = mem_resize(NULL, n, sizeof *order, err);
    if (order == NULL)
        return ST_NOMEM;
    for (size_t i = 0; i < n; i++)
        order[i] = list[i].number;
    const enum status status = hash_table_arrange(&v->words, order, n, err);
    for (size_t i = 0; status == ST_OK && i < n; i++)
        v->counts[i] = list[i].count;
    mem_free(order);
    return status;
}

/* Words hold no line end, so one after each keeps different lists apart. */
static enum status hash_words(struct vocab *v, struct err *err)
{
    struct hash *hash;
    TRY(hash_new(&hash, err));
    for (int32_t id = 0; id < (int32_t)vocab_size(v); id++) {
        const struct slice word = vocab_slice(v, id);
        hash_add(hash, word.bytes, word.len);
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
    return hash_table_size(&v->words);
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
    return hash_table_find(&v->words, word, len);
}

void vocab_find_all(const struct vocab *v, const struct slice *words, size_t n, int32_t *ids)
{
    hash_table_find_all(&v->words, words, n, ids);
}

const char *vocab_word(const struct vocab *v, int32_t id)
{
    return vocab_slice(v, id).bytes;
}

struct slice vocab_slice(const struct vocab *v, int32_t id)
{
    return hash_table_get(&v->words, id);
}

uint64_t vocab_count(const struct vocab *v, int32_t id)
{
    return v->counts[id];
}

uint64_t vocab_total(const struct vocab *v)
{
    uint64_t total = 0;
    for (size_t id = 0; id < vocab_size(v); id++)
        total += v->counts[id];
    return total;
}

uint64_t vocab_hash(const struct vocab *v)
{
    return v->hash;
}
