#include "lib/ngram/ngram.h"

#include <string.h>

/* The number of the continuation by `w` of n-gram `parent` of order n, in order n + 1. */
static uint64_t continuation(const struct ngram *m, int n, uint64_t parent, uint32_t w)
{
    const struct ngram_level *below = &m->of[n - 1], *level = &m->of[n];
    uint64_t from = below->first[parent], to = below->first[parent + 1];
    while (from < to) {
        const uint64_t middle = from + (to - from) / 2;
        if (level->words[middle] < w)
            from = middle + 1;
        else
            to = middle;
    }
    return from < below->first[parent + 1] && level->words[from] == w ? from : NGRAM_NONE;
}

uint64_t ngram_find(const struct ngram *m, const uint32_t *words, int n)
{
    uint64_t at = words[0];
    for (int k = 1; k < n && at != NGRAM_NONE; k++)
        at = continuation(m, k, at, words[k]);
    return at;
}

struct ngram_state ngram_begin(const struct ngram *m)
{
    return (struct ngram_state){.n = m->order > 1 ? 1 : 0, .at = {(uint64_t)m->eos}};
}

double ngram_score(const struct ngram *m, const struct ngram_state *history, int32_t w,
                   struct ngram_state *next, int *used)
{
    uint64_t found[NGRAM_MAX]; /* the last k words with w, in order k + 1 */
    double backoff = 0.0, log_p = (double)m->of[0].log_p[w];
    int longest = 1;
    found[0] = (uint64_t)w;
    for (int k = 1; k <= history->n; k++) {
        const uint64_t at = history->at[k - 1];
        found[k] = at != NGRAM_NONE ? continuation(m, k, at, (uint32_t)w) : NGRAM_NONE;
        if (found[k] != NGRAM_NONE) {
            longest = k + 1;
            log_p = (double)m->of[k].log_p[found[k]];
            backoff = 0.0;
        } else if (at != NGRAM_NONE) {
            backoff += (double)m->of[k - 1].backoff[at];
        }
    }
    if (used != NULL)
        *used = longest;
    if (next != NULL && w == m->eos) {
        *next = ngram_begin(m);
    } else if (next != NULL) {
        const int n = history->n + 1 < m->order ? history->n + 1 : m->order - 1;
        *next = (struct ngram_state){.n = n};
        memcpy(next->at, found, (size_t)n * sizeof *found);
    }
    return backoff + log_p;
}

void ngram_score_all(const struct ngram *m, const struct ngram_state *history, float *log_p)
{
    memcpy(log_p, m->of[0].log_p, m->V * sizeof *log_p);
    for (int k = 1; k <= history->n; k++) {
        const uint64_t at = history->at[k - 1];
        if (at == NGRAM_NONE)
            continue;
        const float backoff = m->of[k - 1].backoff[at];
        for (size_t w = 0; w < m->V; w++)
            log_p[w] += backoff;
        for (uint64_t i = m->of[k - 1].first[at]; i < m->of[k - 1].first[at + 1]; i++)
            log_p[m->of[k].words[i]] = m->of[k].log_p[i];
    }
}
