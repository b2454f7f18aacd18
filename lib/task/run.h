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
};

/* Makes the directory. One that holds a run already is ST_USAGE unless `replace`, which removes
 * that run's files; other files in it are let be. */
enum status run_create(struct run *run, const char *dir, bool replace, struct err *err);
void run_fini(struct run *run);

enum status run_write_config(const struct run *run, const struct json *config, struct err *err);

/* Appends one line to the log. */
enum status run_log(const struct run *run, const struct json *line, struct err *err);

enum status run_save_model(const struct run *run, const struct model *m,
                           const struct model_notes *notes, struct err *err);

#endif
