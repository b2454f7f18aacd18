#include "cmd/train/train_report.h"

#include "cmd/report/report.h"
#include "lib/base/io.h"

enum { BAR_WIDTH = 22 };

/* Seconds to the end of the run, at the pace of the run so far. */
static double time_left(const struct train_report *r)
{
    const double all = (double)r->windows * r->epochs;
    return r->elapsed * (all - (double)r->step) / (double)r->step;
}

/* Words a second; 0 where a coarse clock has seen no time pass. */
static double rate_of_run(const struct train_report *r)
{
    return r->seconds > 0.0 ? (double)r->words / r->seconds : 0.0;
}

/* At most ten redraws a second. */
static bool due(struct train_reporter *t)
{
    const double now = io_seconds();
    if (!report_is_live() || now - t->last_live < 0.1)
        return false;
    t->last_live = now;
    return true;
}

static void on_window(void *ctx, const struct train_report *r)
{
    struct train_reporter *t = ctx;
    if (!due(t))
        return;
    char bar[BAR_WIDTH + 1], rate[REPORT_TEXT], perplexity[REPORT_TEXT], left[REPORT_TEXT];
    report_bar(bar, BAR_WIDTH, (double)r->window / (double)r->windows);
    report_live("epoch %d/%d %s %s  perplexity %s  %s left", r->epoch, r->epochs, bar,
                report_rate(rate, r->words_per_second, "words"),
                report_perplexity(perplexity, r->train_perplexity, 2),
                report_duration(left, time_left(r)));
}

static void on_evaluating(void *ctx, const struct train_report *r, uint64_t done, uint64_t all)
{
    struct train_reporter *t = ctx;
    if (!due(t))
        return;
    char bar[BAR_WIDTH + 1];
    report_bar(bar, BAR_WIDTH, (double)done / (double)all);
    report_live("epoch %d/%d %s evaluating on valid", r->epoch, r->epochs, bar);
}

static enum status log_line(const struct train_reporter *t, const char *kind,
                            const struct train_report *r, struct err *err)
{
    struct json *o;
    enum status status;
    TRY(json_new_object(&o, err));
    TRY_OUT(json_set_string(o, "kind", kind, err));
    TRY_OUT(json_set_int(o, "epoch", r->epoch, err));
    TRY_OUT(json_set_int(o, "step", (int64_t)r->step, err));
    TRY_OUT(json_set_int(o, "words", (int64_t)r->words, err));
    TRY_OUT(json_set_double(o, "seconds", r->elapsed, err));
    TRY_OUT(json_set_double(o, "words_per_second", rate_of_run(r), err));
    TRY_OUT(json_set_double(o, "lr", r->lr, err));
    TRY_OUT(json_set_double(o, "grad_norm", r->grad_norm, err));
    TRY_OUT(json_set_double(o, "train_perplexity", r->train_perplexity, err));
    if (r->valid_perplexity > 0.0) {
        TRY_OUT(json_set_double(o, "valid_perplexity", r->valid_perplexity, err));
        TRY_OUT(json_set_bool(o, "best", r->best, err));
    }
    status = run_log(t->run, o, err);
out:
    json_free(o);
    return status;
}

static enum status on_report(void *ctx, const struct train_report *r, struct err *err)
{
    const struct train_reporter *t = ctx;
    char rate[REPORT_TEXT], perplexity[REPORT_TEXT], left[REPORT_TEXT];
    if (!report_is_live())
        report_note("epoch %d/%d  %3.0f %%  %s  perplexity %s  %s left", r->epoch, r->epochs,
                    100.0 * (double)r->window / (double)r->windows,
                    report_rate(rate, r->words_per_second, "words"),
                    report_perplexity(perplexity, r->train_perplexity, 2),
                    report_duration(left, time_left(r)));
    return log_line(t, "report", r, err);
}

static enum status on_epoch(void *ctx, const struct train_report *r, struct err *err)
{
    struct train_reporter *t = ctx;
    char rate[REPORT_TEXT], time[REPORT_TEXT], train[REPORT_TEXT], valid[REPORT_TEXT] = "";
    const bool has_valid = r->valid_perplexity > 0.0;
    if (has_valid)
        report_perplexity(valid, r->valid_perplexity, 3);
    report_note("epoch %d/%d  lr %.4g  train %s%s%s%s  %s  %s", r->epoch, r->epochs, r->lr,
                report_perplexity(train, r->train_perplexity, 3), has_valid ? "  valid " : "",
                valid, has_valid && r->best ? " *" : "", report_rate(rate, rate_of_run(r), "words"),
                report_duration(time, r->elapsed));
    return log_line(t, "epoch", r, err);
}

/* A divergence goes back to the end of an epoch: a model that has been evaluated, and a place that
 * does not depend on when checkpoints were due. */
static enum status save(struct train_reporter *t, struct err *err)
{
    const struct train_state *s = t->checkpoint->state;
    const uint64_t start = s->ended ? s->report.step : t->start;
    TRY(run_save_checkpoint(t->run, t->checkpoint, t->notes, t->keeps_start ? &start : NULL, err));
    t->start = start;
    return ST_OK;
}

void train_reporter_save(struct train_reporter *t)
{
    struct err why;
    if (save(t, &why) == ST_OK)
        return;
    t->failed++;
    report_warning("%s; training goes on, and the checkpoint before stands", why.text);
}

enum status train_reporter_save_best(struct train_reporter *t, struct err *err)
{
    struct safetensors_staged model;
    TRY(run_stage_model(t->run, &model, t->checkpoint->model, t->notes, err));
    t->checkpoint->best_hash = model.hash;
    train_reporter_save(t);
    TRY(io_writer_commit(model.file, err));
    t->best_lost = false;
    return ST_OK;
}

static enum status on_checkpoint(void *ctx, enum train_pause why, struct err *err)
{
    struct train_reporter *t = ctx;
    if (why == TRAIN_STOP)
        return save(t, err);
    if (why == TRAIN_EPOCH_END && t->checkpoint->state->report.best)
        return train_reporter_save_best(t, err);
    train_reporter_save(t);
    return ST_OK;
}

struct train_observer train_reporter_observer(struct train_reporter *reporter,
                                              const volatile sig_atomic_t *stop)
{
    return (struct train_observer){.ctx = reporter,
                                   .window = on_window,
                                   .report = on_report,
                                   .evaluating = on_evaluating,
                                   .epoch = on_epoch,
                                   .checkpoint = on_checkpoint,
                                   .stop = stop};
}

enum status train_reporter_log_retry(const struct train_reporter *t, uint64_t diverged,
                                     struct err *err)
{
    const struct train_state *s = t->checkpoint->state;
    struct json *o;
    enum status status;
    TRY(json_new_object(&o, err));
    TRY_OUT(json_set_string(o, "kind", "retry", err));
    TRY_OUT(json_set_int(o, "epoch", s->report.epoch, err));
    TRY_OUT(json_set_int(o, "step", (int64_t)s->report.step, err));
    TRY_OUT(json_set_int(o, "diverged_step", (int64_t)diverged, err));
    TRY_OUT(json_set_int(o, "retries", s->retries, err));
    status = run_log(t->run, o, err);
out:
    json_free(o);
    return status;
}

enum status train_reporter_log_test(const struct train_reporter *reporter, double perplexity,
                                    uint64_t tokens, struct err *err)
{
    struct json *o;
    enum status status;
    TRY(json_new_object(&o, err));
    TRY_OUT(json_set_string(o, "kind", "test", err));
    TRY_OUT(json_set_int(o, "epoch", reporter->checkpoint->state->best_epoch, err));
    TRY_OUT(json_set_int(o, "tokens", (int64_t)tokens, err));
    TRY_OUT(json_set_double(o, "test_perplexity", perplexity, err));
    status = run_log(reporter->run, o, err);
out:
    json_free(o);
    return status;
}
