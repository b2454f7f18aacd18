#include "lib/task/train.h"

#include <math.h>

#include "lib/base/io.h"
#include "lib/base/mem.h"
#include "lib/model/window.h"
#include "lib/task/batch.h"
#include "lib/task/eval.h"
#include "lib/task/train_step.h"

struct training {
    struct model *m;
    const struct train_config *config;
    const struct train_data *data;
    const struct train_observer *observer;
    struct batcher batcher;
    struct window *window;
    int32_t *x, *y; /* [T][B] */
    struct train_report report;
    double started;
    double epoch_nats; /* sum over the targets of the epoch so far */
    uint64_t epoch_words;
    double mark_seconds; /* of training, at the last report */
    uint64_t mark_words;
    double best_valid;
};

static enum status diverged(const struct train_report *r, const char *what, double value,
                            struct err *err)
{
    return err_set(err, ST_DIVERGED,
                   "training diverged in epoch %d at step %llu: %s %g, gradient norm %g, learning "
                   "rate %g; try a smaller --lr or --max-grad-norm",
                   r->epoch, (unsigned long long)r->step, what, value, r->grad_norm, r->lr);
}

static enum status train_window(struct training *t, struct err *err)
{
    struct train_report *r = &t->report;
    const struct dropout dropout = {
        .keep = 1.0 - t->config->dropout, .seed = t->config->seed, .step = r->step};
    const struct train_step_settings settings = {t->config->optim, r->lr, t->config->max_grad_norm};
    const double start = io_seconds();
    const struct train_step_result step =
        train_step(t->m, t->window, t->x, t->y, &dropout, &settings);
    const uint64_t words = t->config->B * t->config->T;
    r->step++;
    r->grad_norm = step.norm;
    if (!isfinite(exp(step.nats / (double)words)) || !isfinite(step.norm))
        return diverged(r, "loss", step.nats / (double)words, err);
    t->epoch_nats += step.nats;
    t->epoch_words += words;
    r->words += words;
    r->window++;
    r->train_perplexity = exp(t->epoch_nats / (double)t->epoch_words);
    const double now = io_seconds();
    r->seconds += now - start;
    r->elapsed = now - t->started;
    return ST_OK;
}

static void measure_rate(struct training *t)
{
    struct train_report *r = &t->report;
    const double seconds = r->seconds - t->mark_seconds;
    r->words_per_second = seconds > 0.0 ? (double)(r->words - t->mark_words) / seconds : 0.0;
}

static enum status tell(struct training *t, struct err *err)
{
    const struct train_observer *o = t->observer;
    struct train_report *r = &t->report;
    const uint64_t reports = (uint64_t)t->config->reports;
    measure_rate(t);
    if (o->window != NULL)
        o->window(o->ctx, r);
    if (r->window * reports / r->windows == (r->window - 1) * reports / r->windows)
        return ST_OK;
    t->mark_seconds = r->seconds;
    t->mark_words = r->words;
    return o->report != NULL ? o->report(o->ctx, r, err) : ST_OK;
}

static enum status train_epoch(struct training *t, struct err *err)
{
    const struct train_observer *o = t->observer;
    t->batcher.next = 0;
    t->report.window = 0;
    t->epoch_nats = 0.0;
    t->epoch_words = 0;
    window_reset(t->window);
    while (batcher_next(&t->batcher, t->x, t->y)) {
        if (o->stop != NULL && *o->stop)
            return err_set(err, ST_INTERRUPTED,
                           "interrupted in epoch %d after %llu of %llu windows", t->report.epoch,
                           (unsigned long long)t->report.window,
                           (unsigned long long)t->report.windows);
        TRY(train_window(t, err));
        TRY(tell(t, err));
    }
    return ST_OK;
}

static void evaluating(void *ctx, uint64_t done, uint64_t all, double nats)
{
    (void)nats;
    const struct training *t = ctx;
    t->observer->evaluating(t->observer->ctx, &t->report, done, all);
}

static enum status evaluate(struct training *t, struct err *err)
{
    struct train_report *r = &t->report;
    r->best = true;
    if (t->data->n_valid > 0) {
        struct eval_request request = {.ids = t->data->valid,
                                       .n = t->data->n_valid,
                                       .unk = t->data->unk,
                                       .streams = t->config->B,
                                       .ctx = t,
                                       .stop = t->observer->stop};
        if (t->observer->evaluating != NULL)
            request.progress = evaluating;
        struct eval_result result;
        TRY(eval_stream(&result, t->m, &request, err));
        r->valid_perplexity = eval_perplexity(&result);
        if (!isfinite(r->valid_perplexity))
            return diverged(r, "valid perplexity", r->valid_perplexity, err);
        r->best = r->valid_perplexity < t->best_valid;
    }
    if (r->best)
        t->best_valid = r->valid_perplexity;
    r->elapsed = io_seconds() - t->started;
    return ST_OK;
}

static enum status run_epochs(struct training *t, struct err *err)
{
    struct train_report *r = &t->report;
    for (int epoch = 0; epoch < t->config->epochs; epoch++) {
        r->epoch = epoch + 1;
        r->valid_perplexity = 0.0;
        r->lr = t->config->schedule->rate(&t->config->rate, epoch, r->lr, r->best);
        TRY(train_epoch(t, err));
        TRY(evaluate(t, err));
        if (t->observer->epoch != NULL)
            TRY(t->observer->epoch(t->observer->ctx, r, err));
    }
    return ST_OK;
}

enum status train_run(struct model *m, const struct train_config *config,
                      const struct train_data *data, const struct train_observer *observer,
                      struct err *err)
{
    struct training t = {.m = m,
                         .config = config,
                         .data = data,
                         .observer = observer,
                         .started = io_seconds(),
                         .best_valid = (double)INFINITY};
    TRY(batcher_init(&t.batcher, data->train, data->n_train, (int)config->B, (int)config->T, err));
    t.report.epochs = config->epochs;
    t.report.windows = t.batcher.n_windows;
    enum status status = ST_NOMEM;
    t.x = mem_zeroed(config->B * config->T, sizeof *t.x, err);
    t.y = mem_zeroed(config->B * config->T, sizeof *t.y, err);
    if (t.x == NULL || t.y == NULL)
        goto out;
    TRY_OUT(window_new(&t.window, m, config->B, config->T, WINDOW_TRAIN, err));
    status = run_epochs(&t, err);
out:
    window_free(t.window);
    mem_free(t.x);
    mem_free(t.y);
    return status;
}
