/* Interpolated modified Kneser-Ney smoothing from its definition (Kneser and Ney 1995; Chen and
 * Goodman 1998, TR-10-98, sections 2.8 and 3, equations 26 and 27), as slowly and directly as
 * possible: nothing is sorted, and each count is made anew by a look at all n-grams. */
#ifndef PTBLM_TESTS_SUPPORT_NGRAM_ORACLE_H
#define PTBLM_TESTS_SUPPORT_NGRAM_ORACLE_H

#include <check.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "lib/ngram/ngram_count.h"

enum { ORACLE_MAX = 512, ORACLE_V_MAX = 32 };

/* The different n-grams of a text; <s> is the word `eos` in the first place. */
struct ngram_oracle {
    int order;
    size_t V;
    uint32_t eos;
    size_t n[NGRAM_MAX]; /* of order n: n[n - 1] */
    struct oracle_ngram {
        uint32_t words[NGRAM_MAX];
        uint64_t times; /* in the text */
        bool kept;
    } of[NGRAM_MAX][ORACLE_MAX];
    double off[NGRAM_MAX][4]; /* discounts */
    bool assumed[NGRAM_MAX];
};

static inline bool oracle_same(const uint32_t *a, const uint32_t *b, int n)
{
    for (int i = 0; i < n; i++)
        if (a[i] != b[i])
            return false;
    return true;
}

/* NULL: not in the text. */
static inline struct oracle_ngram *oracle_find(struct ngram_oracle *o, const uint32_t *words, int n)
{
    for (size_t i = 0; i < o->n[n - 1]; i++)
        if (oracle_same(o->of[n - 1][i].words, words, n))
            return &o->of[n - 1][i];
    return NULL;
}

static inline void oracle_see(struct ngram_oracle *o, const uint32_t *words, int n)
{
    struct oracle_ngram *found = oracle_find(o, words, n);
    if (found == NULL) {
        ck_assert(o->n[n - 1] < ORACLE_MAX);
        found = &o->of[n - 1][o->n[n - 1]++];
        memcpy(found->words, words, (size_t)n * sizeof *words);
        found->times = 0;
    }
    found->times++;
}

/* words[0] is <s>, which alone is no n-gram: it is never a next word. */
static inline void oracle_read_sentence(struct ngram_oracle *o, const uint32_t *words, int n)
{
    for (int from = 0; from < n; from++)
        for (int to = from; to < n && to - from < o->order; to++)
            if (to > 0)
                oracle_see(o, words + from, to - from + 1);
}

static inline void oracle_read(struct ngram_oracle *o, const struct ngram_text *text)
{
    uint32_t sentence[1 + ORACLE_MAX] = {o->eos};
    int n = 1;
    for (size_t i = 0; i < text->ids->n; i++) {
        ck_assert(n <= ORACLE_MAX);
        sentence[n++] = (uint32_t)text->ids->data[i];
        if (text->ids->data[i] == text->eos || i + 1 == text->ids->n) {
            oracle_read_sentence(o, sentence, n);
            n = 1;
        }
    }
}

/* How often it is in the text, or how many words are before it: <s> is one. */
static inline uint64_t oracle_count(struct ngram_oracle *o, const uint32_t *words, int n)
{
    const struct oracle_ngram *found = oracle_find(o, words, n);
    if (n == o->order || (n > 1 && words[0] == o->eos))
        return found != NULL ? found->times : 0;
    uint64_t before = 0;
    for (size_t i = 0; i < o->n[n]; i++)
        before += oracle_same(o->of[n][i].words + 1, words, n);
    return before;
}

/* How many n-grams have a count. */
static inline double oracle_with(struct ngram_oracle *o, int n, uint64_t count)
{
    double with = 0.0;
    for (size_t i = 0; i < o->n[n - 1]; i++)
        with += oracle_count(o, o->of[n - 1][i].words, n) == count;
    return with;
}

/* 0.5, 1 and 1.5 where the formula divides by 0 or gives what cannot be taken from such a count. */
static inline void oracle_discount(struct ngram_oracle *o, int n)
{
    double *off = o->off[n - 1];
    const double n1 = oracle_with(o, n, 1), n2 = oracle_with(o, n, 2);
    const double n3 = oracle_with(o, n, 3), n4 = oracle_with(o, n, 4);
    const double y = n1 / (n1 + 2.0 * n2);
    off[0] = 0.0;
    off[1] = 1.0 - 2.0 * y * n2 / n1;
    off[2] = 2.0 - 3.0 * y * n3 / n2;
    off[3] = 3.0 - 4.0 * y * n4 / n3;
    o->assumed[n - 1] = false;
    for (int k = 1; k <= 3; k++)
        if (!(off[k] > 0.0 && off[k] <= k))
            o->assumed[n - 1] = true;
    for (int k = 1; k <= 3 && o->assumed[n - 1]; k++)
        off[k] = 0.5 * k;
}

static inline void oracle_make(struct ngram_oracle *o, const struct ngram_text *text, int order,
                               const uint64_t *least)
{
    memset(o->n, 0, sizeof o->n);
    o->order = order;
    o->V = text->V;
    o->eos = (uint32_t)text->eos;
    ck_assert(o->V <= ORACLE_V_MAX);
    oracle_read(o, text);
    for (int n = order; n > 0; n--) {
        oracle_discount(o, n);
        for (size_t i = 0; i < o->n[n - 1]; i++)
            o->of[n - 1][i].kept = n == 1 || o->of[n - 1][i].times >= least[n - 1];
    }
}

/* p of each word after n words; of [V]. What is not kept has no probability of its own, and its
 * count is what the order below shares. */
static inline void oracle_predict(struct ngram_oracle *o, const uint32_t *history, int n, double *p)
{
    double own[ORACLE_V_MAX], sum = 0.0, rest = 0.0;
    uint32_t words[NGRAM_MAX];
    for (uint32_t w = 0; w < o->V && n == 0; w++)
        p[w] = 1.0 / (double)o->V;
    if (n > 0)
        oracle_predict(o, history + 1, n - 1, p);
    memcpy(words, history, (size_t)n * sizeof *words);
    for (words[n] = 0; words[n] < o->V; words[n]++) {
        const struct oracle_ngram *found = oracle_find(o, words, n + 1);
        const uint64_t count = found != NULL ? oracle_count(o, words, n + 1) : 0;
        const double off = o->off[n][count < 3 ? count : 3];
        own[words[n]] = found != NULL && found->kept ? (double)count - off : 0.0;
        sum += (double)count;
        rest += (double)count - own[words[n]];
    }
    for (uint32_t w = 0; w < o->V && sum > 0.0; w++)
        p[w] = own[w] / sum + rest / sum * p[w];
}

/* The order of the longest n-gram that the model has for a word after n words. */
static inline int oracle_used(struct ngram_oracle *o, const uint32_t *history, int n, uint32_t w)
{
    uint32_t words[NGRAM_MAX];
    for (int k = n; k > 0; k--) {
        memcpy(words, history + n - k, (size_t)k * sizeof *words);
        words[k] = w;
        const struct oracle_ngram *found = oracle_find(o, words, k + 1);
        if (found != NULL && found->kept)
            return k + 1;
    }
    return 1;
}

#endif
