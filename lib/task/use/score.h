/* Log-probabilities of lines, token by token. */
#ifndef PTBLM_TASK_USE_SCORE_H
#define PTBLM_TASK_USE_SCORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/err.h"
#include "lib/model/model.h"

struct scorer;

/* With `carry`, the lines are one stream, as in evaluation: the state continues from line to line,
 * and the very first token, which nothing predicts, is not scored. Otherwise every line starts from
 * a zero state after an <eos>, and all its tokens are scored. */
enum status scorer_new(struct scorer **s, const struct model *m, int32_t eos, bool carry,
                       struct err *err);
void scorer_free(struct scorer *s); /* NULL is allowed */

/* nats[i] = -ln p(ids[i] | the tokens before it) for the n tokens of a line, including its <eos>;
 * NaN for the token that is not scored. ST_INPUT if the model's output is not finite. */
enum status scorer_line(struct scorer *s, const int32_t *ids, size_t n, double *nats,
                        struct err *err);

/* What the tokens that were scored add up to. A zeroed struct is the sum of none. */
struct score_totals {
    uint64_t words;     /* tokens but <eos>, unknown ones included */
    uint64_t sentences; /* <eos> */
    uint64_t unknown;   /* of the words, those that are <unk> */
    double nats;        /* sum of -ln p over all of them */
    double nats_eos;    /* of that, <eos> */
    double nats_unknown;
};

/* Adds a line's n tokens with what scorer_line gave for them. */
void score_totals_add(struct score_totals *t, const int32_t *ids, const double *nats, size_t n,
                      int32_t eos, int32_t unk);

/* Perplexities of the totals. SRILM's ppl divides by words and sentences, its ppl1 by the words
 * alone, though both count the probabilities of sentence ends:
 *     ppl  = exp(nats / (words + sentences))
 *     ppl1 = exp(nats / words)
 * `known` leaves the unknown words out of sum and count, as SRILM does without -unk;
 * SCORE_PPL_WORDS leaves out the sentence ends. NaN where nothing is counted. */
enum score_ppl { SCORE_PPL, SCORE_PPL1, SCORE_PPL_WORDS };
double score_perplexity(const struct score_totals *t, enum score_ppl kind, bool known);

#endif
