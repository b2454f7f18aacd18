/* The beginning and the end of a run. */
#include "lib/task/run/session.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/model/compute.h"
#include "lib/task/data/text_notes.h"
#include "lib/task/data/example_record.h"
#include "lib/task/run/session_private.h"
#include "lib/task/train/train_average.h"
#include "vocab/tokenizer/bpe.h"

static void tell_skipped(void *ctx, const char *reason)
{
    session_tell(ctx, SESSION_SKIPPED_CHECKPOINT, reason);
}

/* A finished run needs no checkpoint, and so does not report a damaged one. */
static void keep_skipped(void *ctx, const char *reason)
{
    struct session *s = ctx;
    (void)buf_add(&s->skipped, reason, strlen(reason) + 1, NULL);
}

static void tell_kept(const struct session *s)
{
    const char *at = s->skipped.data;
    for (; at != NULL && at < s->skipped.data + s->skipped.len; at += strlen(at) + 1)
        session_tell(s, SESSION_SKIPPED_CHECKPOINT, at);
}

enum status session_create(struct session *s, const char *dir, bool replace,
                           const struct session_view *view, struct err *err)
{
    *s = (struct session){.view = *view, .run = {.lock = -1}};
    return run_create(&s->run, dir, replace, err);
}

enum status session_open(struct session *s, const char *dir, const struct session_view *view,
                         struct json **config, struct err *err)
{
    bool found;
    *s = (struct session){.resumes = true, .view = *view, .run = {.lock = -1}};
    TRY(run_open(&s->run, dir, err));
    TRY(run_read_config(&s->run, config, err));
    const struct run_skipped skipped = {s, keep_skipped};
    const enum status status =
        run_open_checkpoint(&s->run, &s->newest, UINT64_MAX, &skipped, &found, err);
    if (status != ST_OK) {
        json_free(*config);
        *config = NULL;
    }
    return status;
}

void session_fini(struct session *s)
{
    checkpoint_close(&s->newest);
    model_free(s->model);
    train_state_fini(&s->train);
    model_notes_fini(&s->notes);
    buf_fini(&s->skipped);
    run_fini(&s->run);
}

static enum status check_epochs(const struct session *s, const struct train_config *config,
                                int epoch, struct err *err)
{
    if (config->epochs >= epoch)
        return ST_OK;
    return err_set(err, ST_USAGE, "%d epoch%s: too few, '%s' is in epoch %d already",
                   config->epochs, config->epochs == 1 ? "" : "s", s->run.dir, epoch);
}

enum status session_find_end(struct session *s, const struct train_config *config, struct err *err)
{
    const struct checkpoint_summary *summary = &s->newest.summary;
    struct json *test;
    struct err is_another; /* reported when the run starts */
    s->plan.config = *config;
    if (s->newest.path == NULL)
        return ST_OK;
    TRY(check_epochs(s, config, summary->state.report.epoch, err));
    if (train_find_end(&summary->state, config) == TRAIN_GOES_ON ||
        run_check_model(&s->run, summary->best_hash, &is_another) != ST_OK)
        return ST_OK;
    TRY(run_find_line(&s->run, summary->log_bytes, "test", &test, err));
    if (test != NULL) {
        s->state = SESSION_FINISHED;
        s->train = summary->state;
    }
    json_free(test);
    return ST_OK;
}

/* What a model needs besides to read sequences with labels, and to name its labels. */
static enum status set_label_notes(struct session *s, struct err *err)
{
    const struct example_coding *c = &s->dataset->coding;
    TRY(names_format(s->dataset->labels, &s->notes.labels, err));
    for (size_t i = 0; i < c->columns.features.n; i++)
        TRY(names_format(c->features[i], &s->notes.features[i], err));
    return example_record_format(c, s->plan.config.bio, &s->notes.examples, err);
}

static enum status set_notes(struct session *s, struct err *err)
{
    TRY(text_notes_set(&s->notes, s->dataset, err));
    return s->dataset->labels != NULL ? set_label_notes(s, err) : ST_OK;
}

static struct task_split split_of(const struct dataset *d, enum split s)
{
    const struct examples *e = d->examples[s];
    if (e != NULL)
        return (struct task_split){.n = e->n, .examples = e, .labels = d->labels};
    if (d->labels != NULL)
        return (struct task_split){0};
    return (struct task_split){
        .ids = d->splits[s].data, .n = d->splits[s].n, .unk = vocab_unk(d->vocab)};
}

enum status session_make(struct session *s, const struct session_plan *plan,
                         const struct dataset *dataset, struct err *err)
{
    /* two or three are kept while one more is written, and a model beside the previous one */
    const int checkpoints = plan->goes_back ? 5 : 4;
    s->plan = *plan;
    s->dataset = dataset;
    s->data = (struct train_data){split_of(dataset, SPLIT_TRAIN), split_of(dataset, SPLIT_VALID)};
    s->test = split_of(dataset, SPLIT_TEST);
    TRY(model_new(&s->model, &plan->shape, err));
    TRY(train_state_init(&s->train, s->model, train_rows(&plan->config), plan->config.optim,
                         &plan->config.optim_settings, plan->config.metric, err));
    TRY(train_state_add_copies(&s->train, s->model, &plan->config, err));
    if (s->newest.path == NULL) /* otherwise its weights take their place */
        TRY(start_weights(s->model, &plan->start, plan->config.seed, err));
    s->checkpoint = (struct checkpoint){.model = s->model,
                                        .state = &s->train,
                                        .config = &s->plan.config,
                                        .fingerprint = dataset->fingerprint};
    TRY(set_notes(s, err));
    return run_check_room(&s->run, checkpoint_bytes(&s->checkpoint, &s->notes), checkpoints, err);
}

static enum status begin(struct session *s, struct err *err)
{
    struct json *config;
    TRY(session_describe(s, &config, err));
    const enum status status = run_begin(&s->run, config, err);
    json_free(config);
    s->state = SESSION_TRAINING;
    return status;
}

/* Results are the same to the bit only for the same kernels and matrix library. */
static void compare_kernels(const struct session *s)
{
    const struct checkpoint_summary *was = &s->newest.summary;
    struct compute_info is;
    char reason[256];
    compute_get(&is);
    if (strcmp(was->kernels, is.kernels) == 0 && strcmp(was->matrices, is.matrices) == 0)
        return;
    snprintf(reason, sizeof reason, "kernels %s and matrices %s, where it was %s and %s",
             is.kernels, is.matrices, was->kernels, was->matrices);
    session_tell(s, SESSION_OTHER_KERNELS, reason);
}

/* A divergence must go back to a checkpoint that exists: that of the epoch's start, which is kept
 * only for runs that may go back, or else the current one. */
static enum status find_start(struct session *s, struct err *err)
{
    const struct train_report *r = &s->train.report;
    const uint64_t begun = s->train.ended ? r->step : r->step - r->window;
    char *path = run_checkpoint_path(&s->run, begun, err);
    if (path == NULL)
        return ST_NOMEM;
    s->start = begun == 0 || io_exists(path) ? begun : r->step;
    mem_free(path);
    return ST_OK;
}

static enum status take_up_checkpoint(struct session *s, struct err *err)
{
    tell_kept(s);
    if (s->newest.path == NULL) {
        session_tell(s, SESSION_RESUMED_AT_START, NULL);
        return ST_OK;
    }
    const struct run_skipped skipped = {s, tell_skipped};
    TRY(run_load_checkpoint(&s->run, &s->checkpoint, &s->newest, &skipped, err));
    session_tell(s, SESSION_RESUMED, NULL);
    compare_kernels(s);
    checkpoint_close(&s->newest);
    return ST_OK;
}

/* What the test will score; 0: there is no test. */
static uint64_t plan_targets(const struct session *s)
{
    return s->plan.config.task->targets(&s->test);
}

static enum status resume(struct session *s, struct err *err)
{
    bool whole;
    TRY(take_up_checkpoint(s, err));
    TRY(find_start(s, err));
    const bool complete = train_find_end(&s->train, &s->plan.config) != TRAIN_GOES_ON;
    TRY(session_find_best(s, complete, err));
    if (complete && plan_targets(s) == 0 && s->state != SESSION_MENDING) {
        s->state = SESSION_FINISHED;
        return ST_OK;
    }
    TRY(run_cut_log(&s->run, s->checkpoint.log_bytes, &whole, err));
    if (!whole)
        session_tell(s, SESSION_LOG_IS_SHORT, s->run.log);
    TRY(session_write_config(s, err));
    return s->state == SESSION_MENDING ? session_save_best(s, err) : ST_OK;
}

enum status session_start(struct session *s, struct err *err)
{
    return s->resumes ? resume(s, err) : begin(s, err);
}

/* Of a text whose tokens are no words, what figures of different tokenizers can be compared by. */
static void count_words(const struct session *s, struct session_test *made)
{
    const struct ids *test = &s->dataset->splits[SPLIT_TEST];
    if (s->dataset->labels != NULL || s->dataset->tokenizer->gives_words || test->words < 2 ||
        test->characters < 2)
        return;
    made->words = test->words - 1;
    made->characters = test->characters - 1;
}

enum status session_test(struct session *s, struct session_test *made, struct err *err)
{
    const struct train_config *c = &s->plan.config;
    struct model_notes notes = {0};
    struct model *best;
    *made = (struct session_test){.is = plan_targets(s) > 0};
    if (s->state == SESSION_BEST_LOST)
        return session_best_is_lost(s, err);
    if (!made->is)
        return ST_OK;
    TRY(model_load(&best, &notes, s->run.model, err));
    const struct task_request request = {.split = &s->test,
                                         .metric = c->metric,
                                         .bio = c->bio,
                                         .B = c->task->of_labels ? c->B : 1,
                                         .progress = s->view.testing,
                                         .ctx = s->view.ctx,
                                         .stop = s->view.stop};
    const enum status status = c->task->evaluate(&made->value, best, &request, err);
    model_free(best);
    model_notes_fini(&notes);
    TRY(status);
    if (!isfinite(made->value))
        return err_set(err, ST_DIVERGED, "the test %s of '%s' is not finite: training diverged",
                       c->metric->name, s->run.model);
    made->tokens = plan_targets(s);
    count_words(s, made);
    return session_log_test(s, made, err);
}
