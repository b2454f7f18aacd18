/* The directory of a training run: model.safetensors (the best on valid), log.jsonl (one object a
 * report), config.json (what it takes to run it again). */
#ifndef PTBLM_TASK_RUN_H
#define PTBLM_TASK_RUN_H

#include <stdbool.h>

#include "lib/base/err.h"
#include "lib/model/json.h"
#include "lib/model/model.h"
#include "lib/model/model_file.h"

struct run {
    char *dir, *model, *log, *config; /* paths */
    bool made;                        /* by run_create; run_fini removes it where it is empty */
};

/* Makes the directory and finds out whether it can be written. One that holds a run already is
 * ST_USAGE unless `replace`; that run's files stay until run_clear. */
enum status run_create(struct run *run, const char *dir, bool replace, struct err *err);
void run_fini(struct run *run);

/* Removes the files of an earlier run; others in the directory are let be. For the moment when
 * nothing but the training itself can fail any more. */
enum status run_clear(const struct run *run, struct err *err);

enum status run_write_config(const struct run *run, const struct json *config, struct err *err);

/* Appends one line to the log. */
enum status run_log(const struct run *run, const struct json *line, struct err *err);

enum status run_save_model(const struct run *run, const struct model *m,
                           const struct model_notes *notes, struct err *err);

#endif
