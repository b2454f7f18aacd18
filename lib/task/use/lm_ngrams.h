/* The part of opening a language model that is for n-grams. lib/task/use/lm.c alone includes this.
 */
#ifndef PTBLM_TASK_USE_LM_NGRAMS_H
#define PTBLM_TASK_USE_LM_NGRAMS_H

#include "lib/task/use/lm.h"

/* Whether a file is a model of n-grams, compact or ARPA, as it begins; false also where it cannot
 * be read. The only error is ST_NOMEM. */
enum status lm_has_ngrams(const char *path, bool *has, struct err *err);

/* Whether it is a regular file: what comes through a pipe can be read only once, and is no model.
 */
bool lm_is_file(const char *path);

/* Opens lm->path as such a model. */
enum status lm_open_ngrams(struct lm *lm, const struct lm_given *given, struct err *err);

/* From the notes, which are there: the tokenizer, or the one given where they name none; the
 * markers, those given before those of the notes. */
enum status lm_find_tokenizer(struct lm *lm, const char *given, struct err *err);
enum status lm_find_markers(struct lm *lm, const struct marker_names *given, struct err *err);

#endif
