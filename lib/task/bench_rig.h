/* What a measurement works on: a model of random weights, a window, and random input. */
#ifndef PTBLM_TASK_BENCH_RIG_H
#define PTBLM_TASK_BENCH_RIG_H

#include "lib/model/window.h"
#include "lib/task/bench.h"
#include "lib/task/train/train_step.h"

struct bench_rig {
    const struct bench_case *c;
    struct model *m;
    struct window *w;
    struct masks masks;
    int32_t *x; /* [1 + n_features][T*B] ids; unused if the input is numbers */
    int32_t *y; /* [T*B] */
    float *numbers;
    int32_t *lengths, *guesses;
    struct window_batch batch; /* of the above; of sequences with labels */
    float *slots;              /* the optimiser's */
    double steps;              /* without padding */
    double *seconds, *nats;    /* [repeats], [T*B] */
};

/* bench_rig_fini is needed also after a failure. ST_NOMEM; ST_USAGE for a size out of range. */
enum status bench_rig_init(struct bench_rig *r, const struct bench_case *c, enum window_use use,
                           struct err *err);
void bench_rig_fini(struct bench_rig *r);

/* Runs a training step, the i-th from 0; returns its seconds. */
double bench_rig_train(struct bench_rig *r, int i);

/* Scores the window, or evaluates the batch; returns its seconds. */
double bench_rig_score(struct bench_rig *r);

#endif
