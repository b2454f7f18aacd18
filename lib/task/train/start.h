/* How the weights of a run start: drawn, or those of a model that is trained on. */
#ifndef PTBLM_TASK_TRAIN_START_H
#define PTBLM_TASK_TRAIN_START_H

#include <stdint.h>

#include "lib/base/err.h"
#include "lib/model/model.h"

struct start {
    struct init_settings init;
    const struct model *from; /* to be trained on; borrowed. NULL: weights are drawn */
};

/* ST_INPUT where `from` is another network than a vocabulary that has grown at its end allows.
 * Words that are new start with the mean of the others' rows (Hewitt 2021, "Initializing new word
 * embeddings for pretrained language models"), so that they are neither likely nor unlikely. */
enum status start_weights(struct model *m, const struct start *start, uint64_t seed,
                          struct err *err);

#endif
