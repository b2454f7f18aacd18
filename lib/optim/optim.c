#include "lib/optim/optim.h"

#include <string.h>

#include "lib/kern/kern.h"

static const struct optim_ops *const optims[] = {
    &optim_sgd,
};

const struct optim_ops *optim_at(size_t i)
{
    return i < sizeof optims / sizeof *optims ? optims[i] : NULL;
}

const struct optim_ops *optim_find(const char *name)
{
    for (size_t i = 0; optim_at(i) != NULL; i++)
        if (strcmp(optim_at(i)->name, name) == 0)
            return optim_at(i);
    return NULL;
}

const char *optim_slot_name(const struct optim_ops *ops, size_t slot)
{
    return ops->slots[slot];
}

double optim_sum_squares(size_t n, const float *grad)
{
    return kern_sum_squares(n, grad);
}

float optim_clip_scale(double norm, double max_norm)
{
    return norm > max_norm ? (float)(max_norm / norm) : 1.0f;
}
