/* Training: epochs of windows, clipping, updates, valid perplexity after each epoch. */
#ifndef PTBLM_TASK_RUN_TRAIN_H
#define PTBLM_TASK_RUN_TRAIN_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/err.h"
#include "lib/model/model.h"
#include "lib/optim/optim.h"
#include "lib/optim/schedule.h"
#include "lib/task/run/train_state.h"

struct train_config {
    size_t B, T;
    int epochs;
    int reports; /* an epoch */
    double dropout;
    double max_grad_norm;
    uint64_t seed;
    const struct optim_ops *optim;
    const struct schedule_ops *schedule;
    struct schedule_params rate;
    double checkpoint_seconds;   /* between checkpoints within an epoch; 0: none by the clock */
    uint64_t checkpoint_windows; /* likewise, counted from the run's first; 0: none by count */
};

struct train_data {
    const int32_t *train, *valid;
    size_t n_train, n_valid; /* n_valid 0: no valid text, every epoch counts as the best */
    int32_t unk;
};

/* Why a checkpoint is asked for. */
enum train_pause {
    TRAIN_INTERVAL,  /* it is due */
    TRAIN_EPOCH_END, /* the epoch has been evaluated and told of */
    TRAIN_STOP,      /* `stop` was set, and training ends behind it */
};

/* What a caller wants to hear; every function may be NULL. A failure ends the run. */
struct train_observer {
    void *ctx;
    void (*window)(void *ctx, const struct train_report *r);
    enum status (*report)(void *ctx, const struct train_report *r, struct err *err);
    void (*evaluating)(void *ctx, const struct train_report *r, uint64_t done, uint64_t all);
    enum status (*epoch)(void *ctx, const struct train_report *r, struct err *err);
    /* Model and state are as they must be for a run to continue from here; all weights finite. */
    enum status (*checkpoint)(void *ctx, enum train_pause why, struct err *err);
    const volatile sig_atomic_t *stop; /* not 0: ST_INTERRUPTED at the next window */
};

/* Trains the model in place, from where the state says (which is of this model and B) to the end of
 * the last epoch; from a state that was saved and loaded again the weights come out the same to the
 * bit. Valid perplexity is over B streams side by side, as the tutorial's. ST_DIVERGED, where a
 * loss, its perplexity, a gradient norm, or a weight at a checkpoint is not finite, names step,
 * loss, norm and learning rate; where it is loss or norm, the weights are as they were before that
 * step. ST_INPUT where the train text holds no window, the valid text is a single token, or the
 * state is not of this text. */
enum status train_run(struct model *m, struct train_state *state, const struct train_config *config,
                      const struct train_data *data, const struct train_observer *observer,
                      struct err *err);

/* Bytes that a run takes: weights, optimiser, one window with its gradient, and a window of
 * evaluation. */
double train_bytes(const struct model_shape *shape, const struct train_config *config);

#endif
