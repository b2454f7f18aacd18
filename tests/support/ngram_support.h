/* What the tests of n-grams share: texts at random, and models of them. */
#ifndef PTBLM_TESTS_SUPPORT_NGRAM_SUPPORT_H
#define PTBLM_TESTS_SUPPORT_NGRAM_SUPPORT_H

#include <stdbool.h>

#include "lib/base/rng.h"
#include "lib/ngram/ngram_build.h"
#include "tests/support/err_support.h"
#include "tests/support/test_dir.h"

enum { SAMPLE_MAX = 20000 };

/* A text and its ids. */
struct ngram_sample {
    int32_t data[SAMPLE_MAX];
    struct ids ids;
    struct ngram_text text;
};

struct sample_form {
    size_t n;     /* ids */
    size_t V;     /* of which the highest are not in the text, but as eos */
    int longest;  /* sentence, in words; sentences may be empty */
    bool is_even; /* all words are as frequent */
};

/* Without is_even low ids are more frequent, as words are in a text. */
static inline int32_t sample_word(struct rng *rng, const struct sample_form *form, int32_t eos)
{
    const uint64_t drawn = form->V > 2 ? form->V - 1 - form->V / 10 : form->V;
    for (;;) {
        const uint64_t a = rng_below(rng, drawn), b = rng_below(rng, drawn);
        const int32_t w = (int32_t)(form->is_even || a < b ? a : b);
        if (w != eos || drawn == 1)
            return w;
    }
}

/* The last sentence may be without its end. */
static inline void make_sample(struct ngram_sample *s, const struct sample_form *form,
                               uint64_t seed)
{
    struct rng rng;
    rng_init(&rng, seed, RNG_TEST);
    const int32_t eos = (int32_t)rng_below(&rng, form->V);
    s->ids = (struct ids){.data = s->data};
    s->text = (struct ngram_text){&s->ids, form->V, eos};
    while (s->ids.n < form->n) {
        const uint64_t length = rng_below(&rng, (uint64_t)form->longest + 1);
        for (uint64_t i = 0; i < length && s->ids.n < form->n; i++)
            s->data[s->ids.n++] = sample_word(&rng, form, eos);
        if (s->ids.n < form->n)
            s->data[s->ids.n++] = eos;
    }
}

/* least NULL: keeps all. */
static inline void build_sample(struct ngram_built *b, const struct ngram_sample *s, int order,
                                const uint64_t *least, size_t bytes)
{
    struct ngram_counts counts;
    ASSERT_OK(ngram_count(&counts, &s->text, order, least, bytes, test_file, &err));
    ASSERT_OK(ngram_build(b, &counts, &s->text, test_file, &err));
    ngram_counts_fini(&counts);
}

/* A history as words: those of the sentence that matter, the first of which may be <s>. */
struct ngram_walk {
    struct ngram_state state;
    uint32_t words[NGRAM_MAX];
    int n;
};

static inline struct ngram_walk walk_begin(const struct ngram *m)
{
    return (struct ngram_walk){ngram_begin(m), {(uint32_t)m->eos}, m->order > 1 ? 1 : 0};
}

static inline void walk_on(struct ngram_walk *w, const struct ngram *m, int32_t word)
{
    ngram_score(m, &w->state, word, &w->state, NULL);
    if (word == m->eos)
        w->n = 0;
    w->words[w->n++] = (uint32_t)word;
    if (w->n == m->order)
        memmove(w->words, w->words + 1, (size_t)--w->n * sizeof *w->words);
}

#endif
