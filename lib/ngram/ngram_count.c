#include "lib/ngram/ngram_count.h"

#include <stdbool.h>
#include <string.h>

#include "lib/base/mem.h"

/* An n-gram of that count, which is `times` in the text. Each comes once. */
static enum status add(struct ngram_counts *c, int n, const uint32_t *words, uint64_t count,
                       uint64_t times, const uint64_t *least, struct err *err)
{
    if (n == 1) {
        c->unigrams[words[0]] = count;
        return ST_OK;
    }
    const bool left_out = least != NULL && times < least[n - 1];
    return ngram_sorter_add(c->of[n - 1], words, count | (left_out ? NGRAM_LEFT_OUT : 0), err);
}

/* Where the reading of a text stands. */
struct window {
    uint32_t words[NGRAM_MAX]; /* the last n */
    bool begins;               /* a sentence begins */
};

/* Adds the n-gram of the highest order that ends with each word, at the beginning of a sentence
 * with as many <s> as that takes. */
static enum status read_ids(struct window *at, int n, const int32_t *ids, size_t n_ids, int32_t eos,
                            struct ngram_sorter *whole, struct err *err)
{
    uint32_t *words = at->words;
    for (size_t i = 0; i < n_ids; i++) {
        for (int k = 0; k < n && at->begins; k++)
            words[k] = (uint32_t)eos;
        memmove(words, words + 1, (size_t)(n - 1) * sizeof *words);
        words[n - 1] = (uint32_t)ids[i];
        at->begins = ids[i] == eos;
        TRY(ngram_sorter_add(whole, words, 1, err));
    }
    return ST_OK;
}

static enum status read_text(const struct ngram_text *text, int n, struct ngram_sorter *whole,
                             struct err *err)
{
    struct window at = {.begins = true};
    int32_t room[IDS_CHUNK];
    const int32_t *chunk;
    size_t n_ids;
    for (size_t from = 0; from < text->ids->n; from += n_ids) {
        TRY(ids_read(text->ids, from, room, &chunk, &n_ids, err));
        TRY(read_ids(&at, n, chunk, n_ids, text->eos, whole, err));
    }
    return ST_OK;
}

/* How many words two n-grams share at their ends. */
static int shared(int n, const uint32_t *a, const uint32_t *b)
{
    int same = 0;
    while (same < n && a[n - 1 - same] == b[n - 1 - same])
        same++;
    return same;
}

/* The order of an n-gram without all <s> but the last. */
static int length_of(int n, const uint32_t *words, uint32_t eos)
{
    int extra = 0;
    while (extra + 1 < n - 1 && words[extra + 1] == eos)
        extra++;
    return n - extra;
}

/* The n-grams come by their last words, so the different words before a shorter one, its
 * continuations to the left, come one after the other. */
static enum status count_continuations(struct ngram_counts *c, uint32_t eos, const uint64_t *least,
                                       struct ngram_sorter *whole, struct err *err)
{
    const int n = c->order;
    uint64_t left[NGRAM_MAX], count; /* left[m]: those of the last m words of `last` */
    uint64_t times[NGRAM_MAX];       /* how often these are in the text */
    uint32_t last[NGRAM_MAX];
    int length_of_last = 0; /* which is the order of its longest */
    const uint32_t *words;
    TRY(ngram_sorter_begin(whole, err));
    for (;;) {
        TRY(ngram_sorter_next(whole, &words, &count, err));
        const int same = length_of_last > 0 && words != NULL ? shared(n, words, last) : 0;
        for (int m = length_of_last - 1; m > same; m--)
            TRY(add(c, m, last + n - m, left[m], times[m], least, err));
        if (words == NULL)
            break;
        length_of_last = length_of(n, words, eos);
        for (int m = 1; m < length_of_last; m++) {
            left[m] = (m > same ? 0 : left[m]) + (m >= same ? 1 : 0);
            times[m] = (m > same ? 0 : times[m]) + count;
        }
        TRY(add(c, length_of_last, words + n - length_of_last, count, count, least, err));
        memcpy(last, words, (size_t)n * sizeof *last);
    }
    return ST_OK;
}

static void note(struct ngram_counts *c, int n, uint64_t count)
{
    c->n_of[n - 1]++;
    c->left_out[n - 1] += (count & NGRAM_LEFT_OUT) != 0 ? 1 : 0;
    count &= ~NGRAM_LEFT_OUT;
    if (count < sizeof c->n_with[0] / sizeof c->n_with[0][0])
        c->n_with[n - 1][count]++;
}

static enum status count_counts(struct ngram_counts *c, size_t V, struct err *err)
{
    const uint32_t *words;
    uint64_t count;
    for (int n = 2; n <= c->order; n++) {
        TRY(ngram_sorter_begin(c->of[n - 1], err));
        for (;;) {
            TRY(ngram_sorter_next(c->of[n - 1], &words, &count, err));
            if (words == NULL)
                break;
            note(c, n, count);
        }
    }
    for (size_t w = 0; w < V; w++)
        note(c, 1, c->unigrams[w]);
    return ST_OK;
}

/* A sorter for what there can be at most, within a share of the memory. */
static enum status new_sorter(struct ngram_sorter **s, int n, enum ngram_sort_order order,
                              const struct ngram_text *text, size_t share, const char *path,
                              struct err *err)
{
    const double all = (double)text->ids->n * ngram_sorter_bytes(n);
    return ngram_sorter_new(s, n, order, all < (double)share ? (size_t)all : share, path, err);
}

/* Half of the memory is for the n-grams of the highest order while the text is read, the rest for
 * those of all orders, which are longer and more the higher the order. */
static enum status count_all(struct ngram_counts *c, const struct ngram_text *text,
                             const uint64_t *least, struct ngram_sorter **whole, size_t bytes,
                             const char *path, struct err *err)
{
    const size_t share = bytes / 2 / (size_t)(c->order * (c->order + 1) / 2);
    c->unigrams = mem_zeroed(text->V, sizeof *c->unigrams, err);
    if (c->unigrams == NULL)
        return ST_NOMEM;
    for (int n = 2; n <= c->order; n++)
        TRY(new_sorter(&c->of[n - 1], n, NGRAM_BY_FIRST, text, share * (size_t)n, path, err));
    TRY(new_sorter(whole, c->order, NGRAM_BY_LAST, text, bytes / 2, path, err));
    TRY(read_text(text, c->order, *whole, err));
    TRY(count_continuations(c, (uint32_t)text->eos, least, *whole, err));
    ngram_sorter_free(*whole);
    *whole = NULL;
    return count_counts(c, text->V, err);
}

enum status ngram_count(struct ngram_counts *c, const struct ngram_text *text, int order,
                        const uint64_t *least, size_t bytes, const char *path, struct err *err)
{
    struct ngram_sorter *whole = NULL;
    *c = (struct ngram_counts){.order = order};
    const enum status status = count_all(c, text, least, &whole, bytes, path, err);
    ngram_sorter_free(whole);
    return status;
}

void ngram_counts_fini(struct ngram_counts *c)
{
    for (int n = 1; n <= NGRAM_MAX; n++)
        ngram_sorter_free(c->of[n - 1]);
    mem_free(c->unigrams);
    *c = (struct ngram_counts){0};
}
