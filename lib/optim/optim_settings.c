/* The rows of the optimisers' settings. A default is here if all optimisers that read a setting
 * share it; else it is the optimiser's (struct optim_ops), which setting_fill takes over. */
#include "lib/optim/optim.h"

/* Moments that forget nothing would never hear of a gradient. */
#define SHARE_MAX 0.9999999

static bool applies(const struct setting *row, const char *optim)
{
    return optim_uses(optim_find(optim), row->name);
}

#define NUMBER(member)                                                                             \
    .type = SETTING_FLOAT, .offset = offsetof(struct optim_settings, member), .value_name = "X",   \
    .rare = true, .owner = "optim", .applies = applies

#define FLAG(member)                                                                               \
    .type = SETTING_FLAG, .offset = offsetof(struct optim_settings, member), .rare = true,         \
    .owner = "optim", .applies = applies

const struct setting optim_settings_rows[] = {
    {.name = "momentum",
     NUMBER(momentum),
     .max = SHARE_MAX,
     .dflt = "0",
     .help = "share of the last step that is taken again"},
    {.name = "nesterov", FLAG(nesterov), .help = "Nesterov's momentum"},
    {.name = "beta1",
     NUMBER(beta1),
     .max = SHARE_MAX,
     .dflt = "0.9",
     .help = "what a step keeps of the mean gradient"},
    {.name = "beta2",
     NUMBER(beta2),
     .max = SHARE_MAX,
     .dflt = "0.999",
     .help = "what a step keeps of the mean squared gradient"},
    {.name = "alpha",
     NUMBER(alpha),
     .max = SHARE_MAX,
     .dflt = "0.99",
     .help = "the same for rmsprop"},
    {.name = "centered", FLAG(centered), .help = "divide by the standard deviation"},
    {.name = "eps",
     NUMBER(eps),
     .min = 1e-30,
     .max = 1,
     .help = "added to what a step is divided by [the optimiser's]"},
    {.name = "weight-decay",
     NUMBER(weight_decay),
     .max = 100,
     .help = "pull of the weights towards 0 [0; adamw: 0.01]"},
    {.name = "adagrad-decay",
     NUMBER(lr_decay),
     .max = 1e6,
     .dflt = "0",
     .help = "the rate is divided by 1 + X * steps done"},
    {.name = "initial-sum",
     NUMBER(initial_accumulator),
     .max = 1e6,
     .dflt = "0",
     .help = "what the sums of squares start with"},
    {.name = NULL},
};
