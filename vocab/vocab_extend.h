/* A vocabulary that grows. */
#ifndef PTBLM_VOCAB_VOCAB_EXTEND_H
#define PTBLM_VOCAB_VOCAB_EXTEND_H

#include "vocab/vocab.h"

/* The words of `base` with their ids, and after them, in their own order, those of `more` that it
 * has not and that were counted at least min_count times. The caller frees it. ST_INPUT where they
 * are more than VOCAB_MAX, ST_NOMEM. */
enum status vocab_extend(struct vocab **out, const struct vocab *base, const struct vocab *more,
                         uint64_t min_count, struct err *err);

#endif
