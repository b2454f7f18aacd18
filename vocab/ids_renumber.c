/* From the numbers that a text's words had while they were counted to the ids of the vocabulary
 * made from the counts, in place: the text itself is not read again. */
#include <inttypes.h>
#include <stdbool.h>

#include "lib/base/mem.h"
#include "vocab/ids_private.h"

/* ids[n + 1] is the id of word number n, or OUT if the vocabulary does not have it; ids[0] is that
 * of IDS_LINE_END. */
struct renumbering {
    const struct vocab_counts *counts;
    const struct vocab *vocab;
    int32_t *ids; /* [1 + vocab_counts_size] */
};
enum { OUT = -1 };

/* The ids of words [from, from + n), n <= TOKEN_BATCH. */
static void look_up(struct renumbering *r, size_t from, size_t n)
{
    struct slice words[TOKEN_BATCH];
    for (size_t i = 0; i < n; i++)
        words[i] = vocab_counts_word(r->counts, (int32_t)(from + i));
    vocab_find_all(r->vocab, words, n, r->ids + 1 + from);
}

static enum status look_up_all(struct renumbering *r, struct err *err)
{
    const size_t n = vocab_counts_size(r->counts);
    r->ids = mem_resize(NULL, n + 1, sizeof *r->ids, err);
    if (r->ids == NULL)
        return ST_NOMEM;
    r->ids[0] = vocab_eos(r->vocab);
    for (size_t i = 0; i < n; i += TOKEN_BATCH)
        look_up(r, i, n - i < TOKEN_BATCH ? n - i : TOKEN_BATCH);
    return ST_OK;
}

/* *unknown and *types are those of the whole text. */
static void sum_up(const struct renumbering *r, uint64_t *unknown, uint64_t *types)
{
    bool has_unk = false;
    *unknown = *types = 0;
    for (size_t i = 0; i < vocab_counts_size(r->counts); i++) {
        const int32_t id = r->ids[i + 1];
        has_unk |= id == vocab_unk(r->vocab) && vocab_counts_count(r->counts, (int32_t)i) > 0;
        *types += id != OUT && vocab_counts_count(r->counts, (int32_t)i) > 0;
        *unknown += id == OUT ? vocab_counts_count(r->counts, (int32_t)i) : 0;
    }
    *types += *unknown > 0 && !has_unk;
}

/* Finds the first token that is left out, for the message. */
static enum status refuse_first(const struct renumbering *r, const struct ids *ids,
                                const char *name, struct err *err)
{
    int32_t room[IDS_CHUNK];
    const int32_t *chunk;
    uint64_t line = 1;
    for (size_t at = 0, n; at < ids->n; at += n) {
        TRY(ids_read(ids, at, room, &chunk, &n, err));
        for (size_t i = 0; i < n; i++) {
            line += chunk[i] == IDS_LINE_END;
            if (r->ids[chunk[i] + 1] != OUT)
                continue;
            return ids_refuse_unknown(name, line, vocab_counts_word(r->counts, chunk[i]), err);
        }
    }
    return ST_OK;
}

static enum status rewrite(const struct renumbering *r, struct ids *ids, struct err *err)
{
    int32_t room[IDS_CHUNK];
    const int32_t *chunk;
    for (size_t at = 0, n; at < ids->n; at += n) {
        TRY(ids_read(ids, at, room, &chunk, &n, err));
        int32_t *to = ids->file == NULL ? ids->owned + at : room;
        for (size_t i = 0; i < n; i++)
            to[i] = r->ids[chunk[i] + 1];
        if (ids->file != NULL)
            TRY(ids_put_at(ids->file, room, n, at, err));
    }
    return ST_OK;
}

enum status ids_renumber(struct ids *ids, const struct vocab_counts *counts,
                         const struct vocab *vocab, enum oov oov, const char *name, struct err *err)
{
    struct renumbering r = {.counts = counts, .vocab = vocab};
    enum status status;
    TRY_OUT(look_up_all(&r, err));
    sum_up(&r, &ids->unknown, &ids->types);
    if (oov == OOV_ERROR && ids->unknown > 0)
        TRY_OUT(refuse_first(&r, ids, name, err));
    for (size_t i = 0; i <= vocab_counts_size(counts); i++)
        r.ids[i] = r.ids[i] == OUT ? vocab_unk(vocab) : r.ids[i];
    TRY_OUT(rewrite(&r, ids, err));
out:
    mem_free(r.ids);
    return status;
}
