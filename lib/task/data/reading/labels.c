/* Counting what was read, and the labels of what is trained on. */
#include <string.h>

#include "lib/base/escape.h"
#include "lib/base/mem.h"
#include "lib/task/data/reading/reading.h"

enum { FEW = 20 }; /* fewer examples may have a label each */

static void count_column(uint64_t *counts, const struct examples *e, int column)
{
    const size_t n_labels = e->labels == NULL ? 0 : e->per_step ? e->steps : e->n;
    if (column == READING_LABELS)
        for (size_t i = 0; i < n_labels; i++)
            counts[e->labels[i]]++;
    else
        for (size_t i = 0; i < e->steps; i++)
            counts[e->ids[i * e->width + (size_t)column]]++;
}

enum status reading_count(struct vocab_counts **counts, const struct example_reading *r,
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

enum status reading_make_labels(struct example_reading *r, struct err *err)
{
    struct dataset *d = r->d;
    struct vocab_counts *counts = NULL;
    const unsigned own = 1U << SPLIT_TRAIN | (r->made_of == SPLIT_TRAIN ? r->made : 0);
    enum status status;
    TRY_OUT(reading_count(&counts, r, own, &r->tables.labels, READING_LABELS, err));
    TRY_OUT(check_labels(r, counts, err));
    if (r->drafts[SPLIT_TRAIN].e.per_step)
        TRY_OUT(complete_scheme(counts, err));
    TRY_OUT(names_from_labels(&d->owned_labels, counts, err));
    d->coding.labels = d->owned_labels;
out:
    vocab_counts_free(counts);
    return status;
}
