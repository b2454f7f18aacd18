/* A training run from its start or its newest checkpoint to the test of its best model: with
 * checkpoints, going back after divergence, and restoring a lost best model. The order of calls:
 *
 *     session_create, or session_open and session_find_end
 *     session_make            model and state, once text and settings are known
 *     session_start           creates the run's files, or loads the checkpoint
 *     session_train
 *     session_test
 *     session_fini            also after a failure
 *
 * Prints nothing: what a user should know is reported as an event. */
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
    SESSION_TRAINING,  /* running, or about to be; its best model, if any, is in place */
    SESSION_MENDING,   /* the best model has to be written again from the checkpoint */
    SESSION_BEST_LOST, /* the best model is lost; the next better one replaces it */
    SESSION_FINISHED,  /* there is nothing left to do */
};

enum session_event_kind {
    SESSION_SKIPPED_CHECKPOINT, /* reason: why it cannot be used; the previous one is tried */
    SESSION_RESUMED,            /* from where the report says */
    SESSION_STARTS_FROM,        /* a trained model; valid: its metric on the valid text */
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
    const char *reason; /* a sentence; NULL if the kind has none */
    const struct train_report *report;
    int best_epoch;
    double valid;
};

/* An observer of the run; every function may be NULL. */
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

/* The plan of a run. */
struct session_plan {
    struct model_shape shape;
    struct start start;
    struct train_config config;
    bool goes_back; /* if it diverges: to the end of the previous epoch, with half the rate */
    /* makes config.json and the note in the model files, after so many retries */
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
    struct task_split test;
    const struct dataset *dataset; /* borrowed */
    struct model *model;
    struct train_state train;
    struct checkpoint checkpoint;  /* model and state */
    struct checkpoint_file newest; /* of a resumed run, until it is taken up; no path: none */
    struct model_notes notes;      /* written into the model file and checkpoints */
    /* step of the last epoch's end that has a checkpoint, or of the first checkpoint after it that
     * has; 0: the run's start */
    uint64_t start;
    int failed;         /* checkpoints that could not be written */
    struct buf skipped; /* reasons to be told of at the start, each with a NUL after it */
};

/* A new run in a directory; see run_create. */
enum status session_create(struct session *s, const char *dir, bool replace,
                           const struct session_view *view, struct err *err);

/* Opens an existing run: reads its config.json, which the caller frees (NULL after a failure), and
 * opens its newest intact checkpoint, which is read once. */
enum status session_open(struct session *s, const char *dir, const struct session_view *view,
                         struct json **config, struct err *err);
void session_fini(struct session *s);

/* For an opened run: sets the state to SESSION_FINISHED if all epochs and the test are done, so
 * that even its text is no longer needed. ST_USAGE if it is already past config->epochs. */
enum status session_find_end(struct session *s, const struct train_config *config, struct err *err);

/* Makes model and state, and checks that the disk has room for them. The dataset must outlive the
 * session. ST_USAGE, ST_NOMEM, ST_IO. */
enum status session_make(struct session *s, const struct session_plan *plan,
                         const struct dataset *dataset, struct err *err);

/* Begins the run, replacing an earlier one; or loads its checkpoint, after which there may be
 * nothing left to do. */
enum status session_start(struct session *s, struct err *err);

/* Trains to the end of the run. ST_INTERRUPTED after writing the checkpoint; the message says which
 * model is where. ST_DIVERGED, ST_IO. */
enum status session_train(struct session *s, struct err *err);

/* What the best model makes of the test text. */
struct session_test {
    bool is; /* there is a test text */
    double value;
    uint64_t tokens;            /* that were scored: all but the first */
    uint64_t words, characters; /* the same of these; 0: not known, or the tokens are the words */
};

/* Evaluates the best model on the test text exactly: one stream. ST_INPUT if the best model is
 * lost. */
enum status session_test(struct session *s, struct session_test *test, struct err *err);

/* The same from the log of a finished run. */
enum status session_find_test(const struct session *s, struct session_test *test, struct err *err);

/* The valid metric, in the log, of the model that the run started from; 0: none. */
enum status session_find_valid_at_start(const struct session *s, double *value, struct err *err);

#endif
