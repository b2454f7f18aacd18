/* The built-in corpus: newswire-like English out of a stochastic grammar written for this project,
 * with the exact probability of every word given all words before it. Some 1100 words of
 * vocabulary, 19 words a sentence, a true perplexity of about 25 (of about 500 for who knows no
 * more than how often each word comes). */
#ifndef PTBLM_CORPORA_BUILTIN_GRAMMAR_H
#define PTBLM_CORPORA_BUILTIN_GRAMMAR_H

#include <stddef.h>
#include <stdint.h>

#include "corpora/splits/split.h"
#include "lib/base/buf.h"
#include "lib/base/err.h"

/* Appends text to *out: one sentence a line, words separated by single spaces, until at least
 * `n_tokens` tokens (words and one line end a sentence) are there. Splits are independent streams
 * of the seed; the same seed gives the same bytes everywhere. */
enum status grammar_write(struct buf *out, uint64_t seed, enum split split, uint64_t n_tokens,
                          struct err *err);

/* The true log-probability of a text of that form. */
struct grammar_score {
    uint64_t tokens; /* words and line ends: every one is predicted, the first from a line end */
    double nats;     /* sum of ln p(token | all tokens before it); sentences are independent */
};

/* exp(-nats / tokens) is the true perplexity: no model can have a lower one in expectation.
 * ST_INPUT if a sentence is not of the grammar, with its line; *score is left alone then. */
enum status grammar_score_text(struct grammar_score *score, const char *text, size_t len,
                               struct err *err);

/* ln p(token i | tokens before it) for the words of one sentence and its end, n_words + 1 values
 * into nats; words are the sentence's words. */
enum status grammar_score_sentence(double *nats, const char *const *words, size_t n_words,
                                   struct err *err);

/* Number of different words that the grammar can make, the line end not counted. */
size_t grammar_vocab_size(void);

#endif
