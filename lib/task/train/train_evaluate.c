/* The evaluation at the end of an epoch or of the run. */
#include <math.h>

#include "lib/base/io/io.h"
#include "lib/task/train/train_average.h"
#include "lib/task/train/train_private.h"

static void evaluating(void *ctx, uint64_t done, uint64_t all, double nats)
{
    (void)nats;
    const struct training *t = ctx;
    t->observer->evaluating(t->observer->ctx, &t->state->report, done, all);
}

/* The metric of the weights that are shown (train_average.h). */
static enum status evaluate_shown(struct training *t, double *metric, struct err *err)
{
    const struct train_observer *o = t->observer;
    const struct task_request request = {.split = &t->data->valid,
                                         .metric = t->config->metric,
                                         .bio = t->config->bio,
                                         .B = t->config->B,
                                         .progress = o->evaluating != NULL ? evaluating : NULL,
                                         .ctx = t,
                                         .stop = o->stop};
    train_exchange_shown(t->state, t->m, t->config);
    const enum status status = t->config->task->evaluate(metric, t->m, &request, err);
    train_exchange_shown(t->state, t->m, t->config);
    return status;
}

/* Of two averages the better one is shown, and the shorter if they are alike. */
static enum status evaluate_averages(struct training *t, double *metric, struct err *err)
{
    struct average_state *a = &t->state->average;
    const struct train_config *c = t->config;
    double of_short;
    const bool rival = c->average != NULL && average_has_rival(c->average, a);
    a->short_wins = rival && a->n[0] == a->n[1];
    TRY(evaluate_shown(t, metric, err));
    if (!rival || a->short_wins)
        return ST_OK;
    a->short_wins = true;
    const enum status status = evaluate_shown(t, &of_short, err);
    a->short_wins = status == ST_OK && !metric_is_better(c->metric, *metric, of_short);
    if (a->short_wins)
        *metric = of_short;
    return status;
}

static enum status evaluate_valid(struct training *t, struct err *err)
{
    struct train_report *r = &t->state->report;
    const double start = io_seconds();
    const enum status status = evaluate_averages(t, &r->valid_metric, err);
    t->evaluation = io_seconds() - start;
    if (status != ST_OK)
        return status == ST_INTERRUPTED ? training_interrupted(t, err) : status;
    r->validated = true;
    return isfinite(r->valid_metric) ? ST_OK
                                     : training_diverged(r, "valid metric", r->valid_metric, err);
}

static enum status take_best(struct training *t, struct err *err)
{
    struct train_state *s = t->state;
    const struct train_report *r = &s->report;
    TRY(training_check_metric(t, r->validated ? "valid" : "train",
                              r->validated ? r->valid_metric : r->train_metric, 0.0, err));
    if (r->validated)
        s->best_valid = r->valid_metric;
    s->best_epoch = r->epoch;
    train_keep_best(s, t->m, t->config);
    return ST_OK;
}

/* Without a valid text every epoch is the best. */
enum status training_evaluate(struct training *t, struct err *err)
{
    struct train_state *s = t->state;
    struct train_report *r = &s->report;
    if (t->data->valid.n > 0)
        TRY(evaluate_valid(t, err));
    r->best = !r->validated || metric_is_better(t->config->metric, r->valid_metric, s->best_valid);
    if (r->best)
        TRY(take_best(t, err));
    r->elapsed = io_seconds() - t->started;
    return ST_OK;
}
