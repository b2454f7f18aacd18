/* A training run from the first window, or the one behind a checkpoint, to the test perplexity. */
#include <inttypes.h>
#include <stdio.h>

#include "cmd/command.h"
#include "cmd/interrupt.h"
#include "cmd/report/report.h"
#include "cmd/train/train_session.h"
#include "lib/task/use/eval.h"
#include "lib/task/use/lm.h"

static void session_fini(struct train_session *s)
{
    model_free(s->model);
    train_state_fini(&s->state);
    model_notes_fini(&s->notes);
    train_resume_fini(&s->resume);
    if (s->makes)
        interrupt_forget();
    run_fini(&s->run);
    dataset_fini(&s->data);
}

/* An interrupted run keeps its best epoch, or, where none has ended, what it has; and the
 * checkpoint to go on from. */
static enum status keep_interrupted(struct train_session *s, struct err *err)
{
    const struct err reason = *err;
    const int best = s->state.best_epoch;
    char model[REPORT_TEXT] = "the model as it stands";
    if (s->reporter.best_lost)
        snprintf(model, sizeof model, "no model of this run");
    else if (best == 0)
        TRY(run_save_model(&s->run, s->model, &s->notes, err));
    else
        snprintf(model, sizeof model, "the model of epoch %d", best);
    return err_set(err, ST_INTERRUPTED,
                   "%.300s; %s is in '%.250s', and 'ptblm train --resume %.250s' goes on",
                   reason.text, model, s->run.model, s->run.dir);
}

/* What stands after a failure, and what to do. */
static enum status add_remedy(const struct train_session *s, enum status status, struct err *err)
{
    const struct err reason = *err;
    if (status == ST_IO)
        return err_set(err, ST_IO,
                       "%.600s; when that is mended, 'ptblm train --resume %.250s' goes on",
                       reason.text, s->run.dir);
    if (status != ST_DIVERGED)
        return status;
    if (s->state.retries == TRAIN_RETRIES_MAX)
        return err_set(err, ST_DIVERGED, "%.800s; it went back %d times, which is the most",
                       reason.text, TRAIN_RETRIES_MAX);
    if (s->settings.retry)
        return status;
    return err_set(err, ST_DIVERGED,
                   "%.500s; try a smaller --lr or --max-grad-norm, or go back with 'ptblm train "
                   "--resume %.250s --on-divergence retry'",
                   reason.text, s->run.dir);
}

/* Model and state as they were at the start of the epoch; of the first one, as they begin. */
static enum status restore(struct train_session *s, struct err *err)
{
    bool found = false;
    const uint64_t start = s->reporter.start;
    TRY(run_go_back(&s->run, &s->checkpoint, start, &found, err));
    if (found)
        return ST_OK;
    if (start > 0)
        return err_set(err, ST_INPUT, "there is no checkpoint of step %" PRIu64, start);
    TRY(run_drop_checkpoints(&s->run, err));
    const struct init_settings init = init_uniform(s->settings.init_scale);
    TRY(model_initialise(s->model, &init, s->settings.config.seed, err));
    train_state_reset(&s->state);
    s->checkpoint.log_bytes = 0;
    s->checkpoint.best_hash = 0;
    return ST_OK;
}

/* Goes back and halves the learning rate. A run that is killed in the middle of this diverges again
 * when it is resumed, at the same step, and goes back then. */
static enum status go_back(struct train_session *s, const struct err *reason, struct err *err)
{
    const uint64_t diverged = s->state.report.step;
    const int retries = s->state.retries + 1;
    struct err why;
    bool whole;
    if (restore(s, &why) != ST_OK)
        return err_set(err, ST_DIVERGED, "%.500s; it cannot go back, because %.400s", reason->text,
                       why.text);
    s->state.retries = retries;
    report_warning("%s; going back to step %" PRIu64 " with half the learning rate", reason->text,
                   s->state.report.step);
    TRY(run_cut_log(&s->run, s->checkpoint.log_bytes, &whole, err));
    TRY(train_reporter_log_retry(&s->reporter, diverged, err));
    TRY(train_find_best(s, false, err));
    TRY(train_describe(s, err));
    if (s->mends)
        return train_reporter_save_best(&s->reporter, err);
    train_reporter_save(&s->reporter);
    return ST_OK;
}

static enum status train(struct train_session *s, struct err *err)
{
    const struct ids *splits = s->data.splits;
    const struct train_data data = {.train = splits[SPLIT_TRAIN].data,
                                    .n_train = splits[SPLIT_TRAIN].n,
                                    .valid = splits[SPLIT_VALID].data,
                                    .n_valid = splits[SPLIT_VALID].n,
                                    .unk = vocab_unk(s->data.vocab)};
    const struct train_observer observer = train_reporter_observer(&s->reporter, s->stop);
    enum status status;
    for (;;) {
        struct err reason;
        status = train_run(s->model, &s->state, &s->settings.config, &data, &observer, &reason);
        report_live_end();
        *err = reason;
        if (status != ST_DIVERGED || !s->settings.retry || s->state.retries == TRAIN_RETRIES_MAX)
            break;
        TRY(go_back(s, &reason, err));
    }
    return status == ST_INTERRUPTED ? keep_interrupted(s, err) : add_remedy(s, status, err);
}

static void show_progress(void *ctx, uint64_t done, uint64_t all, double nats)
{
    (void)ctx;
    (void)nats;
    char bar[23];
    report_bar(bar, sizeof bar - 1, (double)done / (double)all);
    report_live("test %s", bar);
}

/* The test perplexity of the best model, exact: one stream, every token but the first. */
static enum status test(struct train_session *s, struct eval_result *result, struct err *err)
{
    struct lm best;
    TRY(lm_open(&best, s->run.model, NULL, err));
    const struct eval_request request = {.ids = s->data.splits[SPLIT_TEST].data,
                                         .n = s->data.splits[SPLIT_TEST].n,
                                         .unk = vocab_unk(s->data.vocab),
                                         .streams = 1,
                                         .progress = show_progress,
                                         .stop = s->stop};
    const enum status status = eval_stream(result, best.model, &request, err);
    report_live_end();
    lm_close(&best);
    return status == ST_INTERRUPTED ? keep_interrupted(s, err) : status;
}

static void print_best(const struct train_state *state)
{
    if (state->report.valid_perplexity > 0.0)
        printf("best_epoch %d\nvalid_perplexity %.4f\n", state->best_epoch, state->best_valid);
}

enum status train_best_lost(const struct train_session *s, struct err *err)
{
    return err_set(
        err, ST_INPUT,
        "'%.400s' is missing, damaged or another model, and no checkpoint has that of epoch %d, "
        "the best: put it back, or train on for a better one with 'ptblm train --resume "
        "%.400s --epochs N'",
        s->run.model, s->state.best_epoch, s->run.dir);
}

static enum status finish(struct train_session *s, struct err *err)
{
    if (s->reporter.best_lost)
        return train_best_lost(s, err);
    print_best(&s->state);
    if (s->data.splits[SPLIT_TEST].n > 1) {
        struct eval_result result;
        TRY(test(s, &result, err));
        TRY(train_reporter_log_test(&s->reporter, eval_perplexity(&result), result.tokens, err));
        printf("test_perplexity %.4f\n", eval_perplexity(&result));
        if (s->data.true_perplexity[SPLIT_TEST] > 0.0)
            printf("true_perplexity %.4f\n", s->data.true_perplexity[SPLIT_TEST]);
    }
    if (s->reporter.failed > 0)
        report_warning("%d checkpoint%s could not be written; the model is whole",
                       s->reporter.failed, s->reporter.failed == 1 ? "" : "s");
    report_note("wrote       %s", s->run.model);
    return ST_OK;
}

/* The figures of a run that has ended, again. */
static enum status show_finished(const struct train_session *s, struct err *err)
{
    struct json *line;
    double perplexity;
    const int epochs = s->state.report.epoch;
    report_note("finished    %s has all its %d epoch%s; --epochs asks for more", s->run.dir, epochs,
                epochs == 1 ? "" : "s");
    print_best(&s->state);
    TRY(run_find_line(&s->run, 0, "test", &line, err));
    if (line != NULL && json_get_double(line, "test_perplexity", &perplexity, err) == ST_OK)
        printf("test_perplexity %.4f\n", perplexity);
    json_free(line);
    return ST_OK;
}

enum status train_session_run(const struct invocation *call, struct err *err)
{
    struct train_session s = {0};
    interrupt_ignore_pipe();
    enum status status = train_prepare(&s, call, err);
    s.stop = interrupt_flag();
    if (status == ST_OK && s.finished)
        status = show_finished(&s, err);
    else if (status == ST_OK) {
        status = train(&s, err);
        if (status == ST_OK)
            status = finish(&s, err);
    }
    session_fini(&s);
    return status;
}
