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
 * NaN for the token that is not scored. */
void scorer_line(struct scorer *s, const int32_t *ids, size_t n, double *nats);

#endif
