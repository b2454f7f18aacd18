/* The directory of a training run: model.safetensors (the best on valid), log.jsonl (one object a
 * report), config.json (what it takes to run it again), and the newest checkpoints,
 * checkpoint-STEP.safetensors. One process at a time has it. */
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
    bool made;                        /* by run_create, and locked; run_fini removes it where it
                                       * is empty */
    int lock;                         /* of the directory */
    bool has_checkpoint;              /* written or loaded by this process */
    uint64_t checkpoint;              /* its step */
};

/* Makes the directory, locks it, and finds out whether it can be written. One that holds a run
 * already is ST_USAGE unless `replace`; that run's files stay until run_begin. ST_IO where another
 * process has it. */
enum status run_create(struct run *run, const char *dir, bool replace, struct err *err);

/* Locks the directory of a run that is there. ST_INPUT where there is no run in it. */
enum status run_open(struct run *run, const char *dir, struct err *err);

/* Before anything is written: finds out whether it can be, and sweeps away what a killed process
 * left half written. run_create has done it. */
enum status run_ready(struct run *run, struct err *err);

void run_fini(struct run *run);

/* Begins a run: config.json takes the place of the files of an earlier run; other files of the
 * directory stay. Where memory or the disk is too small the earlier run stands as it was. For the
 * moment when nothing but the training itself can fail any more. */
enum status run_begin(struct run *run, const struct json *config, struct err *err);

/* config.json. Writing what is there already changes nothing. */
enum status run_write_config(const struct run *run, const struct json *config, struct err *err);
enum status run_read_config(const struct run *run, struct json **config, struct err *err);

/* The same of a run that is not opened, and may be another process's; *config is NULL where there
 * is none. */
enum status run_peek_config(const char *dir, struct json **config, struct err *err);

/* Appends one line to the log. */
enum status run_log(const struct run *run, const struct json *line, struct err *err);

/* Makes the log durable and gives its length. */
enum status run_measure_log(const struct run *run, uint64_t *bytes, struct err *err);

/* Cuts the log to what it was. *whole is false where it is shorter than that. */
enum status run_cut_log(const struct run *run, uint64_t bytes, bool *whole, struct err *err);

/* The first line of that kind after `from`, as an object of the caller's; NULL where there is
 * none. */
enum status run_find_line(const struct run *run, uint64_t from, const char *kind,
                          struct json **line, struct err *err);

/* The model file; staged, so that a checkpoint can say which it is before it takes its name. */
enum status run_stage_model(const struct run *run, struct safetensors_staged *staged,
                            const struct model *m, const struct model_notes *notes,
                            struct err *err);
enum status run_save_model(const struct run *run, const struct model *m,
                           const struct model_notes *notes, struct err *err);

/* ST_INPUT, with the reason, where the model file is missing, damaged, or has another hash. */
enum status run_check_model(const struct run *run, uint64_t hash, struct err *err);

/* Writes a checkpoint of the step that the state says, with the log's length in it, and then
 * removes all others but the one before and, where `keep` is not NULL, that of step *keep. On
 * failure those that were there stand. */
enum status run_save_checkpoint(struct run *run, struct checkpoint *c,
                                const struct model_notes *notes, const uint64_t *keep,
                                struct err *err);

/* Opens the newest checkpoint of a step below `before` that is whole, and tells of each that is not
 * (`skipped`, with the reason). *found is false where there is none, and nothing that would be lost
 * in beginning again; ST_INPUT where none is whole, or there is none any more but a model. */
struct run_skipped {
    void *ctx;
    void (*tell)(void *ctx, const char *reason);
};
enum status run_open_checkpoint(struct run *run, struct checkpoint_file *f, uint64_t before,
                                const struct run_skipped *skipped, bool *found, struct err *err);

/* Takes model and state from it, or, where it is not of this run, from the newest before it that
 * is, which then takes its place in *f. ST_INPUT where there is none. */
enum status run_load_checkpoint(struct run *run, struct checkpoint *c, struct checkpoint_file *f,
                                const struct run_skipped *skipped, struct err *err);

/* Loads that of one step, and removes all that are newer, which are of a way not taken. *found is
 * false, and nothing happens, where there is none. */
enum status run_go_back(struct run *run, struct checkpoint *c, uint64_t step, bool *found,
                        struct err *err);

enum status run_has_checkpoints(const struct run *run, bool *any, struct err *err);

/* Removes every checkpoint. */
enum status run_drop_checkpoints(struct run *run, struct err *err);

/* ST_IO where the disk or a limit on files has no room for the model and `checkpoints` checkpoints
 * of that many bytes. What the run has written already counts as room. */
enum status run_check_room(const struct run *run, double checkpoint_bytes, int checkpoints,
                           struct err *err);

/* "DIR/checkpoint-STEP.safetensors", to be freed with mem_free. */
char *run_checkpoint_path(const struct run *run, uint64_t step, struct err *err);

#endif
