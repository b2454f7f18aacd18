/* Warnings of what makes the figures of a text wrong without an error: marks of other programs that
 * count as words, and words that the vocabulary lacks; with the option or command that helps. */
#ifndef PTBLM_CMD_TEXT_WARNINGS_H
#define PTBLM_CMD_TEXT_WARNINGS_H

#include "cmd/command.h"
#include "lib/base/err.h"
#include "lib/task/data/dataset.h"

/* A text that was read. */
struct read_text {
    const char *name;
    uint64_t tokens, unknown;
    const struct text_watch *watch; /* NULL: its lines were not seen, only its ids */
};

/* Warnings for one text; `command` tells which options there are. There is one of unknown words if
 * more than a tenth of the tokens are unknown, or more than a hundredth and five times the share of
 * <unk> in the text that the vocabulary was counted in. */
enum status warn_of_text(const struct read_text *text, const struct vocab *vocab,
                         const struct command *command, struct err *err);

/* For all texts of a data set; each marker is named once. */
enum status warn_of_texts(const struct dataset *d, const struct command *command, struct err *err);

#endif
