/* What ptblm train shows and logs while it runs. */
#ifndef PTBLM_CMD_TRAIN_REPORT_H
#define PTBLM_CMD_TRAIN_REPORT_H

#include "lib/model/json.h"
#include "lib/task/run.h"
#include "lib/task/train.h"

struct train_reporter {
    const struct run *run;
    const struct model *model;
    struct model_notes *notes; /* written into the model file */
    double last_live;          /* when the live line was drawn */
    int best_epoch;            /* 0: no model saved */
    double best_valid;
};

/* An observer that draws the live line, logs, prints a line an epoch and saves the best model. */
struct train_observer train_reporter_observer(struct train_reporter *reporter,
                                              const volatile sig_atomic_t *stop);

/* Logs the test perplexity at the end of the run. */
enum status train_reporter_log_test(const struct train_reporter *reporter, double perplexity,
                                    uint64_t tokens, struct err *err);

#endif
