/* Tasks: what a network is trained for. One file and one table row each. Training, schedules, logs,
 * checkpoints and the choice of the best model know only what is here: windows, a metric of how
 * good a model is, and whether lower or higher is better. */
#ifndef PTBLM_TASK_TRAIN_TASK_H
#define PTBLM_TASK_TRAIN_TASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/err.h"
#include "lib/model/model.h"
#include "lib/task/data/batch.h"
#include "lib/task/use/eval.h"

/* What training needs of a text; borrowed. */
struct train_data {
    const int32_t *train, *valid;
    size_t n_train, n_valid; /* n_valid 0: no valid text, every epoch counts as the best */
    int32_t unk;
};

struct metric {
    const char *name; /* in logs and results: "valid_" + name */
    bool lower_is_better;
};

struct task_ops {
    const char *name;
    struct metric metric;
    /* The windows of an epoch. ST_INPUT if the train text has none. */
    enum status (*open)(struct batcher *b, const struct train_data *data, size_t B, size_t T,
                        struct err *err);
    /* Fills x and y [T][B] with the next window; false after the last. */
    bool (*next)(struct batcher *b, int32_t *x, int32_t *y);
    /* The metric of a loss of `nats` over so many targets. */
    double (*of_loss)(double nats, uint64_t targets);
    /* The metric of a guess that knows nothing, which training must not be far worse than. */
    double (*of_guess)(const struct model_shape *shape);
    /* The metric of a model on the valid or the test text. */
    enum status (*evaluate)(double *value, const struct model *m,
                            const struct eval_request *request, struct err *err);
};

/* A language model: the next word, its perplexity. */
extern const struct task_ops task_language_model;

/* The i-th task of the table, NULL after the last. */
const struct task_ops *task_at(size_t i);

/* The worst value of a metric, and whether one is better than another; nothing is better than NaN
 * in either direction. */
double metric_worst(const struct metric *metric);
bool metric_is_better(const struct metric *metric, double value, double than);

#endif
