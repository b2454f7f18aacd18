/* How the weights of a run start: drawn at random, or from a model to continue training. */
#ifndef PTBLM_TASK_TRAIN_START_H
#define PTBLM_TASK_TRAIN_START_H

#include <stdint.h>

#include "lib/base/err.h"
#include "lib/model/model.h"

struct start {
    struct init_settings init;
    const struct model *from; /* to continue training; borrowed. NULL: weights are drawn */
    /* Word vectors [V, E] that take the place of those drawn where a word has one; borrowed. NULL:
     * there are none. */
    const float *vectors;
    const unsigned char *has_vector; /* [V] */
};

/* ST_INPUT if `from` differs from `m` in more than new words at the end of the vocabulary. New
 * words start from the mean of the old rows (Hewitt 2021, "Initializing new word embeddings for
 * pretrained language models"), so that they are neither likely nor unlikely. */
enum status start_weights(struct model *m, const struct start *start, uint64_t seed,
                          struct err *err);

#endif
