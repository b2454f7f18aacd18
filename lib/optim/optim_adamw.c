/* AdamW (Loshchilov and Hutter 2019, algorithm 2), as torch.optim.AdamW: Adam whose weight decay is
 * no part of the gradient, but shrinks the weights before the step:
 *   w -= lr weight_decay w */
#include "lib/optim/optim_private.h"

static optim_loop *prepare(struct optim_factors *f, const struct optim_step *step,
                           const struct optim_span *span)
{
    optim_adam_factors(f, step, span);
    f->decay = 0.0f;
    f->shrink = (float)(1.0 - step->lr * optim_decay(step->settings, span));
    return optim_adam_loop;
}

const struct optim_ops optim_adamw = {
    .name = "adamw",
    .uses = (const char *const[]){"beta1", "beta2", "eps", "weight-decay", NULL},
    .defaults = {.beta1 = 0.9, .beta2 = 0.999, .eps = 1e-8, .weight_decay = 1e-2},
    .lr = 1e-3,
    .slots = optim_adam_slots,
    .prepare = prepare,
};
