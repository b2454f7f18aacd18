/* A line of text as tokens of a model: their ids, and their text. */
#ifndef PTBLM_TASK_USE_SENTENCE_H
#define PTBLM_TASK_USE_SENTENCE_H

#include <stddef.h>
#include <stdint.h>

#include "lib/base/buf.h"
#include "lib/base/err.h"
#include "lib/task/use/lm.h"

struct sentence {
    int32_t *ids;
    size_t n, cap;
    uint64_t unknown;   /* tokens that the vocabulary lacks, and that became <unk> */
    struct buf surface; /* the tokens as they were, each with a NUL after it */
    struct marked_lines lines;
    size_t first_unknown; /* offset in surface of the first such token */
};

/* Empties the sentence; a zeroed struct is an empty one. */
void sentence_clear(struct sentence *s);

/* Append the tokens of a line or of a piece of one, and its end. ST_INPUT
 * for a token of more than TOKEN_MAX bytes; the message lacks the place, which the caller adds with
 * err_wrap. */
enum status sentence_add(struct sentence *s, const struct lm *lm, const char *bytes, size_t len,
                         struct err *err);
enum status sentence_add_eos(struct sentence *s, const struct lm *lm, struct err *err);

/* Ends the text where its line goes on: the model's marker of a line's end there is an <eos>. */
enum status sentence_leave_open(struct sentence *s, const struct lm *lm, struct err *err);

void sentence_fini(struct sentence *s);

#endif
