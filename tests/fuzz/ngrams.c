#include "tests/fuzz/ngrams.h"

#include <math.h>

#include "lib/base/mem.h"
#include "tests/fuzz/fuzz.h"

/* Words asked for and words that histories go on with, and the longest history. */
enum { ASKED = 64, WAYS = 3, LONGEST = 4 };

static void check_level(const struct ngram *m, int n)
{
    const struct ngram_level *l = &m->of[n - 1], *next = &m->of[n];
    FUZZ_REQUIRE((n > 1) == (l->words != NULL));
    FUZZ_REQUIRE((n < m->order) == (l->first != NULL) && (n < m->order) == (l->backoff != NULL));
    for (uint64_t i = 0; i < l->n; i++) {
        FUZZ_REQUIRE(l->log_p[i] <= 0.0f);
        FUZZ_REQUIRE(l->words == NULL || l->words[i] < m->V);
        FUZZ_REQUIRE(l->first == NULL ||
                     (l->first[i] <= l->first[i + 1] && l->first[i + 1] <= next->n));
    }
    FUZZ_REQUIRE(l->first == NULL || (l->first[0] == 0 && l->first[l->n] == next->n));
}

struct asking {
    const struct ngram *m;
    float *all;   /* [V] */
    double above; /* how far a logarithm may be above 0 */
};

/* A file may say that back-offs are above 1, as those of other kinds of smoothing can be; then its
 * probabilities are what it says. */
static double highest(const struct ngram *m)
{
    double sum = 1e-4;
    for (int n = 1; n < m->order; n++) {
        float most = 0.0f;
        for (uint64_t i = 0; i < m->of[n - 1].n; i++)
            most = m->of[n - 1].backoff[i] > most ? m->of[n - 1].backoff[i] : most;
        sum += (double)most;
    }
    return sum;
}

static void check_score(const struct asking *a, double log_p, double other, int used)
{
    FUZZ_REQUIRE(isfinite(log_p) && isfinite(other));
    FUZZ_REQUIRE(log_p <= a->above);
    FUZZ_REQUIRE(used >= 1 && used <= a->m->order);
    /* sums of the same numbers in float and in double, of which some may cancel */
    FUZZ_REQUIRE(fabs(log_p - other) <= 1e-5 * (fabs(log_p) + a->above) ||
                 fabs(log_p) + a->above > 1e3);
}

/* Asks for words after a history, and goes on with the most likely ones, which have n-grams. */
static void ask(const struct asking *a, const struct ngram_state *state, int more)
{
    const struct ngram *m = a->m;
    int32_t ways[WAYS] = {m->eos, 0, (int32_t)m->V - 1};
    int best = 0;
    ngram_score_all(m, state, a->all);
    for (int32_t w = 0; (size_t)w < m->V && w < ASKED; w++) {
        struct ngram_state next;
        int used;
        const double log_p = ngram_score(m, state, w, &next, &used);
        check_score(a, log_p, (double)a->all[w], used);
        FUZZ_REQUIRE(next.n >= 0 && next.n < m->order);
        if (used > best) {
            best = used;
            ways[1] = w;
        }
    }
    for (size_t i = 0; i < WAYS && more > 0; i++) {
        struct ngram_state next;
        ngram_score(m, state, ways[i], &next, NULL);
        ask(a, &next, more - 1);
    }
}

void fuzz_check_ngrams(const struct ngram *m)
{
    struct err err;
    const struct ngram_state none = {.n = 0}, begin = ngram_begin(m);
    FUZZ_REQUIRE(m->order >= 1 && m->order <= NGRAM_MAX && m->V >= 2 && m->of[0].n == m->V);
    FUZZ_REQUIRE(m->eos >= 0 && (size_t)m->eos < m->V);
    for (int n = 1; n <= m->order; n++)
        check_level(m, n);
    struct asking a = {m, mem_unset(m->V, sizeof *a.all, &err), highest(m)};
    FUZZ_REQUIRE(a.all != NULL);
    ask(&a, &none, LONGEST);
    ask(&a, &begin, LONGEST);
    mem_free(a.all);
}
