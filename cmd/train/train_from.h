/* ptblm train --from: the model that is trained on, and the vocabulary that comes of it. */
#ifndef PTBLM_CMD_TRAIN_TRAIN_FROM_H
#define PTBLM_CMD_TRAIN_TRAIN_FROM_H

#include "cmd/train/train_options.h"
#include "cmd/train/train_resume.h"
#include "lib/task/run/session.h"
#include "lib/task/use/lm.h"

struct train_from {
    struct lm lm;        /* open where its weights are needed: path is not NULL */
    struct vocab *vocab; /* to read the texts with; NULL: the model's own */
};

/* ST_USAGE where something was given that has no part in training on. */
enum status train_from_check(const struct train_values *values, const struct setting_values *table,
                             struct err *err);

/* Opens the model and lets its network take the place of what was not given of one. ST_USAGE where
 * what was given is another network or tokenizer. A relative path counts from `directory` first. */
enum status train_from_open(struct train_from *f, struct train_values *values,
                            const struct setting_values *table, const char *directory,
                            struct err *err);

/* ST_USAGE where the run would take the place of the model that it begins with. */
enum status train_from_check_place(const struct train_from *f, const char *output, struct err *err);

/* The vocabulary of the texts: the model's, with the new words of the train text after it where
 * they are asked for. Borrowed from *f. */
enum status train_from_vocab(struct train_from *f, const struct train_values *values,
                             const char *corpus, const struct vocab **vocab, struct err *err);

/* Likewise of a run that is resumed: as its newest checkpoint has it, or, where it has none, anew.
 */
enum status train_from_resume(struct train_from *f, struct train_values *values,
                              const struct setting_values *table, const struct session *s,
                              const struct train_resume *resume, const char *corpus,
                              const struct vocab **vocab, struct err *err);

void train_from_fini(struct train_from *f);

#endif
