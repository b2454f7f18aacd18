/* What the tests of n-gram models share: models from ARPA texts, models built from the words of a
 * text, and what they say of a word after others. */
#ifndef PTBLM_TESTS_SUPPORT_ARPA_SUPPORT_H
#define PTBLM_TESTS_SUPPORT_ARPA_SUPPORT_H

#include <math.h>
#include <stdio.h>

/* first, for err_support.h has an `err` of the whole file */
#include "tests/support/vocab_support.h"

#include "lib/base/mem.h"
#include "lib/ngram/arpa.h"
#include "lib/ngram/ngram_build.h"
#include "tests/support/corpora_support.h"
#include "tests/support/tap.h"

enum { SORT_BYTES = 1 << 20 };

/* Takes the source. */
static inline enum status read_source(struct arpa_model *a, struct source *source)
{
    struct text *text;
    *a = (struct arpa_model){.vocab = NULL};
    enum status status = text_open(&text, source, &err);
    if (status != ST_OK)
        return status;
    status = arpa_read(a, text, SORT_BYTES, test_file, &err);
    text_close(text);
    return status;
}

static inline enum status read_arpa(struct arpa_model *a, const char *bytes, size_t n)
{
    struct source *source;
    ASSERT_OK(source_open_memory(&source, "m", bytes, n, &err));
    return read_source(a, source);
}

static inline void read_file(struct arpa_model *a, const char *path)
{
    struct source *source;
    ASSERT_OK(source_open(&source, path, NULL, &limits, &err));
    ASSERT_OK(read_source(a, source));
}

/* --- models from texts --- */

struct made {
    struct vocab *vocab;
    int32_t *ids; /* [n] */
    size_t n;
    struct ngram_built built;
};

/* The model of a text of words, <eos> among them, between single spaces. */
static inline void make_model(struct made *m, const char *words, int order, const uint64_t *least)
{
    struct ngram_counts counts;
    *m = (struct made){.vocab = vocab_of(words, &(struct vocab_limits){0})};
    m->ids = mem_zeroed(strlen(words), sizeof *m->ids, &err);
    ck_assert_ptr_nonnull(m->ids);
    while (*words != '\0') {
        const size_t len = strcspn(words, " ");
        m->ids[m->n++] = vocab_find(m->vocab, words, len);
        words += len + (words[len] == ' ');
    }
    const struct ids ids = {.data = m->ids, .n = m->n};
    const struct ngram_text text = {&ids, vocab_size(m->vocab), vocab_eos(m->vocab)};
    ASSERT_OK(ngram_count(&counts, &text, order, least, SORT_BYTES, test_file, &err));
    ASSERT_OK(ngram_build(&m->built, &counts, &text, test_file, &err));
    ngram_counts_fini(&counts);
}

static inline void made_fini(struct made *m)
{
    ngram_built_fini(&m->built);
    mem_free(m->ids);
    vocab_free(m->vocab);
}

/* `n` words and line ends, always the same, some of them rare; to be freed. */
static inline char *sample_text(int n)
{
    static const char *const words[] = {"a", "b", "a", "c", "a", "d", "b", "<eos>", "<unk>", "e"};
    char *text = mem_zeroed((size_t)n + 1, 8, &err), *at = text;
    uint32_t state = 7;
    ck_assert_ptr_nonnull(text);
    for (int i = 0; i < n; i++) {
        state = state * 1664525u + 1013904223u;
        /* rare words come in one place of three, so that words depend on those before them */
        const size_t k = (state >> 16) % (i % 3 == 0 ? N_OF(words) : 4 + (size_t)(i % 3));
        at += sprintf(at, "%s ", words[k]);
    }
    sprintf(at, "<eos>");
    return text;
}

/* The text with one part of it replaced, or all such parts; to be freed. */
static inline char *edited(const char *text, const char *from, const char *to, bool all)
{
    struct buf out = {0};
    const char *at;
    ck_assert_msg(strstr(text, from) != NULL, "'%s' is not in the text", from);
    for (bool once = true; (at = once ? strstr(text, from) : NULL) != NULL; once = all) {
        ASSERT_OK(buf_add(&out, text, (size_t)(at - text), &err));
        ASSERT_OK(buf_add_text(&out, to, &err));
        text = at + strlen(from);
    }
    ASSERT_OK(buf_add(&out, text, strlen(text) + 1, &err));
    return out.data;
}

/* --- scores --- */

/* <s> and </s> are both the vocabulary's <eos>. */
static inline int32_t id_of(const struct vocab *vocab, const char *word, size_t len)
{
    const bool mark =
        (len == 3 && memcmp(word, "<s>", len) == 0) || (len == 4 && memcmp(word, "</s>", len) == 0);
    const int32_t id = mark ? vocab_eos(vocab) : vocab_find(vocab, word, len);
    ck_assert_msg(id >= 0, "there is no word %.*s", (int)len, word);
    return id;
}

/* The state after words between single spaces; only the first may be <s>. */
static inline struct ngram_state after(const struct ngram *m, const struct vocab *vocab,
                                       const char *words)
{
    struct ngram_state state = {.n = 0};
    while (*words != '\0') {
        const size_t len = strcspn(words, " ");
        if (len == 3 && memcmp(words, "<s>", len) == 0)
            state = ngram_begin(m);
        else
            ngram_score(m, &state, id_of(vocab, words, len), &state, NULL);
        words += len + (words[len] == ' ');
    }
    return state;
}

/* The logarithm to base 10 of a word's probability. */
static inline double log10_of(const struct arpa_model *a, const char *history, const char *word)
{
    const struct ngram_state state = after(&a->model, a->vocab, history);
    return ngram_score(&a->model, &state, id_of(a->vocab, word, strlen(word)), NULL, NULL) /
           log(10.0);
}

/* Compares two models with the same ids after a history, and after all its continuations by up to
 * `more` words: logarithms within `bound`, and from n-grams of the same order. */
static inline void compare_after(const struct ngram *a, const struct ngram *b,
                                 const struct ngram_state *in_a, const struct ngram_state *in_b,
                                 int more, double bound)
{
    float all[64];
    ck_assert(a->V == b->V && b->V <= N_OF(all));
    ngram_score_all(b, in_b, all);
    for (int32_t w = 0; (size_t)w < a->V; w++) {
        struct ngram_state next_a, next_b;
        int used_a = 0, used_b = 0;
        const double p = ngram_score(a, in_a, w, &next_a, &used_a);
        const double q = ngram_score(b, in_b, w, &next_b, &used_b);
        if (!(fabs(p - q) <= bound) || used_a != used_b || !(fabs(p - (double)all[w]) <= 1e-5))
            ck_abort_msg("word %d: %.9g of order %d, %.9g of order %d, %.9g of all", w, p, used_a,
                         q, used_b, (double)all[w]);
        if (more > 0)
            compare_after(a, b, &next_a, &next_b, more - 1, bound);
    }
}

static inline void assert_same_model(const struct ngram *a, const struct ngram *b, int longest,
                                     double bound)
{
    const struct ngram_state none = {.n = 0}, begin_a = ngram_begin(a), begin_b = ngram_begin(b);
    ck_assert(a->order == b->order && a->eos == b->eos);
    compare_after(a, b, &none, &none, longest, bound);
    compare_after(a, b, &begin_a, &begin_b, longest, bound);
}

#endif
