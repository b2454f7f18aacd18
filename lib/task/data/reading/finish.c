/* Vocabulary, labels and features of what was read, and its ids. */
#include <string.h>

#include "lib/base/escape.h"
#include "lib/base/mem.h"
#include "lib/task/data/reading/reading.h"
#include "vocab/tokenizer/tokenizer_bpe.h"

/* --- words --- */

static enum status build_vocab(struct example_reading *r, struct vocab_counts *counts,
                               struct err *err)
{
    struct dataset *d = r->d;
    struct err why = {0};
    TRY(tokenizer_complete(d->tokenizer, counts, err));
    const enum status status =
        vocab_from_counts(&d->owned_vocab, counts, &r->request->vocab_limits, &why);
    if (status != ST_OK)
        return err_wrap(err, &why, "'%s'", d->names[SPLIT_TRAIN]);
    d->vocab = d->coding.vocab = d->owned_vocab;
    return ST_OK;
}

/* The tokens that a tokenizer makes of each word of a table. */
struct pieces {
    struct token_sink sink;
    struct hash_table *tokens; /* the new table */
    size_t *starts;            /* [1 + words] */
    int32_t *all;              /* those of word w from starts[w] up to starts[w + 1] */
    size_t n, room;
};

static enum status take_pieces(struct token_sink *sink, const struct slice *tokens, size_t n,
                               struct err *err)
{
    struct pieces *p = (struct pieces *)sink;
    if (p->n + n > p->room) {
        const size_t room = 2 * (p->n + n);
        int32_t *all = mem_resize(p->all, room, sizeof *all, err);
        if (all == NULL)
            return ST_NOMEM;
        p->all = all;
        p->room = room;
    }
    for (size_t i = 0; i < n; i++)
        TRY(hash_table_add(p->tokens, tokens[i].bytes, tokens[i].len, &p->all[p->n++], err));
    return ST_OK;
}

static enum status split_words(struct pieces *p, const struct hash_table *words,
                               const struct tokenizer *t, struct err *err)
{
    struct buf room = {0};
    const size_t n = hash_table_size(words);
    enum status status = ST_OK;
    p->starts = mem_zeroed(n + 1, sizeof *p->starts, err);
    if (p->starts == NULL)
        return ST_NOMEM;
    for (size_t i = 0; i < n; i++) {
        const struct slice word = hash_table_get(words, (int32_t)i);
        TRY_OUT(t->split(t, word.bytes, word.len, &room, &p->sink, err));
        TRY_OUT(token_sink_flush(&p->sink, err));
        p->starts[i + 1] = p->n;
    }
out:
    buf_fini(&room);
    return status;
}

/* Puts the tokens of each word in its place; a step is a word alone. */
static enum status expand(struct examples *e, const struct pieces *p, struct err *err)
{
    size_t steps = 0, at = 0;
    for (size_t i = 0; i < e->steps; i++)
        steps += p->starts[e->ids[i] + 1] - p->starts[e->ids[i]];
    int32_t *ids = mem_resize(NULL, steps, sizeof *ids, err);
    if (ids == NULL)
        return ST_NOMEM;
    e->longest = 0;
    for (size_t i = 0; i < e->n; i++) {
        const size_t from = e->first[i], to = e->first[i + 1], begin = at;
        e->first[i] = begin; /* first[i + 1] is still that of the words */
        for (size_t k = from; k < to; k++) {
            const size_t start = p->starts[e->ids[k]];
            const size_t len = p->starts[e->ids[k] + 1] - start;
            memcpy(ids + at, p->all + start, len * sizeof *ids);
            at += len;
        }
        if (e->longest < at - begin)
            e->longest = at - begin;
    }
    e->first[e->n] = e->steps = at;
    mem_free(e->ids);
    e->ids = ids;
    return ST_OK;
}

/* Learns merges from the words of the train examples; then tokens take the place of words. */
static enum status learn(struct example_reading *r, struct err *err)
{
    struct dataset *d = r->d;
    struct hash_table tokens = {0};
    struct pieces p = {.sink.take = take_pieces, .tokens = &tokens};
    struct vocab_counts *words = NULL;
    const uint64_t n = r->request->merges > 0 ? r->request->merges : DATASET_MERGES;
    enum status status;
    TRY_OUT(reading_count(&words, r, 1U << SPLIT_TRAIN, &r->tables.words, 0, err));
    TRY_OUT(tokenizer_learn(&d->owned_tokenizer, d->tokenizer, words, (size_t)n, err));
    d->tokenizer = d->coding.tokenizer = d->owned_tokenizer;
    TRY_OUT(split_words(&p, &r->tables.words, d->tokenizer, err));
    for (enum split s = 0; s < N_SPLITS; s++) {
        if (r->drafts[s].e.n > 0)
            TRY_OUT(expand(&r->drafts[s].e, &p, err));
        if (r->drafts[s].e.longest > DRAFT_STEPS_MAX) {
            status =
                err_set(err, ST_INPUT, "'%s' has an example of %zu tokens of '%s': the most are %d",
                        d->names[s], r->drafts[s].e.longest, d->tokenizer->name, DRAFT_STEPS_MAX);
            goto out;
        }
    }
    hash_table_fini(&r->tables.words);
    r->tables.words = tokens;
    tokens = (struct hash_table){0};
out:
    vocab_counts_free(words);
    hash_table_fini(&tokens);
    mem_free(p.starts);
    mem_free(p.all);
    return status;
}

static enum status make_vocab(struct example_reading *r, struct err *err)
{
    struct vocab_counts *counts = NULL;
    enum status status;
    if (!tokenizer_is_ready(r->d->tokenizer))
        TRY(learn(r, err));
    if (r->d->vocab != NULL) /* of a file */
        return ST_OK;
    TRY_OUT(reading_count(&counts, r, 1U << SPLIT_TRAIN, &r->tables.words, 0, err));
    status = build_vocab(r, counts, err);
out:
    vocab_counts_free(counts);
    return status;
}

static enum status make_features(struct example_reading *r, struct err *err)
{
    struct dataset *d = r->d;
    for (size_t i = 0; i < d->coding.columns.features.n; i++) {
        struct vocab_counts *counts = NULL;
        enum status status =
            reading_count(&counts, r, 1U << SPLIT_TRAIN, &r->tables.values[i], (int)i + 1, err);
        if (status == ST_OK)
            status = names_from_values(&d->owned_features[i], counts, err);
        vocab_counts_free(counts);
        TRY(status);
        d->coding.features[i] = d->owned_features[i];
    }
    return ST_OK;
}

/* --- ids --- */

/* Example i of a split has something that the training lacks, at `step` of it. */
static enum status fail_unknown(const struct example_reading *r, enum split s, size_t i,
                                size_t step, const char *what, struct slice text, const char *whose,
                                struct err *err)
{
    struct draft_place place;
    struct err why;
    char *name;
    TRY(reading_place(r, s, i, &place, &name, err));
    if (r->d->coding.form == EXAMPLE_FORM_IDX)
        return err_set(err, ST_INPUT, "'%s' has the %s %s for image %llu, which %s does not have",
                       place.name, what, escape_quoted(text.bytes, text.len).text,
                       (unsigned long long)place.line, whose);
    if (place.line > 0)
        place.line += step;
    err_set(&why, ST_INPUT, "has the %s %s, which %s does not have", what,
            escape_quoted(text.bytes, text.len).text, whose);
    const enum status status = draft_fail(&place, &why, err);
    mem_free(name);
    return status;
}

static enum status check_known_labels(const struct example_reading *r, enum split s,
                                      const struct draft_ids *ids, struct err *err)
{
    const struct examples *e = &r->drafts[s].e;
    const char *whose = r->given ? "the model" : "the train text";
    for (size_t i = 0; i < e->n && e->labels != NULL; i++) {
        const size_t from = e->per_step ? e->first[i] : i,
                     to = e->per_step ? e->first[i + 1] : i + 1;
        for (size_t k = from; k < to; k++)
            if (ids->labels[e->labels[k]] < 0)
                return fail_unknown(r, s, i, k - from, "label",
                                    hash_table_get(&r->tables.labels, e->labels[k]), whose, err);
    }
    return ST_OK;
}

static enum status check_known_words(const struct example_reading *r, enum split s,
                                     const struct draft_ids *ids, struct err *err)
{
    const struct examples *e = &r->drafts[s].e;
    if (r->request->oov != OOV_ERROR || e->kind != EXAMPLE_IDS)
        return ST_OK;
    for (size_t i = 0; i < e->n; i++)
        for (size_t k = e->first[i]; k < e->first[i + 1]; k++) {
            const int32_t word = e->ids[k * e->width];
            if (ids->words[word] >= 0)
                continue;
            const enum status status =
                fail_unknown(r, s, i, e->per_step ? k - e->first[i] : 0, "word",
                             hash_table_get(&r->tables.words, word), "the vocabulary", err);
            return err_advise(err, status, REMEDY_ALLOW_UNKNOWN, 0, 0);
        }
    return ST_OK;
}

static enum status give_split(struct example_reading *r, enum split s, const struct draft_ids *ids,
                              struct err *err)
{
    struct draft *draft = &r->drafts[s];
    struct dataset *d = r->d;
    d->examples[s] = mem_zeroed(1, sizeof *d->examples[s], err);
    if (d->examples[s] == NULL)
        return ST_NOMEM;
    if (r->asked->unlabelled) {
        mem_free(draft->e.labels);
        draft->e.labels = NULL;
    }
    draft_set_ids(&draft->e, ids, &d->coding, &d->splits[s].unknown);
    *d->examples[s] = draft->e;
    draft->e = (struct examples){0};
    return ST_OK;
}

static void drop_split(struct example_reading *r, enum split s)
{
    draft_fini(&r->drafts[s]);
    mem_free(r->d->names[s]);
    r->d->names[s] = NULL;
}

enum status reading_finish(struct example_reading *r, struct err *err)
{
    struct draft_ids ids = {0};
    enum status status = ST_OK;
    if (!r->given) {
        TRY(reading_make_labels(r, err));
        if (r->d->coding.form != EXAMPLE_FORM_IDX)
            TRY(make_vocab(r, err));
        TRY(make_features(r, err));
    }
    r->d->labels = r->d->coding.labels;
    TRY_OUT(draft_ids_find(&ids, &r->tables, &r->d->coding, err));
    for (enum split s = 0; s < N_SPLITS; s++) {
        if (!r->asked->unlabelled)
            TRY_OUT(check_known_labels(r, s, &ids, err));
        TRY_OUT(check_known_words(r, s, &ids, err));
    }
    for (enum split s = 0; s < N_SPLITS; s++) {
        if (r->drafts[s].e.n == 0)
            continue;
        if (split_in(r->request->needed | r->request->wanted, s))
            TRY_OUT(give_split(r, s, &ids, err));
        else
            drop_split(r, s);
    }
out:
    draft_ids_fini(&ids);
    return status;
}
