#include "lib/task/train/task.h"

#include <math.h>
#include <string.h>

static const struct task_ops *const tasks[] = {
    &task_language_model,
    &task_classify,
    &task_label,
};

const struct task_ops *task_at(size_t i)
{
    return i < sizeof tasks / sizeof *tasks ? tasks[i] : NULL;
}

const char *task_name_at(size_t i)
{
    return task_at(i) != NULL ? task_at(i)->name : NULL;
}

const struct task_ops *task_find(const char *name)
{
    for (size_t i = 0; task_at(i) != NULL; i++)
        if (strcmp(task_at(i)->name, name) == 0)
            return task_at(i);
    return NULL;
}

const struct metric *task_find_metric(const struct task_ops *task, const char *name)
{
    for (size_t i = 0; task->metrics[i] != NULL; i++)
        if (strcmp(task->metrics[i]->name, name) == 0)
            return task->metrics[i];
    return NULL;
}

double metric_worst(const struct metric *metric)
{
    return metric->lower_is_better ? (double)INFINITY : -(double)INFINITY;
}

bool metric_is_better(const struct metric *metric, double value, double than)
{
    return metric->lower_is_better ? value < than : value > than;
}
