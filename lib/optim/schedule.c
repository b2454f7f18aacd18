#include "lib/optim/schedule.h"

#include <math.h>
#include <string.h>

/* lr * decay^max(epoch + 1 - hold, 0): the TensorFlow PTB tutorial's. */
static double rate_decay(const struct schedule_params *p, int epoch, double previous, bool improved)
{
    (void)previous;
    (void)improved;
    const int past = epoch + 1 - p->hold;
    return p->lr * pow(p->decay, past > 0 ? past : 0);
}

/* Multiplied by decay after an epoch without a new best on valid: PyTorch's word_language_model. */
static double rate_plateau(const struct schedule_params *p, int epoch, double previous,
                           bool improved)
{
    if (epoch == 0)
        return p->lr;
    return improved || epoch < p->hold ? previous : previous * p->decay;
}

static const struct schedule_ops schedules[] = {
    {"decay", "constant for --hold epochs, then times --lr-decay each epoch", rate_decay},
    {"plateau", "times --lr-decay after an epoch without a new best on valid", rate_plateau},
};

const struct schedule_ops *schedule_at(size_t i)
{
    return i < sizeof schedules / sizeof *schedules ? &schedules[i] : NULL;
}

const struct schedule_ops *schedule_find(const char *name)
{
    for (size_t i = 0; schedule_at(i) != NULL; i++)
        if (strcmp(schedule_at(i)->name, name) == 0)
            return schedule_at(i);
    return NULL;
}
