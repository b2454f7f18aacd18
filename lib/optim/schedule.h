/* Learning-rate schedules: one table row each. */
#ifndef PTBLM_OPTIM_SCHEDULE_H
#define PTBLM_OPTIM_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>

struct schedule_params {
    double lr;    /* of the first epoch */
    double decay; /* factor of a decrease */
    int hold;     /* epochs before the first decrease */
};

struct schedule_ops {
    const char *name;    /* in --schedule, in run records */
    const char *summary; /* one line for --help */
    /* The rate of `epoch` (counted from 0), given that of the epoch before and whether that one
     * brought a new best valid perplexity. */
    double (*rate)(const struct schedule_params *p, int epoch, double previous, bool improved);
};

/* The i-th schedule of the table, NULL behind the last. */
const struct schedule_ops *schedule_at(size_t i);

/* NULL where there is none of that name. */
const struct schedule_ops *schedule_find(const char *name);

#endif
