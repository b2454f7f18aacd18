/* The arrays of a run's state as tensors of its checkpoints; private to
 * lib/task/run/checkpoint.c. */
#ifndef PTBLM_TASK_RUN_CHECKPOINT_ARRAYS_H
#define PTBLM_TASK_RUN_CHECKPOINT_ARRAYS_H

#include "lib/task/run/checkpoint.h"

/* Tensors whose data is in the state. */
struct checkpoint_arrays {
    struct safetensors_tensor *tensors; /* owned, with the names */
    size_t n;
};

/* ST_NOMEM; checkpoint_arrays_fini is needed also after a failure. */
enum status checkpoint_arrays_init(struct checkpoint_arrays *arrays, const struct checkpoint *c,
                                   struct err *err);
void checkpoint_arrays_fini(struct checkpoint_arrays *arrays);

/* ST_INPUT unless the file has all of them, in their shapes. */
enum status checkpoint_arrays_check(const struct checkpoint_arrays *arrays,
                                    const struct safetensors_file *file, const char *path,
                                    struct err *err);

/* Fills the state from a checked file. */
void checkpoint_arrays_take(const struct checkpoint_arrays *arrays,
                            const struct safetensors_file *file);

#endif
