/* Checkpoints: a run as a file, from which it goes on to the same bits as if it had never stopped.
 * The file is a model file (lib/model/model_file.h), so that whatever takes a model takes a
 * checkpoint too, and has besides:
 *   ptblm.state.carried.lL.I   F32 [B, H]: array I of what layer L carries into the next window
 *   ptblm.state.SLOT.NAME      F32 in NAME's shape: what the optimiser keeps for a parameter
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
    uint64_t log_bytes;   /* how long the run's log was; checkpoint_take sets it */
    uint64_t best_hash;   /* of the model of state->best_epoch as a file; 0: none; likewise */
};

/* The file is there whole and verified, or as it was before (lib/base/io). */
enum status checkpoint_save(const struct checkpoint *c, const struct model_notes *notes,
                            const char *path, struct err *err);

/* What it says of itself, without model or arrays. */
struct checkpoint_summary {
    struct train_state state; /* without arrays */
    uint64_t fingerprint, log_bytes, best_hash;
    size_t B, T;
    uint64_t seed;
    char optim[32], kernels[32], matrices[64]; /* what it was computed with */
};

/* A file that is open, whole and read through once. */
struct checkpoint_file {
    char *path;
    struct safetensors_file file;
    struct checkpoint_summary summary;
};

/* ST_INPUT where the file is damaged or no checkpoint, ST_IO where the disk cannot read it. On
 * failure *f is as it was. */
enum status checkpoint_open(struct checkpoint_file *f, const char *path, struct err *err);
void checkpoint_close(struct checkpoint_file *f); /* a zeroed one is allowed */

/* Fills model and state, which are of the run's shape. ST_INPUT where it is one of another model,
 * batch, text or optimiser; the state is not changed then. */
enum status checkpoint_take(struct checkpoint *c, const struct checkpoint_file *f, struct err *err);

/* Bytes of such a file, some kB more than it will have. */
double checkpoint_bytes(const struct checkpoint *c, const struct model_notes *notes);

#endif
