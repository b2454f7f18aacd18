/* ptblm train --resume: the options of the run that is taken up, from its config.json. */
#ifndef PTBLM_CMD_TRAIN_TRAIN_RESUME_H
#define PTBLM_CMD_TRAIN_TRAIN_RESUME_H

#include "cmd/train/train_options.h"
#include "lib/task/run/run.h"

struct train_resume {
    const char *dir;       /* of the run; borrowed */
    struct json *config;   /* set by the caller, and freed by train_resume_fini */
    const char *directory; /* where the run was begun; NULL where config.json does not say */
    struct train_values values;
    bool given[OPTIONS_MAX];
    const char *operand;
    struct invocation call; /* as if all of it had been typed; points into this struct */
};

/* ST_USAGE where the command line has options that would change what the run comes to. */
enum status train_resume_check(const struct invocation *call, struct err *err);

/* Each option that config.json has counts as given; those on the command line go before. */
enum status train_resume_read(struct train_resume *r, const char *dir,
                              const struct invocation *call, struct err *err);
void train_resume_fini(struct train_resume *r);

#endif
