/* Training: epochs of windows, clipping, updates, valid perplexity after each epoch. */
#ifndef PTBLM_TASK_TRAIN_H
#define PTBLM_TASK_TRAIN_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/err.h"
#include "lib/model/model.h"
#include "lib/optim/optim.h"
#include "lib/optim/schedule.h"

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
};

struct train_data {
    const int32_t *train, *valid;
    size_t n_train, n_valid; /* n_valid 0: no valid text, every epoch counts as the best */
    int32_t unk;
};

/* How a run stands. */
struct train_report {
    int epoch, epochs;        /* counted from 1 */
    uint64_t step;            /* windows done in the run */
    uint64_t window, windows; /* of this epoch */
    uint64_t words;           /* targets seen in the run */
    double seconds;           /* of training: without evaluation and saving */
    double elapsed;           /* of everything */
    double words_per_second;  /* since the last report of the kind */
    double lr;
    double grad_norm;        /* of the last step, before clipping */
    double train_perplexity; /* of the epoch so far */
    double valid_perplexity; /* of the epoch, at its end; otherwise 0 */
    bool best;               /* at the epoch's end: none before had a lower valid perplexity */
};

/* What a caller wants to hear; every function may be NULL. A failure ends the run. */
struct train_observer {
    void *ctx;
    void (*window)(void *ctx, const struct train_report *r);
    enum status (*report)(void *ctx, const struct train_report *r, struct err *err);
    void (*evaluating)(void *ctx, const struct train_report *r, uint64_t done, uint64_t all);
    enum status (*epoch)(void *ctx, const struct train_report *r, struct err *err);
    const volatile sig_atomic_t *stop; /* not 0: ST_INTERRUPTED at the next window */
};

/* Trains the model in place. Valid perplexity is over B streams side by side, as the tutorial's.
 * ST_DIVERGED, where a loss, its perplexity or a gradient norm is not finite, names step, loss,
 * norm and learning rate; where it is loss or norm, the weights are as they were before that step.
 * ST_INPUT where the train text holds no window or the valid text is a single token. */
enum status train_run(struct model *m, const struct train_config *config,
                      const struct train_data *data, const struct train_observer *observer,
                      struct err *err);

#endif
