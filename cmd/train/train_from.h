/* ptblm train --from: the model to continue training, and the resulting vocabulary. */
#ifndef PTBLM_CMD_TRAIN_TRAIN_FROM_H
#define PTBLM_CMD_TRAIN_TRAIN_FROM_H

#include "cmd/train/train_options.h"
#include "cmd/train/train_resume.h"
#include "lib/base/hash.h"
#include "lib/task/run/session.h"
#include "lib/task/use/labeller.h"
#include "lib/task/use/lm.h"

struct train_from {
    const struct lm *lm;         /* the model, if its weights are needed, else NULL: one of these */
    struct lm language;          /* a language model */
    struct labeller labeller;    /* one that gives labels */
    struct vocab *vocab;         /* to read the texts with; NULL: the model's own */
    struct tokenizer *learned;   /* with the checkpoint's merges, or NULL */
    struct hash_hex fingerprint; /* of its weights */
};

/* ST_USAGE if an option was given that cannot apply to an existing model. */
enum status train_from_check(const struct train_values *values, struct err *err);

/* Opens the model and takes the options of the network that were not given from it. ST_USAGE if the
 * given ones mean another network or tokenizer. `resume`, unless NULL, is a run that began with the
 * model: a relative path counts from its directory first, and a model that has changed since is
 * ST_INPUT. */
enum status train_from_open(struct train_from *f, struct train_values *values,
                            const struct setting_values *table, const struct train_resume *resume,
                            struct err *err);

/* ST_USAGE if the run would replace the model that it begins with. */
enum status train_from_check_place(const struct train_from *f, const char *output, struct err *err);

/* Of a model that gives labels, what more examples are read by; NULL of others. */
const struct example_coding *train_from_coding(const struct train_from *f);

/* The vocabulary of the texts: the model's, followed by the new words of the train text if asked
 * for. Borrowed from *f. */
enum status train_from_vocab(struct train_from *f, const struct train_values *values,
                             const char *corpus, const struct vocab **vocab, struct err *err);

/* The same for a resumed run: from its newest checkpoint or, if there is none, made again. */
enum status train_from_resume(struct train_from *f, struct train_values *values,
                              const struct setting_values *table, const struct session *s,
                              const struct train_resume *resume, const char *corpus,
                              const struct vocab **vocab, struct err *err);

/* Records the fingerprint of the model. */
enum status train_from_note(const struct train_from *f, struct json *notes, struct err *err);

void train_from_fini(struct train_from *f);

#endif
