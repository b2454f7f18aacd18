/* Learning-rate schedules, one table row each; and early stopping.
 *
 * A schedule is asked once an epoch (schedule_begin_epoch), where it may look at how the last epoch
 * went, and once a step (schedule_rate). What it remembers is a struct schedule_state of plain
 * numbers: saved and restored, it goes on with the same rates to the bit. */
#ifndef PTBLM_OPTIM_SCHEDULE_H
#define PTBLM_OPTIM_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/setting.h"

/* A schedule reads those that its `uses` lists, by the names of their rows. */
struct schedule_settings {
    double lr;          /* the highest rate */
    double decay;       /* what a decrease multiplies the rate by */
    int64_t hold;       /* epochs before the first decrease */
    int64_t patience;   /* epochs without gain that are let pass before a decrease */
    double min_gain;    /* share of the best metric that a new best must be better by to count */
    double final_share; /* the rate that a run ends with, as a share of lr */
    double warmup;      /* steps in which the rate rises; below 1: as a share of the run's steps */
    double start_divisor; /* one-cycle begins with lr / start_divisor */
    double end_divisor;   /* and ends with lr / start_divisor / end_divisor */
};

/* Their rows. */
extern const struct setting schedule_settings_rows[];

/* All that a schedule remembers. A run that has not begun has {0}. */
struct schedule_state {
    double rate;      /* of the epoch; before warm-up */
    int stale;        /* epochs without gain since the last gain or decrease */
    bool has_best;    /* whether best_seen was measured */
    double best_seen; /* the best metric that counted as a gain */
};

/* Where a run stands. */
struct schedule_place {
    int epoch;            /* from 0 */
    uint64_t step, steps; /* from 0; of the whole run */
};

/* How the last epoch went. */
struct schedule_outcome {
    double metric; /* NaN: nothing was measured, and each epoch counts as a gain */
    bool lower_is_better;
};

struct schedule_ops {
    const char *name;                  /* in run records */
    const char *const *uses;           /* the settings that it reads; ends with NULL */
    struct schedule_settings defaults; /* lr is the preset's or the optimiser's */
    bool per_step;                     /* the rate changes within an epoch, also without warm-up */
    bool own_warmup;                   /* `rate` warms up by itself */

    /* Brings state->rate, which is lr in the first epoch, from an epoch to the next; NULL: it
     * stays. In the first, `last` means nothing. */
    void (*begin_epoch)(const struct schedule_settings *s, const struct schedule_place *place,
                        const struct schedule_outcome *last, struct schedule_state *state);

    /* The rate of a step; NULL: state->rate. */
    double (*rate)(const struct schedule_settings *s, const struct schedule_place *place,
                   const struct schedule_state *state);
};

/* The i-th schedule of the table, NULL after the last. */
const struct schedule_ops *schedule_at(size_t i);

/* NULL if there is none of that name. */
const struct schedule_ops *schedule_find(const char *name);

/* Whether the schedule reads the setting of that name. */
bool schedule_uses(const struct schedule_ops *ops, const char *setting);

/* Whether the rate changes within an epoch. */
bool schedule_is_per_step(const struct schedule_ops *ops, const struct schedule_settings *s);

/* Brings the state to the epoch place->epoch, given the metric of the one before (NaN if nothing
 * was measured). */
void schedule_begin_epoch(const struct schedule_ops *ops, const struct schedule_settings *s,
                          const struct schedule_place *place, double metric, bool lower_is_better,
                          struct schedule_state *state);

/* The learning rate of step place->step. Warm-up of W steps: the rate of step s < W is (s + 1) / W
 * of what it would be. */
double schedule_rate(const struct schedule_ops *ops, const struct schedule_settings *s,
                     const struct schedule_place *place, const struct schedule_state *state);

/* Whether a run ends early: after `epochs` epochs, of which number `best_epoch` (from 1; 0: none)
 * was the best, when the last `patience` brought no new best. patience 0: never. */
bool early_stop(int epochs, int best_epoch, int64_t patience);

#endif
