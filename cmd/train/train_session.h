/* One run of ptblm train, from the corpus to the test perplexity; shared by the files that prepare
 * it (train_prepare.c, train_load.c) and carry it out (train_session.c). */
#ifndef PTBLM_CMD_TRAIN_TRAIN_SESSION_H
#define PTBLM_CMD_TRAIN_TRAIN_SESSION_H

#include <signal.h>
#include <stdbool.h>

#include "cmd/train/train_options.h"
#include "cmd/train/train_report.h"
#include "cmd/train/train_resume.h"
#include "lib/task/data/dataset.h"

/* All that a run needs, so that one place releases it. */
struct train_session {
    const struct invocation *call; /* as typed, or as the run that is resumed was */
    bool resumes, finished;        /* `finished`: there is nothing to do but to say so */
    bool makes;                    /* the directory of the run is made here */
    bool mends;                    /* the best model is to be written again from the checkpoint */
    struct train_resume resume;
    struct train_settings settings;
    struct dataset data;
    struct model *model;
    struct train_state state;
    struct checkpoint checkpoint; /* model and state */
    struct model_notes notes;
    struct run run;
    struct train_reporter reporter;
    const volatile sig_atomic_t *stop;
};

/* Directory, settings, corpus, model, and the state to begin or go on with. What would fail in
 * training fails here, before an earlier run is replaced. */
enum status train_prepare(struct train_session *s, const struct invocation *call, struct err *err);

/* For a run that is resumed: sets `finished` and the state's figures where its test perplexity is
 * in the log, behind the last epoch, so that not even the text need be there any more. */
enum status train_find_end(struct train_session *s, struct err *err);

/* Loads model and state, and cuts the log to where it was then. */
enum status train_load(struct train_session *s, struct err *err);

/* Whether the model file is the one that the state speaks of; a warning where it is not. A
 * checkpoint of that epoch's end has its weights, which sets `mends`; with any other, what is lost
 * may come again with an epoch that is better, unless the run is complete: then it is ST_INPUT. */
enum status train_find_best(struct train_session *s, bool complete, struct err *err);

/* Sets *err to say that the model of the best epoch is lost: ST_INPUT. */
enum status train_best_lost(const struct train_session *s, struct err *err);

/* Writes config.json and the notes of the model files, which say how often the run went back. */
enum status train_describe(struct train_session *s, struct err *err);

#endif
