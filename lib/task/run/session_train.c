/* The middle of a run: training, and going back after divergence. */
#include <inttypes.h>
#include <stdio.h>

#include "lib/task/run/session_private.h"
#include "lib/task/train/train_average.h"

/* --- what training tells --- */

static void on_window(void *ctx, const struct train_report *r)
{
    const struct session *s = ctx;
    if (s->view.window != NULL)
        s->view.window(s->view.ctx, r);
}

static enum status on_report(void *ctx, const struct train_report *r, struct err *err)
{
    const struct session *s = ctx;
    if (s->view.report != NULL)
        s->view.report(s->view.ctx, r);
    return session_log_report(s, "report", r, err);
}

static void on_evaluating(void *ctx, const struct train_report *r, uint64_t done, uint64_t all)
{
    const struct session *s = ctx;
    if (s->view.evaluating != NULL)
        s->view.evaluating(s->view.ctx, r, done, all);
}

static enum status on_evaluated(void *ctx, const struct train_report *r, struct err *err)
{
    const struct session *s = ctx;
    if (s->view.evaluated != NULL)
        s->view.evaluated(s->view.ctx, r);
    return session_log_report(s, "epoch", r, err);
}

/* A checkpoint that cannot be written is an event, and training continues; it is a failure only if
 * the run is about to stop. */
static enum status on_checkpoint(void *ctx, enum train_pause why, struct err *err)
{
    struct session *s = ctx;
    if (why == TRAIN_STOP)
        return session_save(s, err);
    if (why == TRAIN_EVALUATED && s->train.report.best)
        return session_save_best(s, err);
    session_try_to_save(s);
    return ST_OK;
}

/* --- going back --- */

/* Restores model and state to the start of the epoch, or of the run. */
static enum status restore(struct session *s, struct err *err)
{
    bool found = false;
    TRY(run_go_back(&s->run, &s->checkpoint, s->start, &found, err));
    if (found)
        return ST_OK;
    if (s->start > 0)
        return err_set(err, ST_INPUT, "there is no checkpoint of step %" PRIu64, s->start);
    s->run.has_checkpoint = false; /* that of the start takes the place of all, once it is saved */
    TRY(start_weights(s->model, &s->plan.start, s->plan.config.seed, err));
    train_state_reset(&s->train, s->plan.config.optim, &s->plan.config.optim_settings,
                      s->plan.config.metric);
    s->checkpoint.log_bytes = 0;
    s->checkpoint.best_hash = 0;
    return ST_OK;
}

/* Goes back and halves the learning rate. A run that is killed in the middle of this diverges again
 * at the same step when it is resumed, and goes back then. */
static enum status go_back(struct session *s, const struct err *reason, struct err *err)
{
    const uint64_t diverged = s->train.report.step;
    const int retries = s->train.retries + 1;
    const double elapsed = s->train.report.elapsed;
    struct err why;
    bool whole;
    if (restore(s, &why) != ST_OK) {
        err_wrap(err, &why, "%s; it cannot go back", reason->text);
        err->code = ST_DIVERGED;
        return ST_DIVERGED;
    }
    s->train.retries = retries;
    s->train.report.elapsed = elapsed; /* the time is gone, also for a budget of minutes */
    session_tell(s, SESSION_WENT_BACK, reason->text);
    TRY(run_cut_log(&s->run, s->checkpoint.log_bytes, &whole, err));
    TRY(session_log_retry(s, diverged, err));
    TRY(session_find_best(s, false, err));
    TRY(session_write_config(s, err));
    if (s->state == SESSION_MENDING)
        return session_save_best(s, err);
    session_try_to_save(s);
    return ST_OK;
}

/* --- the end of training --- */

/* An interrupted run keeps the model of its best epoch or, if no epoch has ended, the current one;
 * and the checkpoint to resume from. */
static enum status keep_interrupted(struct session *s, struct err *err)
{
    const int best = s->train.best_epoch;
    char model[64] = "the model as it stands";
    struct err why;
    train_exchange_shown(&s->train, s->model, &s->plan.config); /* of no more use to the run */
    if (s->state == SESSION_BEST_LOST)
        snprintf(model, sizeof model, "no model of this run");
    else if (best > 0)
        snprintf(model, sizeof model, "the model of epoch %d", best);
    else if (run_save_model(&s->run, s->model, &s->notes, &why) != ST_OK)
        return err_set(err, why.code, "%s", why.text);
    return err_add(err, "%s is in '%s'", model, s->run.model);
}

/* Whether training is worth it is seen only beside the model that it starts from. Signals wait. */
static enum status evaluate_start(struct session *s, struct err *err)
{
    const struct task_request request = {.split = &s->data.valid,
                                         .metric = s->plan.config.metric,
                                         .bio = s->plan.config.bio,
                                         .B = s->plan.config.B};
    struct session_event event = {.kind = SESSION_STARTS_FROM, .report = &s->train.report};
    TRY(s->plan.config.task->evaluate(&event.valid, s->model, &request, err));
    if (s->view.event != NULL)
        s->view.event(s->view.ctx, &event);
    return session_log_start(s, event.valid, err);
}

enum status session_train(struct session *s, struct err *err)
{
    const struct train_observer observer = {.ctx = s,
                                            .window = on_window,
                                            .report = on_report,
                                            .evaluating = on_evaluating,
                                            .evaluated = on_evaluated,
                                            .checkpoint = on_checkpoint,
                                            .stop = s->view.stop};
    for (;;) {
        struct err reason = {0};
        if (s->plan.start.from != NULL && s->train.report.step == 0 &&
            s->plan.config.task->targets(&s->data.valid) > 0)
            TRY(evaluate_start(s, err));
        const enum status status =
            train_run(s->model, &s->train, &s->plan.config, &s->data, &observer, &reason);
        if (status != ST_OK)
            *err = reason;
        if (status == ST_INTERRUPTED)
            return keep_interrupted(s, err);
        if (status != ST_DIVERGED || !s->plan.goes_back)
            return status;
        if (s->train.retries == TRAIN_RETRIES_MAX)
            return err_add(err, "it has gone back %d times already, the most that is allowed",
                           TRAIN_RETRIES_MAX);
        TRY(go_back(s, &reason, err));
    }
}
