/* One window of training: the rate, the step, the sums of the epoch, what counts as divergence. */
#include <math.h>
#include <stdio.h>

#include "lib/base/io/io.h"
#include "lib/base/rng.h"
#include "lib/task/train/plan.h"
#include "lib/task/train/train_average.h"
#include "lib/task/train/train_private.h"

enum { FAR_WORSE = 100 }; /* times the metric of a guess: see train_run */

enum status training_diverged_by(const struct train_report *r, const char *what, struct err *err)
{
    return err_set(err, ST_DIVERGED,
                   "training diverged in epoch %d at step %llu: %s, gradient norm %g, learning "
                   "rate %g",
                   r->epoch, (unsigned long long)r->step, what, fabs(r->grad_norm), r->lr);
}

enum status training_diverged(const struct train_report *r, const char *what, double value,
                              struct err *err)
{
    char text[128];
    snprintf(text, sizeof text, "%s %g", what, fabs(value)); /* no "-nan" */
    return training_diverged_by(r, text, err);
}

enum status training_check_metric(const struct training *t, const char *of, double value,
                                  double allowed, struct err *err)
{
    const struct task_ops *task = t->config->task;
    char what[128];
    if (task->of_guess == NULL)
        return ST_OK;
    const double guess = task->of_guess(&t->m->shape);
    if (!(value > FAR_WORSE * fmax(guess, allowed)))
        return ST_OK;
    snprintf(what, sizeof what, "a %s %s of %g, where a uniform guess has %g", of,
             t->config->metric->name, value, guess);
    return training_diverged_by(&t->state->report, what, err);
}

/* The place of the run, in an epoch counted from 0. The length of the run is the greatest possible
 * one, or that of its budget, over which all epochs are then stretched. */
static struct schedule_place place_of(const struct training *t, int epoch)
{
    const struct train_report *r = &t->state->report;
    if (t->state->plan.end > 0)
        return plan_place(&t->state->plan, r->step, t->config->epochs);
    return (struct schedule_place){.epoch = epoch, .step = r->step, .steps = r->last_step};
}

static void set_rate(struct training *t)
{
    struct train_state *s = t->state;
    const struct schedule_place place = place_of(t, s->report.epoch - 1);
    const double rate = schedule_rate(t->config->schedule, &t->config->rate, &place, &s->schedule);
    s->report.lr = ldexp(rate, -s->retries);
}

/* Adds a batch to the sums of the epoch. */
static void add_counts(struct training *t, double nats)
{
    const struct task_ops *task = t->config->task;
    struct train_report *r = &t->state->report;
    struct task_counts *epoch = &t->state->epoch, batch = {.nats = nats};
    task->count(&t->feed, &batch);
    epoch->nats += batch.nats;
    epoch->targets += batch.targets;
    epoch->correct += batch.correct;
    r->words += batch.targets;
    r->flops += t->flops_per_token * (double)batch.tokens;
    r->batch_metric = task->of_counts(&batch);
    r->batch_loss = batch.nats / (double)batch.targets;
}

void training_measure_epoch(struct training *t)
{
    const struct task_counts *epoch = &t->state->epoch;
    struct train_report *r = &t->state->report;
    if (epoch->targets == 0)
        return;
    r->train_metric = t->config->task->of_counts(epoch);
    r->train_loss = epoch->nats / (double)epoch->targets;
}

/* Each row of text begins with a state of zeros with this probability (Melis et al. 2020). */
static void zero_states(struct training *t)
{
    const double p = t->config->zero_state;
    const size_t B = t->config->B, samples = objective_group(&t->config->objective);
    const uint64_t step = t->state->report.step, blocks = (B + 3) / 4;
    for (size_t b = 0; b < B && p > 0.0; b++) {
        uint32_t bits[4];
        rng_block(t->config->seed, RNG_ZERO_STATE, step * blocks + b / 4, bits);
        for (size_t k = 0; k < samples && bits[b % 4] < (uint32_t)(p * 0x1p32); k++)
            window_reset_row(t->window, b * samples + k);
    }
}

static struct train_step_result run_step(struct training *t)
{
    const struct train_state *s = t->state;
    const struct train_step_settings settings = {.optim = t->config->optim,
                                                 .optim_settings = &t->config->optim_settings,
                                                 .lr = s->report.lr,
                                                 .max_grad_norm = t->config->max_grad_norm,
                                                 .clip_value = t->config->clip_value,
                                                 .step = s->report.step + 1 - s->slots_since,
                                                 .slots = s->slots};
    t->masks.step = s->report.step;
    return train_step(t->m, t->window, &t->input, &t->masks, &settings);
}

/* Counts a step, unless it diverged. */
static enum status count_step(struct training *t, const struct train_step_result *step,
                              struct err *err)
{
    struct train_state *s = t->state;
    struct train_report *r = &s->report;
    const struct task_counts before = s->epoch;
    const uint64_t words = r->words;
    r->step++;
    r->window++;
    r->grad_norm = step->norm;
    add_counts(t, step->nats);
    if (isfinite(r->batch_metric) && isfinite(step->nats) && isfinite(step->norm))
        return ST_OK;
    s->epoch = before;
    r->words = words;
    return training_diverged(r, isfinite(step->nats) ? "overflow at a loss of" : "loss",
                             r->batch_loss, err);
}

/* Averages the weights after a step, and looks at the metric of the epoch so far. */
static enum status finish_step(struct training *t, struct err *err)
{
    struct train_state *s = t->state;
    const struct train_report *r = &s->report;
    const struct schedule_place place = place_of(t, r->epoch - 1);
    train_average_step(s, t->m, t->config, &place);
    training_measure_epoch(t);
    if (r->step == 1)
        s->first_metric = r->train_metric;
    return r->window > r->windows / 10
               ? training_check_metric(t, "train", r->train_metric, s->first_metric, err)
               : ST_OK;
}

enum status training_window(struct training *t, struct err *err)
{
    struct train_report *r = &t->state->report;
    set_rate(t);
    zero_states(t);
    const double start = io_seconds();
    const struct train_step_result step = run_step(t);
    TRY(count_step(t, &step, err));
    TRY(finish_step(t, err));
    const double now = io_seconds();
    r->seconds += now - start;
    r->elapsed = now - t->started;
    return ST_OK;
}
