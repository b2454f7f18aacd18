/* What is said where an input seems to be cut into words in another way than the model's text. */
#ifndef PTBLM_CMD_TOKENIZER_ADVICE_H
#define PTBLM_CMD_TOKENIZER_ADVICE_H

#include <stdbool.h>

#include "lib/task/use/lm.h"
#include "vocab/advice/coverage.h"

/* Warns where half or more of the words are unknown, and far fewer would be with another tokenizer;
 * true if it did. `what` is the input, as in "of the prompt". */
bool tokenizer_advise(const struct coverage *coverage, const struct lm *lm, const char *what);

#endif
