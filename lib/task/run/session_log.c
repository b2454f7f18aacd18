/* What a run reports: events to its observer, lines to its log. */
#include <stdio.h>

#include "lib/task/run/session_private.h"

enum { KEY_SIZE = 64 };

void session_tell(const struct session *s, enum session_event_kind kind, const char *reason)
{
    const struct session_event event = {.kind = kind,
                                        .reason = reason,
                                        .report = &s->train.report,
                                        .best_epoch = s->train.best_epoch};
    if (s->view.event != NULL)
        s->view.event(s->view.ctx, &event);
}

/* "valid_perplexity" */
static enum status set_named(struct json *o, const char *of, const char *what, double value,
                             struct err *err)
{
    char key[KEY_SIZE];
    snprintf(key, sizeof key, "%s_%s", of, what);
    return json_set_double(o, key, value, err);
}

static enum status set_metric(struct json *o, const struct session *s, const char *of, double value,
                              struct err *err)
{
    return set_named(o, of, s->plan.config.metric->name, value, err);
}

/* What training says of the epoch so far and, for labels, of the last batch. */
static enum status set_training(struct json *o, const struct session *s,
                                const struct train_report *r, struct err *err)
{
    const struct task_ops *task = s->plan.config.task;
    TRY(set_named(o, "train", task->train_metric->name, r->train_metric, err));
    if (!task->of_labels)
        return ST_OK;
    TRY(json_set_double(o, "train_loss", r->train_loss, err));
    TRY(set_named(o, "batch", task->train_metric->name, r->batch_metric, err));
    return json_set_double(o, "batch_loss", r->batch_loss, err);
}

/* Words per second; 0 if a coarse clock shows no time passed. */
static double rate_of_run(const struct train_report *r)
{
    return r->seconds > 0.0 ? (double)r->words / r->seconds : 0.0;
}

static enum status set_report(struct json *o, const struct session *s, const char *kind,
                              const struct train_report *r, struct err *err)
{
    TRY(json_set_string(o, "kind", kind, err));
    TRY(json_set_int(o, "epoch", r->epoch, err));
    TRY(json_set_int(o, "step", (int64_t)r->step, err));
    TRY(json_set_int(o, "words", (int64_t)r->words, err));
    TRY(json_set_double(o, "flops", r->flops, err));
    TRY(json_set_double(o, "seconds", r->elapsed, err));
    TRY(json_set_double(o, "words_per_second", rate_of_run(r), err));
    TRY(json_set_double(o, "lr", r->lr, err));
    TRY(json_set_double(o, "grad_norm", r->grad_norm, err));
    TRY(set_training(o, s, r, err));
    if (!r->validated)
        return ST_OK;
    TRY(set_metric(o, s, "valid", r->valid_metric, err));
    return json_set_bool(o, "best", r->best, err);
}

enum status session_log_report(const struct session *s, const char *kind,
                               const struct train_report *r, struct err *err)
{
    struct json *o;
    TRY(json_new_object(&o, err));
    enum status status = set_report(o, s, kind, r, err);
    if (status == ST_OK)
        status = run_log(&s->run, o, err);
    json_free(o);
    return status;
}

enum status session_log_retry(const struct session *s, uint64_t diverged, struct err *err)
{
    const struct train_state *t = &s->train;
    struct json *o;
    enum status status;
    TRY(json_new_object(&o, err));
    TRY_OUT(json_set_string(o, "kind", "retry", err));
    TRY_OUT(json_set_int(o, "epoch", t->report.epoch, err));
    TRY_OUT(json_set_int(o, "step", (int64_t)t->report.step, err));
    TRY_OUT(json_set_int(o, "diverged_step", (int64_t)diverged, err));
    TRY_OUT(json_set_int(o, "retries", t->retries, err));
    TRY_OUT(json_set_double(o, "flops", t->report.flops, err));
    status = run_log(&s->run, o, err);
out:
    json_free(o);
    return status;
}

enum status session_log_test(const struct session *s, const struct session_test *test,
                             struct err *err)
{
    struct json *o;
    enum status status;
    TRY(json_new_object(&o, err));
    TRY_OUT(json_set_string(o, "kind", "test", err));
    TRY_OUT(json_set_int(o, "epoch", s->train.best_epoch, err));
    TRY_OUT(json_set_int(o, "tokens", (int64_t)test->tokens, err));
    if (test->words > 0) {
        TRY_OUT(json_set_int(o, "words", (int64_t)test->words, err));
        TRY_OUT(json_set_int(o, "characters", (int64_t)test->characters, err));
    }
    TRY_OUT(json_set_double(o, "flops", s->train.report.flops, err));
    TRY_OUT(set_metric(o, s, "test", test->value, err));
    status = run_log(&s->run, o, err);
out:
    json_free(o);
    return status;
}

enum status session_log_start(const struct session *s, double valid, struct err *err)
{
    struct json *o;
    enum status status;
    TRY(json_new_object(&o, err));
    TRY_OUT(json_set_string(o, "kind", "start", err));
    TRY_OUT(set_metric(o, s, "valid", valid, err));
    status = run_log(&s->run, o, err);
out:
    json_free(o);
    return status;
}

static enum status find_metric(const struct session *s, const char *kind, const char *of,
                               double *value, struct err *err)
{
    struct json *line;
    char key[KEY_SIZE];
    snprintf(key, sizeof key, "%s_%s", of, s->plan.config.metric->name);
    *value = 0.0;
    TRY(run_find_line(&s->run, 0, kind, &line, err));
    if (line != NULL && json_has(line, key))
        (void)json_get_double(line, key, value, NULL);
    json_free(line);
    return ST_OK;
}

static uint64_t find_count(const struct json *line, const char *key)
{
    int64_t n = 0;
    return json_has(line, key) && json_get_int(line, key, &n, NULL) == ST_OK && n > 0 ? (uint64_t)n
                                                                                      : 0;
}

enum status session_find_test(const struct session *s, struct session_test *test, struct err *err)
{
    struct json *line;
    *test = (struct session_test){0};
    TRY(find_metric(s, "test", "test", &test->value, err));
    TRY(run_find_line(&s->run, 0, "test", &line, err));
    if (line != NULL) {
        test->tokens = find_count(line, "tokens");
        test->words = find_count(line, "words");
        test->characters = find_count(line, "characters");
    }
    test->is = test->value > 0.0 || test->tokens > 0; /* a share of labels may be 0 */
    json_free(line);
    return ST_OK;
}

enum status session_find_valid_at_start(const struct session *s, double *value, struct err *err)
{
    return find_metric(s, "start", "valid", value, err);
}
