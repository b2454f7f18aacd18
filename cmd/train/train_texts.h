/* The texts of a training run. */
#ifndef PTBLM_CMD_TRAIN_TRAIN_TEXTS_H
#define PTBLM_CMD_TRAIN_TRAIN_TEXTS_H

#include "cmd/train/train_resume.h"
#include "lib/task/data/dataset.h"
#include "lib/task/train/train.h"

/* `vocab`, where not NULL, is the vocabulary to read the texts with, and must outlive *data.
 *
 * Reads and reports the texts that the options and the operand ask for. `resume`, where not NULL,
 * is of a run that goes on: then they must be the same as when it began (ST_INPUT). */
enum status train_read_texts(struct dataset *data, const struct train_values *values,
                             const char *corpus, const struct train_resume *resume,
                             const struct vocab *vocab, struct err *err);

/* Reads the train text alone, for its words; relative paths count from `directory`. */
enum status train_read_words(struct dataset *data, const struct train_values *values,
                             const char *corpus, const char *directory, struct err *err);

/* ST_INPUT where a text is too short to be trained on or evaluated. */
enum status train_check_lengths(const struct dataset *data, const struct train_config *config,
                                struct err *err);

#endif
