#include "cmd/train/train_view.h"

#include <inttypes.h>

#include "cmd/report/metric_text.h"
#include "cmd/report/report.h"

enum { BAR_WIDTH = 22 };

/* Seconds to the end of the run, at the pace of the run so far. */
static double time_left(const struct train_report *r)
{
    return r->elapsed * ((double)r->last_step - (double)r->step) / (double)r->step;
}

/* Words per second; 0 if a coarse clock shows no time passed. */
static double rate_of_run(const struct train_report *r)
{
    return r->seconds > 0.0 ? (double)r->words / r->seconds : 0.0;
}

static void on_window(void *ctx, const struct train_report *r)
{
    const struct train_view *v = ctx;
    if (!report_live_due())
        return;
    char bar[BAR_WIDTH + 1], rate[REPORT_TEXT], metric[REPORT_TEXT], left[REPORT_TEXT];
    report_bar(bar, BAR_WIDTH, (double)r->window / (double)r->windows);
    report_live("epoch %d/%d %s %s  %s %s  %s left", r->epoch, r->epochs, bar,
                report_rate(rate, r->words_per_second, v->task->unit), v->task->train_metric->name,
                report_figure(metric, v->task->train_metric, r->train_metric, 2),
                report_duration(left, time_left(r)));
}

static void on_evaluating(void *ctx, const struct train_report *r, uint64_t done, uint64_t all)
{
    (void)ctx;
    if (!report_live_due())
        return;
    char bar[BAR_WIDTH + 1];
    report_bar(bar, BAR_WIDTH, (double)done / (double)all);
    report_live("epoch %d/%d %s evaluating on valid", r->epoch, r->epochs, bar);
}

static void on_testing(void *ctx, uint64_t done, uint64_t all, double nats)
{
    (void)ctx;
    (void)nats;
    char bar[BAR_WIDTH + 1];
    report_bar(bar, BAR_WIDTH, (double)done / (double)all);
    report_live("test %s", bar);
}

static void on_report(void *ctx, const struct train_report *r)
{
    const struct train_view *v = ctx;
    char rate[REPORT_TEXT], metric[REPORT_TEXT], left[REPORT_TEXT];
    if (report_is_live())
        return;
    report_note("epoch %d/%d  %3.0f %%  %s  %s %s  %s left", r->epoch, r->epochs,
                100.0 * (double)r->window / (double)r->windows,
                report_rate(rate, r->words_per_second, v->task->unit), v->task->train_metric->name,
                report_figure(metric, v->task->train_metric, r->train_metric, 2),
                report_duration(left, time_left(r)));
}

static void on_evaluated(void *ctx, const struct train_report *r)
{
    const struct train_view *v = ctx;
    char rate[REPORT_TEXT], time[REPORT_TEXT], train[REPORT_TEXT], valid[REPORT_TEXT] = "";
    if (r->validated)
        report_figure(valid, v->metric, r->valid_metric, 3);
    report_note("epoch %d/%d  lr %.4g  train %s%s%s%s  %s  %s", r->epoch, r->epochs, r->lr,
                report_figure(train, v->task->train_metric, r->train_metric, 3),
                r->validated ? "  valid " : "", valid, r->validated && r->best ? " *" : "",
                report_rate(rate, rate_of_run(r), v->task->unit),
                report_duration(time, r->elapsed));
}

static void report_resumed(const struct train_report *r)
{
    if (r->window == r->windows)
        report_note("resuming    after epoch %d, at step %" PRIu64, r->epoch, r->step);
    else
        report_note("resuming    in epoch %d, after window %" PRIu64 " of %" PRIu64
                    ", at step %" PRIu64,
                    r->epoch, r->window, r->windows, r->step);
}

static void on_event(void *ctx, const struct session_event *e)
{
    const struct train_view *v = ctx;
    char valid[REPORT_TEXT];
    switch (e->kind) {
    case SESSION_SKIPPED_CHECKPOINT:
        report_warning("%s; going back to the checkpoint before it", e->reason);
        return;
    case SESSION_RESUMED:
        report_resumed(e->report);
        return;
    case SESSION_STARTS_FROM:
        report_note("at first    valid %s", report_figure(valid, v->metric, e->valid, 3));
        return;
    case SESSION_RESUMED_AT_START:
        report_note("resuming    from the start: there is no checkpoint yet");
        return;
    case SESSION_OTHER_KERNELS:
        report_note("resuming    with %s: the result will differ in the last bits", e->reason);
        return;
    case SESSION_MENDS_BEST:
        report_warning("%s, not the one of epoch %d, the best so far; it is written again from the "
                       "checkpoint",
                       e->reason, e->best_epoch);
        return;
    case SESSION_LOST_BEST:
        report_warning("%s, not the one of epoch %d, the best so far; that one is lost, and the "
                       "next better one will replace it",
                       e->reason, e->best_epoch);
        return;
    case SESSION_LOG_IS_SHORT:
        report_warning("'%s' has lost lines since the checkpoint", e->reason);
        return;
    case SESSION_WENT_BACK:
        report_warning("%s; going back to step %" PRIu64 " with half the learning rate", e->reason,
                       e->report->step);
        return;
    case SESSION_NOT_SAVED:
        report_warning("%s; training goes on, and the previous checkpoint stays", e->reason);
        return;
    }
}

struct session_view train_view_of(struct train_view *view)
{
    return (struct session_view){.ctx = view,
                                 .window = on_window,
                                 .report = on_report,
                                 .evaluating = on_evaluating,
                                 .evaluated = on_evaluated,
                                 .testing = on_testing,
                                 .event = on_event};
}
