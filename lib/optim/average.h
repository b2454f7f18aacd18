/* Averages of the weights over the steps of a run, one table row each. Training goes on with the
 * weights themselves; what is evaluated and kept is the average (average_shown).
 *
 * An average is a copy of the weights that each step moves: a += c (w - a), with c = 1 / n for the
 * mean of n steps. All it remembers besides is a struct average_state of plain numbers: with both
 * saved and restored, it goes on to the same bits, for any number of threads. */
#ifndef PTBLM_OPTIM_AVERAGE_H
#define PTBLM_OPTIM_AVERAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/setting.h"

enum { AVERAGE_COPIES_MAX = 2, AVERAGE_PATIENCE_MAX = 16 };

/* An average reads those that its `uses` lists, by the names of their rows. */
struct average_settings {
    double decay;     /* ema: what a step keeps of the average */
    double start;     /* tail: the share of the run's steps that is left out */
    int64_t patience; /* nt: evaluations, 1 to AVERAGE_PATIENCE_MAX */
};

/* Their rows. */
extern const struct setting average_settings_rows[];

/* All that an average remembers. A run that has not begun has {0}. */
struct average_state {
    uint64_t n[AVERAGE_COPIES_MAX]; /* steps in each copy */
    bool short_wins;                /* two-tailed: at the last evaluation the short mean, copy 1 */
    bool begun;                     /* nt: it was triggered */
    uint64_t evaluations;           /* nt: before it was triggered */
    /* nt: [(i - 1) % (patience + 1)] has the best of the first i evaluations, for the last few i */
    double best_of[AVERAGE_PATIENCE_MAX + 1];
};

struct average_ops {
    const char *name;        /* in run records */
    const char *const *uses; /* the settings that it reads; ends with NULL */
    size_t copies;           /* of the weights that it keeps */
    bool looks_at_valid;     /* means nothing without a valid text */

    /* Whether step number `step` (from 1) of `steps` is averaged; NULL: all are. */
    bool (*counts)(const struct average_settings *s, const struct average_state *state,
                   uint64_t step, uint64_t steps);
    /* The share c of step n of an average; NULL: 1 / n. */
    double (*share)(const struct average_settings *s, uint64_t n);
    /* After an epoch that was evaluated, before the next. NULL: nothing happens. */
    void (*begin_epoch)(const struct average_settings *s, double metric, bool lower_is_better,
                        size_t n, float *const *copies, struct average_state *state);
};

/* The i-th average of the table, NULL after the last; the first is "none". */
const struct average_ops *average_at(size_t i);

/* NULL if there is none of that name. */
const struct average_ops *average_find(const char *name);

/* Whether the average reads the setting of that name. */
bool average_uses(const struct average_ops *ops, const char *setting);

/* Adds the n weights after step number `step` of a run of `steps`; copies[k] is [n]. */
void average_add(const struct average_ops *ops, const struct average_settings *s, uint64_t step,
                 uint64_t steps, size_t n, const float *weights, float *const *copies,
                 struct average_state *state);

/* The copy to be evaluated and kept; -1: the weights themselves. */
int average_shown(const struct average_ops *ops, const struct average_state *state);

/* Whether an evaluation has to measure two copies and set state->short_wins: when the short mean is
 * not worse. While both are the same, the short one wins unmeasured. */
bool average_has_rival(const struct average_ops *ops, const struct average_state *state);

/* Between two epochs, of which the first ended with an evaluation. */
void average_begin_epoch(const struct average_ops *ops, const struct average_settings *s,
                         double metric, bool lower_is_better, size_t n, float *const *copies,
                         struct average_state *state);

/* Forgets all steps, but not that nt was triggered, nor what it has seen. */
void average_restart(struct average_state *state);

/* Exchanges two arrays of n floats, on all threads. */
void average_exchange(size_t n, float *a, float *b);

#endif
