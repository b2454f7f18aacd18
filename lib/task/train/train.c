#include "lib/task/train/train.h"

#include <math.h>
#include <string.h>

#include "lib/base/io/io.h"
#include "lib/task/train/train_average.h"
#include "lib/task/train/train_private.h"

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

/* A step may overflow a weight, which only the loss of the next step would show. */
static enum status check_weights(const struct training *t, struct err *err)
{
    struct err why;
    if (model_check_finite(t->m, "the model", &why) == ST_OK)
        return ST_OK;
    const struct train_report *r = &t->state->report;
    return training_diverged(r, "weights that are not finite at a train metric of", r->train_metric,
                             err);
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

enum status training_interrupted(struct training *t, struct err *err)
{
    const struct train_report *r = &t->state->report;
    TRY(checkpoint(t, TRAIN_STOP, err));
    return err_set(err, ST_INTERRUPTED, "interrupted in epoch %d after %llu of %llu windows",
                   r->epoch, (unsigned long long)r->window, (unsigned long long)r->windows);
}

static void measure_rate(struct training *t)
{
    struct train_report *r = &t->state->report;
    const double seconds = r->seconds - t->mark_seconds;
    r->words_per_second = seconds > 0.0 ? (double)(r->words - t->mark_words) / seconds : 0.0;
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
    training_plan_again(t);
    t->mark_seconds = r->seconds;
    t->mark_words = r->words;
    return o->report != NULL ? o->report(o->ctx, r, err) : ST_OK;
}

static void begin_epoch(struct training *t)
{
    struct train_state *s = t->state;
    struct train_report *r = &s->report;
    /* a schedule that looks back counts the epochs as they are */
    const struct schedule_place place = {.epoch = r->epoch, .step = r->step, .steps = r->last_step};
    const double rate = s->schedule.rate;
    train_average_begin_epoch(s, t->config);
    schedule_begin_epoch(t->config->schedule, &t->config->rate, &place,
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

static enum status train_windows(struct training *t, struct err *err)
{
    const struct train_observer *o = t->observer;
    t->config->task->seek(&t->feed, t->state->report.epoch, t->state->report.window);
    while (!training_is_last_step(&t->state->report, t->config) && !training_is_spent(t->state) &&
           t->config->task->next(&t->feed, &t->input)) {
        if (o->stop != NULL && *o->stop)
            return training_interrupted(t, err);
        TRY(training_window(t, err));
        TRY(tell(t, err));
        if (checkpoint_is_due(t))
            TRY(checkpoint(t, TRAIN_INTERVAL, err));
    }
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
    TRY(training_evaluate(t, err));
    s->ended = s->report.window == s->report.windows;
    s->halted = !s->ended;
    if (t->observer->evaluated != NULL)
        TRY(t->observer->evaluated(t->observer->ctx, &s->report, err));
    return checkpoint(t, TRAIN_EVALUATED, err);
}

static enum status run_epochs(struct training *t, struct err *err)
{
    const volatile sig_atomic_t *stop = t->observer->stop;
    while (train_find_end(t->state, t->config) == TRAIN_GOES_ON) {
        const bool between = t->state->ended && t->state->report.epoch > 0;
        if (between && stop != NULL && *stop)
            return training_interrupted(t, err);
        TRY(run_epoch(t, err));
    }
    return ST_OK;
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
    training_plan(t);
    training_measure_epoch(t);
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
