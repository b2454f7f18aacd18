#include "lib/task/train/train.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/io/io.h"
#include "lib/base/mem.h"
#include "lib/model/window.h"
#include "lib/base/rng.h"
#include "lib/task/train/plan.h"
#include "lib/task/train/train_average.h"
#include "lib/task/train/train_step.h"

enum { FAR_WORSE = 100 }; /* times the metric of a guess: see train_run */

struct training {
    struct model *m;
    struct train_state *state;
    const struct train_config *config;
    const struct train_data *data;
    const struct train_observer *observer;
    struct task_feed feed;
    struct train_input input;
    struct window *window;
    struct masks masks;
    double started;
    double mark_seconds; /* of training, at the last report */
    uint64_t mark_words;
    double saved; /* time of the last checkpoint, or of the start */
    double flops_per_token;
    uint64_t most;     /* the last step at the latest */
    double evaluation; /* seconds of the last one; 0: there was none */
};

enum status train_check_masks(const struct train_config *config, const struct model_shape *shape,
                              struct err *err)
{
    if (config->masks.word > 0.0 && shape->V == 0)
        return err_set(err, ST_USAGE, "dropout-word has no effect on data without words");
    return ST_OK;
}

size_t train_rows(const struct train_config *config)
{
    return config->B * objective_group(&config->objective);
}

static enum status diverged_by(const struct train_report *r, const char *what, struct err *err)
{
    return err_set(err, ST_DIVERGED,
                   "training diverged in epoch %d at step %llu: %s, gradient norm %g, learning "
                   "rate %g",
                   r->epoch, (unsigned long long)r->step, what, fabs(r->grad_norm), r->lr);
}

static enum status diverged(const struct train_report *r, const char *what, double value,
                            struct err *err)
{
    char text[128];
    snprintf(text, sizeof text, "%s %g", what, fabs(value)); /* no "-nan" */
    return diverged_by(r, text, err);
}

/* Copies the carried state from the window to what is saved, or back. */
static void exchange_carried(struct training *t, bool to_window)
{
    const struct model_shape *shape = &t->m->shape;
    float *at = t->state->carried;
    for (size_t l = 0; l < shape->L && t->state->n_carried > 0; l++) {
        const size_t n = window_state_size(t->window, l);
        for (size_t i = 0; i < shape->cell->n_state; i++, at += n) {
            float *own = window_state(t->window, l, i);
            memcpy(to_window ? own : at, to_window ? at : own, n * sizeof *at);
        }
    }
}

static enum status check_metric(const struct training *t, const char *of, double value,
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
    return diverged_by(&t->state->report, what, err);
}

/* A step may overflow a weight, which only the loss of the next step would show. */
static enum status check_weights(const struct training *t, struct err *err)
{
    struct err why;
    if (model_check_finite(t->m, "the model", &why) == ST_OK)
        return ST_OK;
    const struct train_report *r = &t->state->report;
    return diverged(r, "weights that are not finite at a train metric of", r->train_metric, err);
}

static enum status checkpoint(struct training *t, enum train_pause why, struct err *err)
{
    const struct train_observer *o = t->observer;
    if (o->checkpoint == NULL)
        return ST_OK;
    TRY(check_weights(t, err));
    exchange_carried(t, false);
    t->state->report.elapsed = io_seconds() - t->started;
    const enum status status = o->checkpoint(o->ctx, why, err);
    t->saved = io_seconds();
    return status;
}

/* After the last window, the checkpoint waits for the evaluation. */
static bool checkpoint_is_due(const struct training *t)
{
    const struct train_config *c = t->config;
    if (t->state->report.window == t->state->report.windows)
        return false;
    if (c->checkpoint_windows > 0 && t->state->report.step % c->checkpoint_windows == 0)
        return true;
    return c->checkpoint_seconds > 0.0 && io_seconds() - t->saved >= c->checkpoint_seconds;
}

static enum status interrupted(struct training *t, struct err *err)
{
    const struct train_report *r = &t->state->report;
    TRY(checkpoint(t, TRAIN_STOP, err));
    return err_set(err, ST_INTERRUPTED, "interrupted in epoch %d after %llu of %llu windows",
                   r->epoch, (unsigned long long)r->window, (unsigned long long)r->windows);
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

static void measure_epoch(struct training *t)
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

static enum status train_window(struct training *t, struct err *err)
{
    struct train_state *s = t->state;
    struct train_report *r = &s->report;
    t->masks.step = r->step;
    set_rate(t);
    const struct train_step_settings settings = {.optim = t->config->optim,
                                                 .optim_settings = &t->config->optim_settings,
                                                 .lr = r->lr,
                                                 .max_grad_norm = t->config->max_grad_norm,
                                                 .clip_value = t->config->clip_value,
                                                 .step = r->step + 1 - s->slots_since,
                                                 .slots = s->slots};
    zero_states(t);
    const double start = io_seconds();
    const struct train_step_result step =
        train_step(t->m, t->window, &t->input, &t->masks, &settings);
    const struct task_counts before = s->epoch;
    const uint64_t words = r->words;
    r->step++;
    r->window++;
    r->grad_norm = step.norm;
    add_counts(t, step.nats);
    if (!isfinite(r->batch_metric) || !isfinite(step.nats) || !isfinite(step.norm)) {
        s->epoch = before;
        r->words = words;
        return diverged(r, isfinite(step.nats) ? "overflow at a loss of" : "loss", r->batch_loss,
                        err);
    }
    const struct schedule_place done = place_of(t, r->epoch - 1); /* after this step */
    train_average_step(s, t->m, t->config, &done);
    measure_epoch(t);
    if (r->step == 1)
        s->first_metric = r->train_metric;
    if (r->window > r->windows / 10)
        TRY(check_metric(t, "train", r->train_metric, s->first_metric, err));
    const double now = io_seconds();
    r->seconds += now - start;
    r->elapsed = now - t->started;
    return ST_OK;
}

static void measure_rate(struct training *t)
{
    struct train_report *r = &t->state->report;
    const double seconds = r->seconds - t->mark_seconds;
    r->words_per_second = seconds > 0.0 ? (double)(r->words - t->mark_words) / seconds : 0.0;
}

static bool is_spent(const struct train_state *s)
{
    return s->plan.end > 0 && s->report.step >= s->plan.end;
}

/* A budget of minutes is planned by the time that was needed so far; what has been spent stays so.
 */
static void plan_again(struct training *t)
{
    struct train_state *s = t->state;
    struct train_report *r = &s->report;
    if (t->config->minutes <= 0.0 || is_spent(s))
        return;
    const struct plan_pace pace = {.elapsed = r->elapsed,
                                   .per_step = r->seconds / (double)r->step,
                                   .per_epoch = t->evaluation,
                                   .windows = r->windows,
                                   .most = t->most};
    plan_minutes(&s->plan, 60.0 * t->config->minutes, r->step, &pace);
    r->last_step = s->plan.end;
}

static enum status tell(struct training *t, struct err *err)
{
    const struct train_observer *o = t->observer;
    struct train_report *r = &t->state->report;
    const uint64_t reports = (uint64_t)t->config->reports;
    measure_rate(t);
    if (o->window != NULL)
        o->window(o->ctx, r);
    if (r->window * reports / r->windows == (r->window - 1) * reports / r->windows)
        return ST_OK;
    plan_again(t);
    t->mark_seconds = r->seconds;
    t->mark_words = r->words;
    return o->report != NULL ? o->report(o->ctx, r, err) : ST_OK;
}

static void begin_epoch(struct training *t)
{
    struct train_state *s = t->state;
    struct train_report *r = &s->report;
    const struct schedule_place place = place_of(t, r->epoch);
    const double rate = s->schedule.rate;
    train_average_begin_epoch(s, t->config);
    schedule_begin_epoch(t->config->schedule, &t->config->rate, &place, r->best,
                         r->validated ? r->valid_metric : (double)NAN,
                         t->config->metric->lower_is_better, &s->schedule);
    train_go_back_to_best(s, t->m, t->config, rate);
    s->ended = false;
    s->epoch = (struct task_counts){0};
    r->epoch++;
    r->windows = t->config->task->windows(&t->feed, r->epoch);
    r->window = 0;
    r->validated = false;
    window_reset(t->window);
}

static bool is_last_step(const struct train_report *r, const struct train_config *c)
{
    return c->max_steps > 0 && r->step >= c->max_steps;
}

static enum status train_windows(struct training *t, struct err *err)
{
    const struct train_observer *o = t->observer;
    t->config->task->seek(&t->feed, t->state->report.epoch, t->state->report.window);
    while (!is_last_step(&t->state->report, t->config) && !is_spent(t->state) &&
           t->config->task->next(&t->feed, &t->input)) {
        if (o->stop != NULL && *o->stop)
            return interrupted(t, err);
        TRY(train_window(t, err));
        TRY(tell(t, err));
        if (checkpoint_is_due(t))
            TRY(checkpoint(t, TRAIN_INTERVAL, err));
    }
    return ST_OK;
}

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
        return status == ST_INTERRUPTED ? interrupted(t, err) : status;
    r->validated = true;
    return isfinite(r->valid_metric) ? ST_OK : diverged(r, "valid metric", r->valid_metric, err);
}

/* Without a valid text every epoch is the best. */
static enum status evaluate(struct training *t, struct err *err)
{
    struct train_state *s = t->state;
    struct train_report *r = &s->report;
    if (t->data->valid.n > 0)
        TRY(evaluate_valid(t, err));
    r->best = !r->validated || metric_is_better(t->config->metric, r->valid_metric, s->best_valid);
    if (r->best)
        TRY(check_metric(t, r->validated ? "valid" : "train",
                         r->validated ? r->valid_metric : r->train_metric, 0.0, err));
    if (r->best && r->validated)
        s->best_valid = r->valid_metric;
    if (r->best)
        s->best_epoch = r->epoch;
    if (r->best)
        train_keep_best(s, t->m, t->config);
    r->elapsed = io_seconds() - t->started;
    return ST_OK;
}

/* Windows to the end of the epoch, or of the run. */
static enum status run_epoch(struct training *t, struct err *err)
{
    struct train_state *s = t->state;
    if (s->ended)
        begin_epoch(t);
    if (s->halted) /* what was measured then is not of the weights to come */
        s->report.validated = s->report.best = false;
    s->halted = false;
    TRY(train_windows(t, err));
    TRY(evaluate(t, err));
    s->ended = s->report.window == s->report.windows;
    s->halted = !s->ended;
    if (t->observer->evaluated != NULL)
        TRY(t->observer->evaluated(t->observer->ctx, &s->report, err));
    return checkpoint(t, TRAIN_EVALUATED, err);
}

enum train_end train_find_end(const struct train_state *s, const struct train_config *c)
{
    const struct train_report *r = &s->report;
    if (!s->halted && (!s->ended || r->epoch == 0))
        return TRAIN_GOES_ON;
    if (is_last_step(r, c))
        return TRAIN_MAX_STEPS;
    if (s->ended && r->epoch >= c->epochs) /* also if the budget would allow for more */
        return TRAIN_EPOCHS;
    if (is_spent(s))
        return TRAIN_BUDGET;
    if (s->halted)
        return TRAIN_GOES_ON;
    return early_stop(r->epoch, s->best_epoch, c->patience) ? TRAIN_PATIENCE : TRAIN_GOES_ON;
}

static enum status run_epochs(struct training *t, struct err *err)
{
    const volatile sig_atomic_t *stop = t->observer->stop;
    while (train_find_end(t->state, t->config) == TRAIN_GOES_ON) {
        const bool between = t->state->ended && t->state->report.epoch > 0;
        if (between && stop != NULL && *stop)
            return interrupted(t, err);
        TRY(run_epoch(t, err));
    }
    return ST_OK;
}

uint64_t train_last_step(const struct train_config *c, uint64_t windows)
{
    const uint64_t all = windows * (uint64_t)c->epochs;
    return c->max_steps > 0 && c->max_steps < all ? c->max_steps : all;
}

static double flops_per_token(const struct training *t)
{
    const double samples = (double)objective_group(&t->config->objective);
    return 6.0 * model_macs(t->m) * samples;
}

/* The windows that a budget of flops pays for. */
static uint64_t count_paid(const struct training *t)
{
    const double epoch = t->flops_per_token * t->feed.tokens;
    double left = t->config->flops;
    uint64_t steps = 0;
    for (int e = 1; e <= t->config->epochs && left > 0.0; e++, left -= epoch) {
        const uint64_t windows = t->config->task->windows(&t->feed, e);
        steps += left >= epoch ? windows : (uint64_t)((double)windows * left / epoch);
    }
    return steps > 0 ? steps : 1;
}

/* The last step of the run at the latest. */
static uint64_t count_steps(const struct training *t)
{
    const struct train_config *c = t->config;
    uint64_t steps = 0;
    if (c->flops > 0.0)
        steps = count_paid(t);
    for (int e = 1; e <= c->epochs && c->flops <= 0.0; e++)
        steps += c->task->windows(&t->feed, e);
    return c->max_steps > 0 && c->max_steps < steps ? c->max_steps : steps;
}

/* Decides how long the run is. */
static void plan_run(struct training *t)
{
    struct train_state *s = t->state;
    const bool budget = t->config->flops > 0.0 || t->config->minutes > 0.0;
    t->flops_per_token = flops_per_token(t);
    t->most = s->report.last_step = count_steps(t); /* once: it counts the windows of all epochs */
    if (budget && (t->config->minutes <= 0.0 || s->plan.end == 0))
        s->plan = plan_even(s->report.last_step, t->config->minutes > 0.0);
    if (s->plan.end > 0)
        s->report.last_step = s->plan.end;
    s->varies = t->config->random_steps;
}

/* A state to continue from must be of this text. */
static enum status take_up(struct training *t, struct err *err)
{
    struct train_report *r = &t->state->report;
    const bool fresh = r->epoch == 0;
    const uint64_t windows = t->config->task->windows(&t->feed, fresh ? 1 : r->epoch);
    if (!fresh && (r->windows != windows || r->window > windows))
        return err_set(err, ST_INPUT,
                       "the run stands at window %llu of %llu, but the text has %llu",
                       (unsigned long long)r->window, (unsigned long long)r->windows,
                       (unsigned long long)windows);
    r->windows = windows;
    r->epochs = t->config->epochs;
    plan_run(t);
    measure_epoch(t);
    t->started = io_seconds() - r->elapsed;
    t->saved = io_seconds();
    t->mark_seconds = r->seconds;
    t->mark_words = r->words;
    exchange_carried(t, true);
    return ST_OK;
}

enum status train_run(struct model *m, struct train_state *state, const struct train_config *config,
                      const struct train_data *data, const struct train_observer *observer,
                      struct err *err)
{
    struct training t = {
        .m = m, .state = state, .config = config, .data = data, .observer = observer};
    const struct task_feed_settings settings = {.B = config->B,
                                                .T = config->T,
                                                .samples = config->objective.samples,
                                                .random_steps = config->random_steps,
                                                .shuffle_streams = config->shuffle_streams,
                                                .seed = config->seed};
    enum status status;
    if (config->average != NULL && config->average->looks_at_valid && data->valid.n == 0)
        return err_set(err, ST_USAGE,
                       "average %s needs a valid text, by which it finds what to average",
                       config->average->name);
    TRY(config->task->open(&t.feed, &data->train, &settings, err));
    TRY_OUT(window_new(&t.window, m, t.feed.B, t.feed.T, WINDOW_TRAIN, err));
    window_set_objective(t.window, &config->objective);
    if (config->masks.weights > 0.0)
        TRY_OUT(window_drop_weights(t.window, err));
    t.masks = masks_new(&config->masks, m->shape.L, config->seed);
    t.masks.rows_max = t.feed.B * t.feed.T;
    TRY_OUT(take_up(&t, err));
    status = run_epochs(&t, err);
out:
    window_free(t.window);
    config->task->close(&t.feed);
    return status;
}

double train_bytes(const struct model_shape *shape, const struct train_config *config, size_t T,
                   size_t valid_T)
{
    const size_t slots = optim_slots(config->optim, &config->optim_settings, NULL);
    return (1.0 + (double)(slots + train_copies(config))) * 4.0 *
               (double)model_block_floats(shape) +
           window_bytes(shape, train_rows(config),
                        T + (config->random_steps ? TASK_STEPS_BEYOND : 0), WINDOW_TRAIN) +
           (config->masks.weights > 0.0 ? window_dropped_bytes(shape) : 0.0) +
           config->task->eval_bytes(shape, config->B, valid_T);
}
