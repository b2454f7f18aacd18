/* The directory of a training run: model.safetensors (the best on valid), log.jsonl (one object per
 * report), config.json (all that is needed to run it again), and the newest checkpoints,
 * checkpoint-STEP.safetensors. Only one process at a time uses it. */
#ifndef PTBLM_TASK_RUN_RUN_H
#define PTBLM_TASK_RUN_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/err.h"
#include "lib/file/json.h"
#include "lib/model/model.h"
#include "lib/model/model_file.h"
#include "lib/task/names.h"
#include "lib/task/run/checkpoint.h"

struct run {
    char *dir, *model, *log, *config; /* paths */
    bool made;           /* by run_create, and locked; run_fini removes it if it is empty */
    int lock;            /* of the directory */
    bool has_checkpoint; /* written or loaded by this process */
    uint64_t checkpoint; /* its step */
};

/* Creates the directory, locks it, and checks that it is writable. ST_USAGE if it already holds a
 * run, unless `replace`; that run's files stay until run_begin. ST_IO if another process uses
 * it. */
enum status run_create(struct run *run, const char *dir, bool replace, struct err *err);

/* Locks the directory of an existing run. ST_INPUT if there is no run in it. */
enum status run_open(struct run *run, const char *dir, struct err *err);

/* To be called before anything is written: checks that the directory is writable, and removes what
 * a killed process left half written. run_create does it too. */
enum status run_ready(struct run *run, struct err *err);

void run_fini(struct run *run);

/* Begins a run: config.json replaces the files of an earlier run; other files in the directory
 * stay. If memory or disk space runs out, the earlier run is unchanged. To be called when only the
 * training itself can still fail. */
enum status run_begin(struct run *run, const struct json *config, struct err *err);

/* config.json. Writing the same content again changes nothing. */
enum status run_write_config(const struct run *run, const struct json *config, struct err *err);
enum status run_read_config(const struct run *run, struct json **config, struct err *err);

/* The same for a run that is not opened, and may belong to another process; *config is NULL if
 * there is none. */
enum status run_peek_config(const char *dir, struct json **config, struct err *err);

/* Appends one line to the log. */
enum status run_log(const struct run *run, const struct json *line, struct err *err);

/* Syncs the log and returns its length. */
enum status run_measure_log(const struct run *run, uint64_t *bytes, struct err *err);

/* Truncates the log to `bytes`. *whole is false if it is shorter than that. */
enum status run_cut_log(const struct run *run, uint64_t bytes, bool *whole, struct err *err);

/* The first line of that kind after `from`, as an object that the caller owns; NULL if there is
 * none. */
enum status run_find_line(const struct run *run, uint64_t from, const char *kind,
                          struct json **line, struct err *err);

/* The model file. Staging lets a checkpoint record its hash before it gets its name. */
enum status run_stage_model(const struct run *run, struct safetensors_staged *staged,
                            const struct model *m, const struct model_notes *notes,
                            struct err *err);
enum status run_save_model(const struct run *run, const struct model *m,
                           const struct model_notes *notes, struct err *err);

/* ST_INPUT, with the reason, if the model file is missing, damaged, or has another hash. */
enum status run_check_model(const struct run *run, uint64_t hash, struct err *err);

/* Writes a checkpoint of the state's step, with the log's length in it, and then removes all others
 * except the previous one and, if `keep` is not NULL, that of step *keep. On failure the existing
 * ones stay. */
enum status run_save_checkpoint(struct run *run, struct checkpoint *c,
                                const struct model_notes *notes, const uint64_t *keep,
                                struct err *err);

/* Opens the newest intact checkpoint of a step below `before`, and reports each that is not intact
 * to `skipped`, with the reason. *found is false if there are none and starting again loses
 * nothing. ST_INPUT if none is intact, or there are none but a model exists. */
struct run_skipped {
    void *ctx;
    void (*tell)(void *ctx, const char *reason);
};
enum status run_open_checkpoint(struct run *run, struct checkpoint_file *f, uint64_t before,
                                const struct run_skipped *skipped, bool *found, struct err *err);

/* Takes model and state from *f or, if that is not of this run, from the newest earlier one that
 * is, which then replaces *f. ST_INPUT if there is none. */
enum status run_load_checkpoint(struct run *run, struct checkpoint *c, struct checkpoint_file *f,
                                const struct run_skipped *skipped, struct err *err);

/* Loads the checkpoint of one step and removes all newer ones, which no longer belong to the run.
 * If there is none, *found is false and nothing changes. */
enum status run_go_back(struct run *run, struct checkpoint *c, uint64_t step, bool *found,
                        struct err *err);

enum status run_has_checkpoints(const struct run *run, bool *any, struct err *err);

/* Removes every checkpoint. */
enum status run_drop_checkpoints(struct run *run, struct err *err);

/* ST_IO if the disk or the file size limit leaves no room for the model and `checkpoints`
 * checkpoints of that many bytes. What the run has already written counts as free. */
enum status run_check_room(const struct run *run, double checkpoint_bytes, int checkpoints,
                           struct err *err);

/* "DIR/checkpoint-STEP.safetensors", to be freed with mem_free. */
char *run_checkpoint_path(const struct run *run, uint64_t step, struct err *err);

#endif
