/* How the steps of a run share out its budget. */
#ifndef PTBLM_TASK_TRAIN_PLAN_H
#define PTBLM_TASK_TRAIN_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/optim/schedule.h"
#include "lib/task/train/train_state.h"

/* All steps alike; `later`: how they share is planned later, and until then nothing is done. */
struct train_plan plan_even(uint64_t steps, bool later);

/* What is done at a step: from 0 to 1. */
double plan_share(const struct train_plan *plan, uint64_t step);

/* The place of a step for schedules, as if the plan were a run of so many epochs. */
struct schedule_place plan_place(const struct train_plan *plan, uint64_t step, int epochs);

/* What is known of the time that a run needs. */
struct plan_pace {
    double elapsed;   /* seconds since its start */
    double per_step;  /* of a step */
    double per_epoch; /* of what an epoch needs besides its steps */
    uint64_t windows; /* of an epoch */
    uint64_t most;    /* the last step in any case */
};

/* Plans again at a step, so that the run ends after so many seconds in all; what is done stays
 * done. */
void plan_minutes(struct train_plan *plan, double seconds, uint64_t step,
                  const struct plan_pace *pace);

#endif
