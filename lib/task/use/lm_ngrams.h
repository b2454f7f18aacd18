/* The part of opening a language model that is for n-grams. lib/task/use/lm.c alone includes this.
 */
#ifndef PTBLM_TASK_USE_LM_NGRAMS_H
#define PTBLM_TASK_USE_LM_NGRAMS_H

#include "lib/task/use/lm.h"

/* What a file is, as it begins. A network may be another program's safetensors file. */
enum lm_kind { LM_NO_MODEL, LM_NETWORK, LM_COMPACT, LM_ARPA };

/* LM_NO_MODEL also where it cannot be read. The only error is ST_NOMEM. */
enum status lm_find_kind(const char *path, enum lm_kind *kind, struct err *err);

/* Whether it is a regular file: what comes through a pipe can be read only once, and is no model.
 */
bool lm_is_file(const char *path);

/* Opens lm->path, which is compact or ARPA. */
enum status lm_open_ngrams(struct lm *lm, enum lm_kind kind, const struct lm_given *given,
                           struct err *err);

/* From the notes, which are there: the tokenizer, or the one given where they name none; the
 * markers, those given before those of the notes. */
enum status lm_find_tokenizer(struct lm *lm, const char *given, struct err *err);
enum status lm_find_markers(struct lm *lm, const struct marker_names *given, struct err *err);

#endif
