/* ptblm train --vectors: word vectors to begin with. */
#ifndef PTBLM_CMD_TRAIN_TRAIN_VECTORS_H
#define PTBLM_CMD_TRAIN_TRAIN_VECTORS_H

#include "cmd/train/train_options.h"
#include "lib/model/model.h"
#include "lib/task/data/dataset.h"

struct train_vectors {
    float *table;           /* [V, E] */
    unsigned char *matches; /* [V] */
};

/* Reads the file, if one is named, for the words of the data set, and lets the shape have vectors
 * of its width. A relative path counts from `directory`; NULL: from here. ST_USAGE if another
 * --embedding was given, or the input has no words. */
enum status train_vectors_read(struct train_vectors *v, const struct train_values *values,
                               const struct setting_values *table, const char *directory,
                               const struct dataset *data, struct model_shape *shape,
                               struct err *err);
void train_vectors_fini(struct train_vectors *v);

#endif
