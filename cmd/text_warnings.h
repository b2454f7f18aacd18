/* Warnings of what makes the figures of a text wrong without an error: a table or the like that is
 * read as text, marks of other programs that count as words, and words that the vocabulary lacks;
 * with the option or command that helps. */
#ifndef PTBLM_CMD_TEXT_WARNINGS_H
#define PTBLM_CMD_TEXT_WARNINGS_H

#include "cmd/command.h"
#include "lib/base/err.h"
#include "lib/task/data/dataset.h"
#include "lib/task/use/lm.h"

/* A text that was read. */
struct read_text {
    const char *name;
    uint64_t tokens, unknown;
    const struct text_watch *watch; /* NULL: its lines were not seen, only its ids */
    double then;                    /* the share of <unk> in the training text; -1: not known */
    const char *doubt;              /* what it seems to be rather than plain text; or NULL */
};

/* Warnings for one text; `command` tells which options there are. There is one of unknown words if
 * more than a tenth of the tokens are unknown, or more than a hundredth and five times `then`. */
enum status warn_of_text(const struct read_text *text, const struct vocab *vocab,
                         const struct command *command, struct err *err);

/* For all texts of a data set; each marker is named once. */
enum status warn_of_texts(const struct dataset *d, const struct command *command, struct err *err);

/* The same of texts that a model is to read. */
enum status warn_of_texts_for(const struct lm *lm, const struct dataset *d,
                              const struct command *command, struct err *err);

/* The share of <unk> in the text that a model was trained on; -1 if it does not say. */
enum status find_unk_share(double *share, const struct lm *lm, struct err *err);

#endif
