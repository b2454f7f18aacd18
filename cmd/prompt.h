/* The text before the words that a model predicts. */
#ifndef PTBLM_CMD_PROMPT_H
#define PTBLM_CMD_PROMPT_H

#include "lib/base/err.h"
#include "lib/task/use/sentence.h"

/* The tokens of `text` after an <eos>, the start of a sentence; a line end in it is an <eos> too.
 * NULL is no text. Unknown words become <unk> with a warning, or are ST_INPUT if `strict`. */
enum status prompt_read(struct sentence *s, const struct lm *lm, const char *text, bool strict,
                        struct err *err);

#endif
