/* A model: a network and its weights. A new model has all parameters in one block; a loaded one
 * (lib/model/model_file.h) reads them from a map of its file. */
#ifndef PTBLM_MODEL_MODEL_H
#define PTBLM_MODEL_MODEL_H

#include <stddef.h>
#include <stdint.h>

#include "lib/base/err.h"
#include "lib/base/io/io.h"
#include "lib/model/network.h"
#include "lib/nn/init.h"
#include "lib/nn/param.h"

struct model {
    struct model_shape shape;
    struct network net;
    struct param_list params;
    float *weights;                 /* params.total floats, owned; NULL where all are read
                                     * from the file, and none can be written */
    struct io_map map;              /* that file, owned; empty if `weights` is not NULL */
    const void *mapped[PARAMS_MAX]; /* each parameter's place in it */
};

/* ST_USAGE if a size is out of range. */
enum status model_check_shape(const struct model_shape *shape, struct err *err);

/* A model with all weights 0. ST_USAGE if a size is out of range, ST_NOMEM. */
enum status model_new(struct model **m, const struct model_shape *shape, struct err *err);

/* A model of a checked shape that has no weights yet, neither a block nor a map: for the loader. */
enum status model_new_empty(struct model **m, const struct model_shape *shape, struct err *err);

/* Closes the map too. NULL is allowed. */
void model_free(struct model *m);

/* Copies mapped weights into a block, which can be written, and closes the map, which invalidates
 * pointers from model_weight. A model that has a block is unchanged, and so is one after
 * ST_NOMEM. */
enum status model_own_weights(struct model *m, struct err *err);

/* Starts the weights. ST_USAGE if a forget bias is asked for and the cell has no forget gate;
 * ST_NOMEM. */
enum status model_initialise(struct model *m, const struct init_settings *settings, uint64_t seed,
                             struct err *err);

/* The one way to read a weight: the first of a parameter, in the block or in the map. */
const float *model_weight(const struct model *m, size_t param);

/* Number of weights. */
size_t model_size(const struct model *m);

/* Entries of the weight matrices used for each token, not counting the row of the embedding: see
 * network_macs. */
double model_macs(const struct model *m);
double model_shape_macs(const struct model_shape *shape);

/* Floats of the block of weights of a model of a checked shape, including gaps. */
size_t model_block_floats(const struct model_shape *shape);

/* ST_INPUT, naming the tensor, if a weight is not finite. */
enum status model_check_finite(const struct model *m, const char *name, struct err *err);

#endif
