/* Tasks: what a network is trained for. One file and one table row each. Training, schedules, logs,
 * checkpoints and the choice of the best model know only what is here: batches, a metric of how
 * good a model is, and whether lower or higher is better. */
#ifndef PTBLM_TASK_TRAIN_TASK_H
#define PTBLM_TASK_TRAIN_TASK_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/err.h"
#include "lib/model/model.h"
#include "lib/task/train/train_step.h"

struct examples;
struct names;

/* One split, as a task reads it; borrowed. */
struct task_split {
    const int32_t *ids; /* of a text, of a language model */
    size_t n;           /* of them; or examples; 0: there is no such split */
    int32_t unk;
    const struct examples *examples; /* sequences with labels */
    const struct names *labels;      /* their names */
};

/* What training needs of a corpus. Without a valid split every epoch counts as the best. */
struct train_data {
    struct task_split train, valid;
};

struct metric {
    const char *name; /* in options, logs and results: "valid_" + name */
    bool lower_is_better;
    bool is_share; /* from 0 to 1, to be shown in per cent */
};

/* A batch producer of a task; `own` is its. */
struct task_feed {
    void *own;
    size_t B, T;   /* the largest batch: what a window must have room for */
    double tokens; /* of an epoch: the steps of its windows */
};

/* How far beyond T a window of random length may go. */
enum { TASK_STEPS_BEYOND = 20 };

struct task_feed_settings {
    size_t B, T;          /* T only of a language model */
    size_t samples;       /* likewise: so many neighbouring rows of a batch are one row of text */
    bool random_steps;    /* likewise: windows vary in length around T */
    bool shuffle_streams; /* likewise: each row begins somewhere else in each epoch */
    uint64_t seed;
};

/* Sums over batches. */
struct task_counts {
    double nats;      /* of -ln p */
    uint64_t targets; /* that metrics are of: words, labels */
    uint64_t correct; /* of these, those that were guessed; 0 in a language model */
    uint64_t tokens;  /* steps of the sequences */
};

/* An evaluation of a split. */
struct task_request {
    const struct task_split *split;
    const struct metric *metric;
    bool bio; /* only chunks that begin with B- are guessed */
    size_t B; /* streams, or examples, side by side; 1 stream is exact */
    void (*progress)(void *ctx, uint64_t done, uint64_t all, double nats); /* may be NULL */
    void *ctx;
    const volatile sig_atomic_t *stop; /* may be NULL; not 0: end with ST_INTERRUPTED */
};

struct task_ops {
    const char *name; /* in --task and in model files */
    const char *unit; /* what rates count: "words" */
    bool of_labels;   /* of sequences with labels, rather than of a text */
    /* That of training, and those that a valid split can be evaluated by, the first by default;
     * NULL after the last. */
    const struct metric *train_metric;
    const struct metric *metrics[4];

    /* ST_INPUT if the split has no batch. task_feed_close after success only. */
    enum status (*open)(struct task_feed *feed, const struct task_split *train,
                        const struct task_feed_settings *settings, struct err *err);
    void (*close)(struct task_feed *feed);
    /* The windows of an epoch, counted from 1. */
    uint64_t (*windows)(const struct task_feed *feed, int epoch);
    /* The next batch is this one, of an epoch counted from 1. */
    void (*seek)(struct task_feed *feed, int epoch, uint64_t window);
    /* Fills *input with the next batch, whose arrays are the feed's; false after the last. */
    bool (*next)(struct task_feed *feed, struct train_input *input);
    /* Adds what the batch given last has besides its loss. */
    void (*count)(const struct task_feed *feed, struct task_counts *counts);

    /* The train metric of such sums. */
    double (*of_counts)(const struct task_counts *counts);
    /* That of a guess that knows nothing, which training must not be far worse than; NULL if a
     * metric cannot be. */
    double (*of_guess)(const struct model_shape *shape);

    enum status (*evaluate)(double *value, const struct model *m,
                            const struct task_request *request, struct err *err);
    /* What an evaluation scores in a split: words, labels. */
    uint64_t (*targets)(const struct task_split *split);
    double (*eval_bytes)(const struct model_shape *shape, size_t B, size_t T);
};

/* A language model: the next word, its perplexity. */
extern const struct task_ops task_language_model;

/* Sequences with labels: one for the whole, its accuracy; or one for each step, accuracy or F1 of
 * chunks (lib/task/use/chunks.h). */
extern const struct task_ops task_classify, task_label;

/* The i-th task of the table, NULL after the last; its name; the task of a name, or NULL. */
const struct task_ops *task_at(size_t i);
const char *task_name_at(size_t i);
const struct task_ops *task_find(const char *name);

/* A metric of that name, or NULL. */
const struct metric *task_find_metric(const struct task_ops *task, const char *name);

/* The worst value of a metric, and whether one is better than another; nothing is better than NaN
 * in either direction. */
double metric_worst(const struct metric *metric);
bool metric_is_better(const struct metric *metric, double value, double than);

#endif
