/* The parts of training: train.c runs epochs, train_window.c a window, train_evaluate.c an
 * evaluation; train_length.c knows how long the run is. */
#ifndef PTBLM_TASK_TRAIN_TRAIN_PRIVATE_H
#define PTBLM_TASK_TRAIN_TRAIN_PRIVATE_H

#include "lib/model/window.h"
#include "lib/task/train/train.h"

struct training {
    struct model *m;
    struct train_state *state;
    const struct train_config *config;
    const struct train_data *data;
    const struct train_observer *observer;
    struct task_feed feed;
    struct train_input input;
    struct window *window;
    struct masks masks;
    double started;
    double mark_seconds; /* of training, at the last report */
    uint64_t mark_words;
    double saved; /* time of the last checkpoint, or of the start */
    double flops_per_token;
    uint64_t most;     /* the last step at the latest */
    double evaluation; /* seconds of the last one; 0: there was none */
};

/* ST_DIVERGED with place, norm and rate: "training diverged ...: WHAT"; WHAT with a value. */
enum status training_diverged_by(const struct train_report *r, const char *what, struct err *err);
enum status training_diverged(const struct train_report *r, const char *what, double value,
                              struct err *err);

/* ST_DIVERGED where the metric of the train or valid text is far worse than a guess, and than
 * `allowed`. */
enum status training_check_metric(const struct training *t, const char *of, double value,
                                  double allowed, struct err *err);

/* The train metric of the epoch so far. */
void training_measure_epoch(struct training *t);

/* Trains on the batch in t->input. */
enum status training_window(struct training *t, struct err *err);

/* Saves, and says that the run was interrupted: ST_INTERRUPTED, unless saving fails. */
enum status training_interrupted(struct training *t, struct err *err);

/* Evaluates the valid text and finds out whether the epoch is the best. */
enum status training_evaluate(struct training *t, struct err *err);

/* Decides how long the run is; plans a budget of minutes again, after a report. */
void training_plan(struct training *t);
void training_plan_again(struct training *t);

/* Whether the run has ended by its number of steps; by its budget. */
bool training_is_last_step(const struct train_report *r, const struct train_config *c);
bool training_is_spent(const struct train_state *s);

#endif
