/* What ptblm train shows and logs while it runs. */
#ifndef PTBLM_CMD_TRAIN_TRAIN_REPORT_H
#define PTBLM_CMD_TRAIN_TRAIN_REPORT_H

#include "lib/file/json.h"
#include "lib/task/run/run.h"
#include "lib/task/run/train.h"

struct train_reporter {
    struct run *run;
    struct checkpoint *checkpoint; /* the run's model and state */
    struct model_notes *notes;     /* written into the model file and checkpoints */
    bool keeps_start;              /* the checkpoint of the epoch's start stays, to go back to */
    uint64_t start;                /* step of the last epoch's end that has a checkpoint, or of
                                    * the first checkpoint behind it that has; 0: the run's start */
    bool best_lost;                /* the model file is not that of the state's best epoch */
    double last_live;              /* when the live line was drawn */
    int failed;                    /* checkpoints that could not be written */
};

/* An observer that draws the live line, logs, prints a line an epoch, and saves the best model and
 * the checkpoints. A checkpoint that cannot be written is a warning, and training goes on; only
 * where the run is about to stop is it a failure. The model takes its name behind the checkpoint
 * that has its weights and its hash, so that whenever the run is killed one mends the other. */
struct train_observer train_reporter_observer(struct train_reporter *reporter,
                                              const volatile sig_atomic_t *stop);

/* Saves a checkpoint, or warns. */
void train_reporter_save(struct train_reporter *reporter);

/* Saves the model as that of the best epoch, with a checkpoint that says so. */
enum status train_reporter_save_best(struct train_reporter *reporter, struct err *err);

/* Logs that the run went back to where it stands now, after it diverged at a step. */
enum status train_reporter_log_retry(const struct train_reporter *reporter, uint64_t diverged,
                                     struct err *err);

/* Logs the test perplexity at the end of the run. */
enum status train_reporter_log_test(const struct train_reporter *reporter, double perplexity,
                                    uint64_t tokens, struct err *err);

#endif
