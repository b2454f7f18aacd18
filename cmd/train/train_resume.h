/* ptblm train --resume: the settings of the resumed run, from its config.json. */
#ifndef PTBLM_CMD_TRAIN_TRAIN_RESUME_H
#define PTBLM_CMD_TRAIN_TRAIN_RESUME_H

#include "cmd/train/train_options.h"
#include "lib/file/json.h"
#include "lib/task/run/checkpoint.h"

struct train_resume {
    const char *dir;       /* of the run; borrowed */
    struct json *config;   /* set by the caller, and freed by train_resume_fini */
    const char *directory; /* where the run was started; NULL if config.json does not say */
    const char *corpus;    /* its operand, or NULL */
};

/* ST_USAGE if the command line has options that would change the result of the run. */
enum status train_resume_check(const struct invocation *call, struct err *err);

/* Takes all settings that were not given from config.json, and marks them as given. Strings among
 * the values are borrowed from r->config. */
enum status train_resume_read(struct train_resume *r, const char *dir,
                              const struct setting_values *values, struct err *err);

/* ST_INPUT if config.json, whose settings are in `values`, no longer has those that the checkpoint
 * was trained with. */
enum status train_resume_compare(const struct train_resume *r, const struct setting_values *values,
                                 const struct checkpoint_file *checkpoint, struct err *err);

/* err_wrap for what config.json says and cannot be used; returns why->code. */
enum status train_resume_wrap(struct err *err, const struct err *why, const char *dir);

void train_resume_fini(struct train_resume *r);

#endif
