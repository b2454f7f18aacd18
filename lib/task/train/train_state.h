/* The state of a training run: together with the weights, all that its next window depends on.
 * Random numbers depend only on seed and step (lib/base/rng.h). */
#ifndef PTBLM_TASK_TRAIN_TRAIN_STATE_H
#define PTBLM_TASK_TRAIN_TRAIN_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/err.h"
#include "lib/model/model.h"
#include "lib/optim/average.h"
#include "lib/optim/optim.h"
#include "lib/optim/schedule.h"
#include "lib/task/train/task.h"

/* The progress of a run, for observers. */
struct train_report {
    int epoch, epochs;        /* counted from 1; 0 before the first */
    uint64_t last_step;       /* with which the run ends at the latest */
    uint64_t step;            /* windows done in the run */
    uint64_t window, windows; /* of this epoch */
    uint64_t words;           /* targets seen in the run: the task's unit */
    double flops;             /* spent on training: 6 for each weight used, token and sample */
    double seconds;           /* of training: without evaluation and saving */
    double elapsed;           /* of everything */
    double words_per_second;  /* since the last report of the kind */
    double lr;
    double grad_norm;    /* of the last step, before clipping */
    double train_metric; /* of the epoch so far */
    double train_loss;   /* -ln p of a target in the epoch so far */
    double batch_metric; /* the same two of the last batch */
    double batch_loss;
    bool validated; /* there is a valid metric of the current weights */
    double valid_metric;
    bool best; /* if evaluated: no earlier evaluation had a better valid metric */
};

/* How the steps of a run share out a budget: at step s, share + (s - step) * per_step of it is
 * done, and the run ends with step `end`. Of a budget of minutes it is made anew now and then. */
struct train_plan {
    uint64_t step, end; /* end 0: there is no budget */
    double share, per_step;
};

/* The most retries of a run. */
enum { TRAIN_RETRIES_MAX = 10 };

struct train_state {
    struct train_report report;
    bool ended;             /* the epoch was evaluated; also true of a run that has not begun */
    bool halted;            /* evaluated in the middle of an epoch, at the run's last step */
    struct train_plan plan; /* of a run that ends with its budget */
    struct schedule_state schedule; /* the learning rate is the schedule's / 2^retries */
    uint64_t varies;                /* 1: epochs differ in their windows, and these in length */
    int retries;                    /* how often the run diverged and went back */
    struct task_counts epoch;       /* of the epoch so far */
    double first_metric;            /* of the first window; 0: there was none, or it is not known */
    double best_valid;              /* the best valid metric, or the worst that there is */
    int best_epoch;                 /* 0: none was evaluated */
    size_t n_carried;               /* floats of `carried` */
    float *carried; /* the state that the next window begins with, [n_state][B, H] for each layer;
                     * owned. It is right when the observer's checkpoint is called */
    size_t n_slots; /* the optimiser's slots times params.total */
    float *slots;   /* [slots][params.total], laid out as the weights; owned */
    uint64_t slots_since; /* the step that they were started after */
    struct average_state average;
    size_t n_copies; /* of the weights (train_average.h) times params.total */
    float *copies;   /* [copies][params.total], laid out as the weights; owned */
};

/* The state of a run of B rows that has not begun. Only a language model carries any over.
 * train_state_fini is needed also after a failure. */
enum status train_state_init(struct train_state *s, const struct model *m, size_t B,
                             const struct optim_ops *optim, const struct optim_settings *settings,
                             const struct metric *metric, struct err *err);
void train_state_fini(struct train_state *s);

/* The optimiser's slots as before its first update, which the next one is. */
void train_state_start_slots(struct train_state *s, const struct optim_ops *optim,
                             const struct optim_settings *settings);

/* Takes all of another state but its arrays. */
void train_state_replace(struct train_state *s, struct train_state with);

/* Back to a run that has not begun, with the same memory. */
void train_state_reset(struct train_state *s, const struct optim_ops *optim,
                       const struct optim_settings *settings, const struct metric *metric);

#endif
