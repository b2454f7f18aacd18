#include "lib/nn/head/head.h"

#include <string.h>

static const struct head_ops *const heads[] = {
    &head_last, &head_mean, &head_max, &head_steps, &head_crf,
};

const struct head_ops *head_at(size_t i)
{
    return i < sizeof heads / sizeof *heads ? heads[i] : NULL;
}

const char *head_name_at(size_t i)
{
    return head_at(i) != NULL ? head_at(i)->name : NULL;
}

const struct head_ops *head_find(const char *name)
{
    for (size_t i = 0; head_at(i) != NULL; i++)
        if (strcmp(head_at(i)->name, name) == 0)
            return head_at(i);
    return NULL;
}
