/* What ptblm train shows while it runs. */
#ifndef PTBLM_CMD_TRAIN_TRAIN_VIEW_H
#define PTBLM_CMD_TRAIN_TRAIN_VIEW_H

#include "lib/task/run/session.h"

struct train_view {
    const struct task_ops *task;
    const struct metric *metric;
};

/* Draws the live line, prints a line for each report or epoch, and puts events into words. */
struct session_view train_view_of(struct train_view *view);

#endif
