/* Training: epochs of windows, clipping, updates, evaluation after each epoch. */
#ifndef PTBLM_TASK_TRAIN_TRAIN_H
#define PTBLM_TASK_TRAIN_TRAIN_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/err.h"
#include "lib/model/model.h"
#include "lib/optim/average.h"
#include "lib/optim/optim.h"
#include "lib/optim/schedule.h"
#include "lib/task/train/task.h"
#include "lib/task/train/train_state.h"

struct train_config {
    const struct task_ops *task;
    const struct metric *metric; /* of the valid split; one of the task's */
    bool bio;                    /* the labels' model predicts only chunks that begin */
    size_t B, T;                 /* T is 0 where it is the length of the sequences */
    int epochs;
    uint64_t max_steps; /* the run ends after so many, with an evaluation; 0: no limit */
    double flops;       /* or when so much has been computed; 0: no limit. The schedule is stretched
                         * so that it ends with the run */
    double minutes;     /* or after so much time, evaluations included; likewise */
    bool random_steps, shuffle_streams; /* see struct task_feed_settings */
    double zero_state; /* the probability that a row begins a window with a state of zeros */
    int patience;      /* or after so many epochs without a new best; 0: no limit */
    int reports;       /* per epoch */
    struct mask_settings masks;
    struct objective objective;
    double max_grad_norm;
    double clip_value; /* of the elements, before the norm; 0: none */
    uint64_t seed;
    const struct optim_ops *optim;
    struct optim_settings optim_settings;
    const struct schedule_ops *schedule;
    struct schedule_settings rate;
    const struct average_ops *average; /* of the weights, to be evaluated and kept; NULL: none */
    struct average_settings average_settings;
    bool back_to_best;           /* when the rate falls after an epoch that was no new best */
    double checkpoint_seconds;   /* between checkpoints within an epoch; 0: none by the clock */
    uint64_t checkpoint_windows; /* likewise, counted from the run's first; 0: none by count */
};

/* ST_USAGE for what a network of this shape cannot have: words dropped where there are none. */
enum status train_check_masks(const struct train_config *config, const struct model_shape *shape,
                              struct err *err);

/* Rows of a window: those of the batch, each as often as it has samples. */
size_t train_rows(const struct train_config *config);

/* Why a checkpoint is asked for. */
enum train_pause {
    TRAIN_INTERVAL,  /* it is due */
    TRAIN_EVALUATED, /* at the end of an epoch or of the run, after it was reported */
    TRAIN_STOP,      /* `stop` was set, and training ends after it */
};

/* What a caller wants to know; every function may be NULL. A failure ends the run. */
struct train_observer {
    void *ctx;
    void (*window)(void *ctx, const struct train_report *r);
    enum status (*report)(void *ctx, const struct train_report *r, struct err *err);
    void (*evaluating)(void *ctx, const struct train_report *r, uint64_t done, uint64_t all);
    enum status (*evaluated)(void *ctx, const struct train_report *r, struct err *err);
    /* Model and state are ready for a run to continue from here; all weights are finite. */
    enum status (*checkpoint)(void *ctx, enum train_pause why, struct err *err);
    const volatile sig_atomic_t *stop; /* not 0: ST_INTERRUPTED at the next window */
};

/* Trains the model in place, from the place of the state (which is of this model and B) to the end
 * of the run; a state that was saved and loaded again gives the same weights to the bit.
 * ST_DIVERGED, naming step, loss, norm and learning rate, if a loss, its metric, a gradient norm,
 * or a weight at a checkpoint is not finite; after a loss or norm, the weights are as they were
 * before that step. ST_DIVERGED too if a metric of which lower is better is more than 100 times
 * that of a guess: after a tenth of an epoch that of the epoch so far, unless it is less than 100
 * times that of the first window, since first weights may be bad and train; and at its end the best
 * valid metric, or without a valid text the epoch's. ST_INPUT if the train text has no window, the
 * valid text is a single token, or the state is not of this text. */
enum status train_run(struct model *m, struct train_state *state, const struct train_config *config,
                      const struct train_data *data, const struct train_observer *observer,
                      struct err *err);

/* What has ended a run in this state, by the setting that asks for more. */
enum train_end {
    TRAIN_GOES_ON, /* nothing: there is something left to train */
    TRAIN_MAX_STEPS,
    TRAIN_BUDGET, /* of flops or minutes */
    TRAIN_EPOCHS,
    TRAIN_PATIENCE,
};
enum train_end train_find_end(const struct train_state *state, const struct train_config *config);

/* About the last step of a run that neither a budget nor patience nor a divergence ends; `windows`
 * in an epoch. */
uint64_t train_last_step(const struct train_config *config, uint64_t windows);

/* Bytes that a run needs: weights, optimiser, one window of T steps with its gradient, and a window
 * of evaluation, whose sequences have at most valid_T. */
double train_bytes(const struct model_shape *shape, const struct train_config *config, size_t T,
                   size_t valid_T);

#endif
