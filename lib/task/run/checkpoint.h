/* Checkpoints: the state of a run as a file, from which the run continues to the same bits as if it
 * had never stopped. The file is a model file (lib/model/model_file.h), so that whatever reads a
 * model reads a checkpoint too. It also has:
 *   ptblm.state.carried.lL.I   F32 [B, H]: array I of what layer L carries into the next window
 *   ptblm.state.SLOT.NAME      F32 in NAME's shape: what the optimiser keeps for a parameter
 *   ptblm.state.COPY.NAME      F32 likewise: averages of the weights, or those of the best epoch
 *   ptblm.state                in __metadata__, one JSON object: the place in the run (epoch,
 * window, step), the sums so far, the schedule, the best so far, what it is a checkpoint of */
#ifndef PTBLM_TASK_RUN_CHECKPOINT_H
#define PTBLM_TASK_RUN_CHECKPOINT_H

#include <stdint.h>

#include "lib/base/err.h"
#include "lib/model/model.h"
#include "lib/model/model_file.h"
#include "lib/task/train/train.h"
#include "lib/task/train/train_state.h"

/* What is saved and loaded; everything is borrowed. */
struct checkpoint {
    struct model *model; /* made by model_new */
    struct train_state *state;
    const struct train_config *config;
    uint64_t fingerprint; /* of the data (lib/task/data/dataset.h) */
    uint64_t log_bytes;   /* length of the run's log; set by checkpoint_take */
    uint64_t best_hash;   /* of the model file of state->best_epoch; 0: none; likewise */
};

/* On success the file is complete and verified, otherwise unchanged (lib/base/io). */
enum status checkpoint_save(const struct checkpoint *c, const struct model_notes *notes,
                            const char *path, struct err *err);

/* What a checkpoint says of itself, without model and arrays. */
struct checkpoint_summary {
    struct train_state state; /* without arrays */
    uint64_t fingerprint, log_bytes, best_hash;
    size_t B, T;
    uint64_t seed;
    char optim[32], kernels[32], matrices[64]; /* what it was computed with */
};

/* An open file that is intact and was read through once. */
struct checkpoint_file {
    char *path;
    struct safetensors_file file;
    struct checkpoint_summary summary;
};

/* ST_INPUT if the file is damaged or not a checkpoint, ST_IO if it cannot be read. On failure *f is
 * unchanged. */
enum status checkpoint_open(struct checkpoint_file *f, const char *path, struct err *err);
void checkpoint_close(struct checkpoint_file *f); /* may be zeroed */

/* Fills model and state, which are of the run's shape. ST_INPUT, leaving the state unchanged, if
 * the checkpoint is of another model, batch, seed, text or optimiser. */
enum status checkpoint_take(struct checkpoint *c, const struct checkpoint_file *f, struct err *err);

/* Bytes of such a file, a few kB more than it will have. */
double checkpoint_bytes(const struct checkpoint *c, const struct model_notes *notes);

#endif
