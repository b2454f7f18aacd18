/* A training run from its beginning or its newest checkpoint to the figure of its best model:
 * checkpoints, going back where it diverges, mending the best model where it is lost. In this
 * order:
 *
 *     session_create, or session_open and session_find_end
 *     session_make            model and state, once text and settings are known
 *     session_start           the run's files, or what the checkpoint has
 *     session_train
 *     session_test
 *     session_fini            also after a failure
 *
 * Nothing is printed: what a user should hear of is an event. */
#ifndef PTBLM_TASK_RUN_SESSION_H
#define PTBLM_TASK_RUN_SESSION_H

#include <signal.h>
#include <stdbool.h>

#include "lib/base/err.h"
#include "lib/file/json.h"
#include "lib/task/data/dataset.h"
#include "lib/task/run/checkpoint.h"
#include "lib/task/run/run.h"
#include "lib/task/train/start.h"
#include "lib/task/train/train.h"

enum session_state {
    SESSION_TRAINING, /* under way, or about to be; its best model, where it has one, is in place */
    SESSION_MENDING,  /* the best model is to be written again from the checkpoint */
    SESSION_BEST_LOST, /* the best model is lost; the next that is better will take its place */
    SESSION_FINISHED,  /* there is nothing left to do */
};

enum session_event_kind {
    SESSION_SKIPPED_CHECKPOINT, /* reason: it cannot be used, the one before it will be tried */
    SESSION_RESUMED,            /* from where the report says */
    SESSION_RESUMED_AT_START,   /* there is no checkpoint yet */
    SESSION_OTHER_KERNELS,      /* reason: "X, where it was Y": the last bits will differ */
    SESSION_MENDS_BEST,         /* reason: what is wrong with the model; it is written again */
    SESSION_LOST_BEST,          /* reason: likewise; it is lost */
    SESSION_LOG_IS_SHORT,       /* reason: its path; it has lost lines since the checkpoint */
    SESSION_WENT_BACK,          /* reason: the divergence; to the step of the report */
    SESSION_NOT_SAVED,          /* reason: a checkpoint could not be written */
};

struct session_event {
    enum session_event_kind kind;
    const char *reason; /* a sentence; NULL where the kind has none */
    const struct train_report *report;
    int best_epoch;
};

/* Who watches a run; every function may be NULL. */
struct session_view {
    void *ctx;
    void (*window)(void *ctx, const struct train_report *r);
    void (*report)(void *ctx, const struct train_report *r);
    void (*evaluating)(void *ctx, const struct train_report *r, uint64_t done, uint64_t all);
    void (*evaluated)(void *ctx, const struct train_report *r);
    void (*testing)(void *ctx, uint64_t done, uint64_t all, double nats);
    void (*event)(void *ctx, const struct session_event *e);
    const volatile sig_atomic_t *stop;
};

/* What a run is to be. */
struct session_plan {
    struct model_shape shape;
    struct start start;
    struct train_config config;
    bool goes_back; /* where it diverges, to the end of the epoch before, with half the rate */
    /* config.json of the run, and the note in its model files, once it went back so many times */
    enum status (*describe)(void *ctx, int retries, struct json **config, struct buf *note,
                            struct err *err);
    void *ctx;
};

struct session {
    enum session_state state;
    bool resumes;
    struct session_plan plan;
    struct session_view view;
    struct run run;
    struct train_data data;
    const struct dataset *dataset; /* borrowed */
    struct model *model;
    struct train_state train;
    struct checkpoint checkpoint; /* model and state */
    struct checkpoint_file
        newest;               /* of a run that is resumed, until it is taken up; no path: none */
    struct model_notes notes; /* written into the model file and checkpoints */
    uint64_t start;           /* step of the last epoch's end that has a checkpoint, or of the first
                               * checkpoint           after it that has; 0: the run's start */
    int failed;               /* checkpoints that could not be written */
    struct buf
        skipped; /* reasons to be told of when the run is started, each with a NUL after it */
};

/* A new run in a directory; see run_create. */
enum status session_create(struct session *s, const char *dir, bool replace,
                           const struct session_view *view, struct err *err);

/* A run that is there: its config.json, to be freed by the caller (NULL after a failure), and its
 * newest checkpoint that is whole, which is read once. */
enum status session_open(struct session *s, const char *dir, const struct session_view *view,
                         struct json **config, struct err *err);
void session_fini(struct session *s);

/* Of a run that was opened: the state is SESSION_FINISHED where all of its epochs and its test are
 * done, so that not even its text need be there any more. ST_USAGE where it is past `epochs`
 * already. */
enum status session_find_end(struct session *s, const struct train_config *config, struct err *err);

/* Makes model and state, and finds out whether the disk has room for them. The dataset must outlive
 * the session. ST_USAGE, ST_NOMEM, ST_IO. */
enum status session_make(struct session *s, const struct session_plan *plan,
                         const struct dataset *dataset, struct err *err);

/* Begins the run, over an earlier one; or takes up its checkpoint, which may leave nothing to do.
 */
enum status session_start(struct session *s, struct err *err);

/* To the end of the run. ST_INTERRUPTED, with the checkpoint written: the sentence says which model
 * is where. ST_DIVERGED, ST_IO. */
enum status session_train(struct session *s, struct err *err);

/* The figure of the best model on the test text, exact: one stream, every token but the first. *is
 * tells whether there is a test text. ST_INPUT where the best model is lost. */
enum status session_test(struct session *s, bool *is, double *value, struct err *err);

/* The test figure that the log of a finished run has; 0: none. */
enum status session_find_test(const struct session *s, double *value, struct err *err);

#endif
