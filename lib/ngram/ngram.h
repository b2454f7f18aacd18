/* A back-off n-gram model, and what it says of the next word.
 *
 * The n-grams of each order are sorted by their first word, then the second, and so on, so those
 * that continue one of the order below lie side by side. In the first place the word `eos` stands
 * for <s>, the beginning of a sentence, and in the last for its end.
 *
 * p(w | h) = p of the n-gram (h, w) if the model has it, otherwise
 *            back-off of h, or 1 if the model does not have it, times p(w | h without its first
 * word) as in the ARPA form (Katz 1987; the manual page ngram-format(5) of SRILM). */
#ifndef PTBLM_NGRAM_NGRAM_H
#define PTBLM_NGRAM_NGRAM_H

#include <stddef.h>
#include <stdint.h>

#include "lib/base/err.h"
#include "lib/ngram/ngram_sort.h"

/* Natural logarithms. Order 1 has all V words in the order of their ids. */
struct ngram_level {
    uint64_t n;
    const uint32_t *words; /* [n], the last word of each; NULL in order 1 */
    const float *log_p;    /* [n] */
    const float *backoff;  /* [n]; NULL in the highest order */
    const uint64_t *first; /* [n + 1], where the continuations of each begin in the next order;
                            * NULL in the highest */
};

struct ngram {
    int order;
    size_t V;
    int32_t eos;
    struct ngram_level of[NGRAM_MAX]; /* of[n - 1] is order n */
};

/* The largest logarithm, of a probability or a back-off, that a file may have: sums stay finite. */
#define NGRAM_LOG_MAX 1e6f

/* A history: the last words that were read. */
struct ngram_state {
    int n;                      /* words that can matter; 0: nothing is known of what was read */
    uint64_t at[NGRAM_MAX - 1]; /* the n-gram of the last k words is of[k - 1]'s number at[k - 1],
                                 * or NGRAM_NONE */
};
#define NGRAM_NONE UINT64_MAX

/* The history at the beginning of a sentence. */
struct ngram_state ngram_begin(const struct ngram *m);

/* log p(w | history), and the history with w, which may be the same struct; NULL: not wanted. *used
 * (unless NULL) is the order of the n-gram that the probability comes from. After `eos` a sentence
 * begins. */
double ngram_score(const struct ngram *m, const struct ngram_state *history, int32_t w,
                   struct ngram_state *next, int *used);

/* The same of all words, but for rounding. log_p: [V] */
void ngram_score_all(const struct ngram *m, const struct ngram_state *history, float *log_p);

/* The number of an n-gram in its order, or NGRAM_NONE. words: [n], each below V, n from 1
 * to order */
uint64_t ngram_find(const struct ngram *m, const uint32_t *words, int n);

#endif
