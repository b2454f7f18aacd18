#include "lib/task/train/task.h"

#include <math.h>

static const struct task_ops *const tasks[] = {
    &task_language_model,
};

const struct task_ops *task_at(size_t i)
{
    return i < sizeof tasks / sizeof *tasks ? tasks[i] : NULL;
}

double metric_worst(const struct metric *metric)
{
    return metric->lower_is_better ? (double)INFINITY : -(double)INFINITY;
}

bool metric_is_better(const struct metric *metric, double value, double than)
{
    return metric->lower_is_better ? value < than : value > than;
}
