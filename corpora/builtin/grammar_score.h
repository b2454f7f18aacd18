/* The probabilities of words, one after the other. */
#ifndef PTBLM_CORPORA_BUILTIN_GRAMMAR_SCORE_H
#define PTBLM_CORPORA_BUILTIN_GRAMMAR_SCORE_H

#include <stdint.h>

#include "corpora/builtin/grammar_tables.h"
#include "lib/base/buf.h"
#include "lib/base/err.h"

/* The states that the words so far may have led to. A zeroed struct is fit for _begin. */
struct grammar_scorer {
    struct buf now;  /* struct grammar_mass, the probabilities adding up to 1 */
    struct buf next; /* the same while a word is read */
};
enum status grammar_scorer_begin(struct grammar_scorer *s, struct err *err);

/* *p = p(word | words before it); if that is 0, the scorer must begin again. */
enum status grammar_scorer_read(struct grammar_scorer *s, const struct grammar *g, uint32_t word,
                                double *p, struct err *err);
void grammar_scorer_fini(struct grammar_scorer *s);

#endif
