/* Vocabulary, labels and features of what was read, and its ids. */
#include <string.h>

#include "lib/base/escape.h"
#include "lib/base/mem.h"
#include "lib/task/data/reading/reading.h"
#include "vocab/tokenizer/tokenizer_bpe.h"

enum {
    FEW = 20, /* fewer examples may have a label each */
};

/* --- counting --- */

/* The numbers of a table that some examples have: `offset` is the id column, or the labels
 * (LABELS). */
enum { LABELS = -1 };

static void count_column(uint64_t *counts, const struct examples *e, int column)
{
    const size_t n_labels = e->labels == NULL ? 0 : e->per_step ? e->steps : e->n;
    if (column == LABELS)
        for (size_t i = 0; i < n_labels; i++)
            counts[e->labels[i]]++;
    else
        for (size_t i = 0; i < e->steps; i++)
            counts[e->ids[i * e->width + (size_t)column]]++;
}

/* The texts of a table that the examples of `splits` have, as counts of a vocabulary, in the order
 * of their bytes' numbers. */
static enum status count_texts(struct vocab_counts **counts, const struct example_reading *r,
                               unsigned splits, const struct hash_table *table, int column,
                               struct err *err)
{
    const size_t n = hash_table_size(table);
    uint64_t *times = mem_zeroed(n, sizeof *times, err);
    enum status status = times == NULL ? ST_NOMEM : vocab_counts_new(counts, err);
    for (enum split s = 0; s < N_SPLITS && status == ST_OK; s++)
        if (split_in(splits, s))
            count_column(times, &r->drafts[s].e, column);
    for (size_t i = 0; i < n && status == ST_OK; i++) {
        const struct slice text = hash_table_get(table, (int32_t)i);
        int32_t unused;
        if (times[i] > 0)
            status = vocab_counts_add_times(*counts, text.bytes, text.len, times[i], &unused, err);
    }
    mem_free(times);
    return status;
}

/* --- labels --- */

static enum status check_labels(const struct example_reading *r, const struct vocab_counts *counts,
                                struct err *err)
{
    const struct examples *train = &r->drafts[SPLIT_TRAIN].e;
    const size_t n = vocab_counts_size(counts);
    if (n == 1)
        return err_set(
            err, ST_INPUT, "'%s' has one label alone, %s: there is nothing to tell apart",
            r->d->names[SPLIT_TRAIN],
            escape_quoted(vocab_counts_word(counts, 0).bytes, vocab_counts_word(counts, 0).len)
                .text);
    if (!train->per_step && train->n >= FEW && n > train->n / 2)
        return err_advise(err,
                          err_set(err, ST_INPUT,
                                  "'%s' has %zu different labels for %zu examples: what stands "
                                  "where labels are expected is no label",
                                  r->d->names[SPLIT_TRAIN], n, train->n),
                          REMEDY_EXAMPLE_FORM, 0, 0);
    return ST_OK;
}

/* "B-NP": what stands before the "-", one letter of a scheme of chunks; 0 where a label is none. */
static char scheme_letter(struct slice label)
{
    const bool is =
        label.len > 2 && label.bytes[1] == '-' && memchr("BIESLUM", label.bytes[0], 7) != NULL;
    return is ? label.bytes[0] : '\0';
}

/* Whether all labels are of such a scheme or "O", and which of its letters they have. */
static bool find_scheme(char letters[8], const struct vocab_counts *counts)
{
    size_t n = 0;
    for (size_t i = 0; i < vocab_counts_size(counts); i++) {
        const struct slice label = vocab_counts_word(counts, (int32_t)i);
        const char letter = scheme_letter(label);
        if (letter == '\0' && !(label.len == 1 && *label.bytes == 'O'))
            return false;
        if (letter != '\0' && memchr(letters, letter, n) == NULL)
            letters[n++] = letter;
    }
    letters[n] = '\0';
    return n > 1;
}

/* Each kind of chunk gets every letter that the scheme has: a long chunk of a rare kind may come in
 * the test text alone, as those of CoNLL-2000's "I-LST" do. */
static enum status complete_scheme(struct vocab_counts *counts, struct err *err)
{
    const size_t n = vocab_counts_size(counts);
    char letters[8], label[LABEL_MAX];
    if (!find_scheme(letters, counts))
        return ST_OK;
    for (size_t i = 0; i < n; i++) {
        const struct slice known = vocab_counts_word(counts, (int32_t)i);
        memcpy(label, known.bytes, known.len);
        for (size_t k = 0; scheme_letter(known) != '\0' && letters[k] != '\0'; k++) {
            label[0] = letters[k];
            TRY(vocab_counts_include(counts, label, known.len, err));
        }
    }
    return ST_OK;
}

/* Those of the train text, with what was cut off it or held out of it. */
static enum status make_labels(struct example_reading *r, struct err *err)
{
    struct dataset *d = r->d;
    struct vocab_counts *counts = NULL;
    const unsigned own = 1U << SPLIT_TRAIN | (r->made_of == SPLIT_TRAIN ? r->made : 0);
    enum status status;
    TRY_OUT(count_texts(&counts, r, own, &r->tables.labels, LABELS, err));
    TRY_OUT(check_labels(r, counts, err));
    if (r->drafts[SPLIT_TRAIN].e.per_step)
        TRY_OUT(complete_scheme(counts, err));
    TRY_OUT(names_from_labels(&d->owned_labels, counts, err));
    d->coding.labels = d->owned_labels;
out:
    vocab_counts_free(counts);
    return status;
}

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
    TRY_OUT(count_texts(&words, r, 1U << SPLIT_TRAIN, &r->tables.words, 0, err));
    TRY_OUT(tokenizer_learn(&d->owned_tokenizer, d->tokenizer, words, (size_t)n, err));
    d->tokenizer = d->coding.tokenizer = d->owned_tokenizer;
    TRY_OUT(split_words(&p, &r->tables.words, d->tokenizer, err));
    for (enum split s = 0; s < N_SPLITS; s++)
        if (r->drafts[s].e.n > 0)
            TRY_OUT(expand(&r->drafts[s].e, &p, err));
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
    TRY_OUT(count_texts(&counts, r, 1U << SPLIT_TRAIN, &r->tables.words, 0, err));
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
            count_texts(&counts, r, 1U << SPLIT_TRAIN, &r->tables.values[i], (int)i + 1, err);
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
        TRY(make_labels(r, err));
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
