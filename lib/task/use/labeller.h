/* A model of sequences with labels, ready for use: weights, labels, and what reads examples as it
 * was trained with them, from one file. */
#ifndef PTBLM_TASK_USE_LABELLER_H
#define PTBLM_TASK_USE_LABELLER_H

#include <stdbool.h>

#include "lib/base/err.h"
#include "lib/task/data/example_form.h"
#include "lib/task/train/task.h"
#include "lib/task/use/lm.h"

struct labeller {
    struct lm base; /* the model, with vocabulary and tokenizer where its input is text */
    const struct task_ops *task;
    struct names *labels, *features[FEATURES_MAX];
    struct example_coding coding; /* borrows from all these */
    bool bio;
    bool *allowed; /* transitions (lib/nn/crf/crf.h); NULL: all */
};

/* Opens a model file, or the model of a RUN directory. ST_INPUT if it is a language model, or what
 * the file says of its examples does not fit its weights. labeller_close is needed after success
 * only; *l must stay where it is. */
enum status labeller_open(struct labeller *l, const char *path, struct err *err);
void labeller_close(struct labeller *l);

#endif
