#include "lib/optim/average.h"

#include <math.h>
#include <string.h>

#include "lib/kern/pool.h"

enum { GRAIN = 16384 };

/* Copies ---------------------------------------------------------------------- */

struct move {
    const float *weights;
    float *copy;
    float share;
};

static void move_stretch(const void *args, size_t first, size_t last)
{
    const struct move *m = args;
    const float *restrict w = m->weights;
    float *restrict a = m->copy;
    for (size_t i = first; i < last; i++)
        a[i] += m->share * (w[i] - a[i]);
}

/* The first step of an average is the weights: what is in the copy by then means nothing. */
static void begin_stretch(const void *args, size_t first, size_t last)
{
    const struct move *m = args;
    memcpy(m->copy + first, m->weights + first, (last - first) * sizeof *m->copy);
}

struct exchange {
    float *a, *b;
};

static void exchange_stretch(const void *args, size_t first, size_t last)
{
    const struct exchange *e = args;
    for (size_t i = first; i < last; i++) {
        const float kept = e->a[i];
        e->a[i] = e->b[i];
        e->b[i] = kept;
    }
}

void average_exchange(size_t n, float *a, float *b)
{
    const struct exchange e = {a, b};
    pool_run(n, GRAIN, exchange_stretch, &e);
}

/* The averages ---------------------------------------------------------------- */

/* With Adam's bias correction (Kingma and Ba 2015, section 3): e_n = d e_(n-1) + (1 - d) w_n, and
 * the average is a_n = e_n / (1 - d^n). So a_n = a_(n-1) + (1 - d) / (1 - d^n) (w_n - a_(n-1)). */
static double ema_share(const struct average_settings *s, uint64_t n)
{
    return n == 1 ? 1.0 : (1.0 - s->decay) / (1.0 - pow(s->decay, (double)n));
}

static bool tail_counts(const struct average_settings *s, const struct average_state *state,
                        uint64_t step, uint64_t steps)
{
    (void)state;
    return (double)step > s->start * (double)steps;
}

static bool nt_counts(const struct average_settings *s, const struct average_state *state,
                      uint64_t step, uint64_t steps)
{
    (void)s;
    (void)step;
    (void)steps;
    return state->begun;
}

/* NT-ASGD's trigger (Merity et al. 2018, algorithm 1, as their code has it): the metric is worse
 * than the best of all evaluations before the last `patience` ones. */
static void nt_begin_epoch(const struct average_settings *s, double metric, bool lower_is_better,
                           size_t n, float *const *copies, struct average_state *state)
{
    const uint64_t patience = (uint64_t)s->patience, before = state->evaluations;
    /* has the best of the first before - patience, and receives that of the first before + 1 */
    double *place = &state->best_of[before % (patience + 1)];
    (void)n;
    (void)copies;
    if (state->begun || isnan(metric))
        return;
    if (before > patience)
        state->begun = lower_is_better ? metric > *place : metric < *place;
    const double last = before > 0 ? state->best_of[(before - 1) % (patience + 1)] : metric;
    *place = lower_is_better ? fmin(last, metric) : fmax(last, metric);
    state->evaluations++;
}

/* Two-tailed averaging (Melis 2022): when the short mean is not worse, it becomes the long one, and
 * the short one begins anew. */
static void two_tailed_begin_epoch(const struct average_settings *s, double metric,
                                   bool lower_is_better, size_t n, float *const *copies,
                                   struct average_state *state)
{
    (void)s;
    (void)metric;
    (void)lower_is_better;
    if (!state->short_wins)
        return;
    memcpy(copies[0], copies[1], n * sizeof *copies[0]);
    state->n[0] = state->n[1];
    state->n[1] = 0;
    state->short_wins = false;
}

/* The table ------------------------------------------------------------------- */

#define NAMES(...)                                                                                 \
    (const char *const[])                                                                          \
    {                                                                                              \
        __VA_ARGS__ NULL                                                                           \
    }

static const struct average_ops averages[] = {
    {.name = "none", .uses = NAMES()},
    {.name = "ema", .uses = NAMES("average-decay", ), .copies = 1, .share = ema_share},
    {.name = "nt",
     .uses = NAMES("average-patience", ),
     .copies = 1,
     .looks_at_valid = true,
     .counts = nt_counts,
     .begin_epoch = nt_begin_epoch},
    {.name = "tail", .uses = NAMES("average-start", ), .copies = 1, .counts = tail_counts},
    {.name = "two-tailed",
     .uses = NAMES(),
     .copies = 2,
     .looks_at_valid = true,
     .begin_epoch = two_tailed_begin_epoch},
};

const struct average_ops *average_at(size_t i)
{
    return i < sizeof averages / sizeof *averages ? &averages[i] : NULL;
}

const struct average_ops *average_find(const char *name)
{
    for (size_t i = 0; average_at(i) != NULL; i++)
        if (strcmp(average_at(i)->name, name) == 0)
            return average_at(i);
    return NULL;
}

bool average_uses(const struct average_ops *ops, const char *setting)
{
    return setting_is_listed(ops->uses, setting);
}

void average_add(const struct average_ops *ops, const struct average_settings *s, uint64_t step,
                 uint64_t steps, size_t n, const float *weights, float *const *copies,
                 struct average_state *state)
{
    state->short_wins = false; /* of an evaluation that this step has left behind */
    if (ops->counts != NULL && !ops->counts(s, state, step, steps))
        return;
    for (size_t k = 0; k < ops->copies; k++) {
        const uint64_t steps_in = ++state->n[k];
        const double share = ops->share != NULL ? ops->share(s, steps_in) : 1.0 / (double)steps_in;
        const struct move move = {weights, copies[k], (float)share};
        pool_run(n, GRAIN, steps_in == 1 ? begin_stretch : move_stretch, &move);
    }
}

int average_shown(const struct average_ops *ops, const struct average_state *state)
{
    if (ops->copies == 0 || state->n[0] == 0)
        return -1;
    return state->short_wins ? 1 : 0;
}

bool average_has_rival(const struct average_ops *ops, const struct average_state *state)
{
    return ops->copies > 1 && state->n[1] > 0;
}

void average_begin_epoch(const struct average_ops *ops, const struct average_settings *s,
                         double metric, bool lower_is_better, size_t n, float *const *copies,
                         struct average_state *state)
{
    if (ops->begin_epoch != NULL)
        ops->begin_epoch(s, metric, lower_is_better, n, copies, state);
}

void average_restart(struct average_state *state)
{
    memset(state->n, 0, sizeof state->n);
    state->short_wins = false;
}
