/* The second look at a text's ids, once its words have made the vocabulary: from the words' numbers
 * to their ids, in place. The text itself is not read again. */
#include <inttypes.h>
#include <string.h>

#include "lib/base/mem.h"
#include "vocab/ids_spool.h"
#include "vocab/quote.h"

/* ids[n + 1] is the id of word number n, OUT where the vocabulary has left it out; ids[0] is that
 * of IDS_LINE_END. */
struct renumbering {
    const struct vocab_counts *counts;
    const struct vocab *vocab;
    int32_t *ids; /* [1 + vocab_counts_size] */
};
enum { OUT = -1 };

/* Looks the words up; *unknown and *types are those of the whole text. */
static enum status look_up(struct renumbering *r, uint64_t *unknown, uint64_t *types,
                           struct err *err)
{
    const size_t n = vocab_counts_size(r->counts);
    bool has_unk = false;
    r->ids = mem_resize(NULL, n + 1, sizeof *r->ids, err);
    if (r->ids == NULL)
        return ST_NOMEM;
    *unknown = *types = 0;
    r->ids[0] = vocab_eos(r->vocab);
    for (int32_t i = 0; i < (int32_t)n; i++) {
        const char *word = vocab_counts_word(r->counts, i);
        const int32_t id = vocab_find(r->vocab, word, strlen(word));
        r->ids[i + 1] = id;
        has_unk |= id == vocab_unk(r->vocab);
        *types += id != OUT;
        *unknown += id == OUT ? vocab_counts_count(r->counts, i) : 0;
    }
    *types += *unknown > 0 && !has_unk;
    return ST_OK;
}

/* Finds the first token that is left out, for the message. */
static enum status refuse_first(const struct renumbering *r, const struct ids *ids,
                                const char *name, struct err *err)
{
    int32_t room[IDS_CHUNK];
    const int32_t *stretch;
    uint64_t line = 1;
    for (size_t at = 0, n; at < ids->n; at += n) {
        TRY(ids_read(ids, at, room, &stretch, &n, err));
        for (size_t i = 0; i < n; i++) {
            line += stretch[i] == IDS_LINE_END;
            if (r->ids[stretch[i] + 1] != OUT)
                continue;
            const char *word = vocab_counts_word(r->counts, stretch[i]);
            return err_set(err, ST_INPUT, "'%s' line %" PRIu64 " has %s, %s", name, line,
                           quote_bytes(word, strlen(word)).text, IDS_UNKNOWN);
        }
    }
    return ST_OK;
}

static enum status rewrite(const struct renumbering *r, struct ids *ids, struct err *err)
{
    int32_t room[IDS_CHUNK];
    const int32_t *stretch;
    for (size_t at = 0, n; at < ids->n; at += n) {
        TRY(ids_read(ids, at, room, &stretch, &n, err));
        int32_t *to = ids->file == NULL ? ids->owned + at : room;
        for (size_t i = 0; i < n; i++)
            to[i] = r->ids[stretch[i] + 1];
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
    TRY_OUT(look_up(&r, &ids->unknown, &ids->types, err));
    if (oov == OOV_ERROR && ids->unknown > 0)
        TRY_OUT(refuse_first(&r, ids, name, err));
    for (size_t i = 0; i <= vocab_counts_size(counts); i++)
        r.ids[i] = r.ids[i] == OUT ? vocab_unk(vocab) : r.ids[i];
    TRY_OUT(rewrite(&r, ids, err));
out:
    mem_free(r.ids);
    return status;
}
