#include "lib/optim/schedule.h"

#include <math.h>
#include <string.h>

/* Epochs ---------------------------------------------------------------------- */

/* lr * decay^max(epoch + 1 - hold, 0): the TensorFlow PTB tutorial's. */
static double decayed(const struct schedule_settings *s, int epoch)
{
    const int64_t past = epoch + 1 - s->hold;
    return s->lr * pow(s->decay, past > 0 ? (double)past : 0.0);
}

static double rate_decay(const struct schedule_settings *s, const struct schedule_place *place,
                         const struct schedule_state *state)
{
    (void)state; /* a run that is stretched over its budget has its own epochs */
    return decayed(s, place->epoch);
}

static void begin_decay(const struct schedule_settings *s, const struct schedule_place *place,
                        const struct schedule_outcome *last, struct schedule_state *state)
{
    (void)last;
    state->rate = decayed(s, place->epoch);
}

/* Whether the metric beats the best by min_gain of it, as ReduceLROnPlateau's threshold mode
 * "rel". */
static bool gained(const struct schedule_settings *s, const struct schedule_outcome *last,
                   const struct schedule_state *state)
{
    if (!state->has_best || isnan(last->metric))
        return true;
    const double margin = s->min_gain * fabs(state->best_seen);
    return last->lower_is_better ? last->metric < state->best_seen - margin
                                 : last->metric > state->best_seen + margin;
}

/* PyTorch's ReduceLROnPlateau(factor=decay, patience=patience, threshold=min_gain), without a
 * smallest rate or cooldown: times decay after more than `patience` epochs in a row without gain.
 * With patience and min_gain 0 it is the rule of PyTorch's word_language_model. Epochs before
 * `hold` do not count. */
static void begin_plateau(const struct schedule_settings *s, const struct schedule_place *place,
                          const struct schedule_outcome *last, struct schedule_state *state)
{
    if (place->epoch == 0)
        return;
    if (gained(s, last, state)) {
        state->stale = 0;
        state->has_best = !isnan(last->metric);
        state->best_seen = state->has_best ? last->metric : 0.0;
    } else if (place->epoch >= s->hold && ++state->stale > s->patience) {
        state->stale = 0;
        state->rate *= s->decay;
    }
}

/* Steps ----------------------------------------------------------------------- */

static double warmup_steps(const struct schedule_settings *s, const struct schedule_place *place)
{
    return s->warmup < 1.0 ? s->warmup * (double)place->steps : s->warmup;
}

/* The share of the steps after warm-up that lies before this one. */
static double progress(const struct schedule_settings *s, const struct schedule_place *place)
{
    const double warmup = warmup_steps(s, place);
    const double past = (double)place->step - warmup, all = (double)place->steps - warmup;
    return past <= 0.0 ? 0.0 : past >= all ? 1.0 : past / all;
}

/* From lr to final_share of it as the run ends: LinearLR(1, final_share, steps). */
static double rate_linear(const struct schedule_settings *s, const struct schedule_place *place,
                          const struct schedule_state *state)
{
    (void)state;
    return s->lr * (1.0 + (s->final_share - 1.0) * progress(s, place));
}

/* From `from` to `to` along half a cosine. */
static double anneal(double from, double to, double share)
{
    return to + (from - to) / 2.0 * (1.0 + cos(acos(-1.0) * share));
}

/* The same along half a cosine (Loshchilov and Hutter 2017, formula 5, without restarts):
 * CosineAnnealingLR(steps, final_share * lr). */
static double rate_cosine(const struct schedule_settings *s, const struct schedule_place *place,
                          const struct schedule_state *state)
{
    (void)state;
    return anneal(s->lr, s->final_share * s->lr, progress(s, place));
}

/* Up to lr, and down far below where it began (Smith 2018), both along half a cosine:
 * OneCycleLR(lr, steps, pct_start=warmup, div_factor=start_divisor, final_div_factor=end_divisor).
 * The last step has the lowest rate. Momentum is left alone. */
static double rate_one_cycle(const struct schedule_settings *s, const struct schedule_place *place,
                             const struct schedule_state *state)
{
    (void)state;
    const double first = s->lr / s->start_divisor, last = first / s->end_divisor;
    const double step = (double)place->step, top = fmax(warmup_steps(s, place) - 1.0, 0.0);
    const double end = (double)place->steps - 1.0;
    if (step <= top)
        return anneal(first, s->lr, top > 0.0 ? step / top : 1.0);
    return anneal(s->lr, last, step < end ? (step - top) / (end - top) : 1.0);
}

/* The table ------------------------------------------------------------------- */

#define NAMES(...)                                                                                 \
    (const char *const[])                                                                          \
    {                                                                                              \
        __VA_ARGS__, NULL                                                                          \
    }

static const struct schedule_ops schedules[] = {
    {.name = "decay",
     .uses = NAMES("lr", "lr-decay", "hold", "warmup"),
     .defaults = {.decay = 0.5},
     .begin_epoch = begin_decay,
     .rate = rate_decay},
    {.name = "plateau",
     .uses = NAMES("lr", "lr-decay", "hold", "plateau-patience", "plateau-gain", "warmup"),
     .defaults = {.decay = 0.5},
     .begin_epoch = begin_plateau},
    {.name = "constant", .uses = NAMES("lr", "warmup")},
    {.name = "linear",
     .uses = NAMES("lr", "final-share", "warmup"),
     .per_step = true,
     .rate = rate_linear},
    {.name = "cosine",
     .uses = NAMES("lr", "final-share", "warmup"),
     .per_step = true,
     .rate = rate_cosine},
    {.name = "one-cycle",
     .uses = NAMES("lr", "warmup", "start-divisor", "end-divisor"),
     .defaults = {.warmup = 0.3, .start_divisor = 25.0, .end_divisor = 1e4},
     .per_step = true,
     .own_warmup = true,
     .rate = rate_one_cycle},
};

const struct schedule_ops *schedule_at(size_t i)
{
    return i < sizeof schedules / sizeof *schedules ? &schedules[i] : NULL;
}

const struct schedule_ops *schedule_find(const char *name)
{
    for (size_t i = 0; schedule_at(i) != NULL; i++)
        if (strcmp(schedule_at(i)->name, name) == 0)
            return schedule_at(i);
    return NULL;
}

bool schedule_uses(const struct schedule_ops *ops, const char *setting)
{
    return setting_is_listed(ops->uses, setting);
}

bool schedule_is_per_step(const struct schedule_ops *ops, const struct schedule_settings *s)
{
    return ops->per_step || s->warmup > 0.0;
}

void schedule_begin_epoch(const struct schedule_ops *ops, const struct schedule_settings *s,
                          const struct schedule_place *place, double metric, bool lower_is_better,
                          struct schedule_state *state)
{
    const struct schedule_outcome last = {metric, lower_is_better};
    if (place->epoch == 0)
        *state = (struct schedule_state){.rate = s->lr};
    if (ops->begin_epoch != NULL)
        ops->begin_epoch(s, place, &last, state);
}

double schedule_rate(const struct schedule_ops *ops, const struct schedule_settings *s,
                     const struct schedule_place *place, const struct schedule_state *state)
{
    const double rate = ops->rate != NULL ? ops->rate(s, place, state) : state->rate;
    const double done = (double)place->step + 1.0, warmup = warmup_steps(s, place);
    return ops->own_warmup || done >= warmup ? rate : rate * (done / warmup);
}

bool early_stop(int epochs, int best_epoch, int64_t patience)
{
    return patience > 0 && epochs - best_epoch >= patience;
}
