/* Adam (Kingma and Ba 2015, algorithm 1), as torch.optim.Adam: with t = step,
 *   g = scale grad + weight_decay w
 *   m = beta1 m + (1 - beta1) g    v = beta2 v + (1 - beta2) g^2
 *   w -= lr / (1 - beta1^t) * m / (sqrt(v) / sqrt(1 - beta2^t) + eps) */
#include "lib/optim/optim_private.h"

size_t optim_adam_slots(const struct optim_settings *s, struct optim_slot *slots)
{
    (void)s;
    slots[0] = (struct optim_slot){"exp_avg", 0.0f};
    slots[1] = (struct optim_slot){"exp_avg_sq", 0.0f};
    return 2;
}

void optim_adam_factors(struct optim_factors *f, const struct optim_step *step,
                        const struct optim_span *span)
{
    const struct optim_settings *s = step->settings;
    const double t = (double)step->step;
    *f = (struct optim_factors){.scale = step->scale,
                                .decay = (float)optim_decay(s, span),
                                .rate = (float)(step->lr / (1.0 - pow(s->beta1, t))),
                                .shrink = 1.0f,
                                .beta1 = (float)s->beta1,
                                .rest1 = (float)(1.0 - s->beta1),
                                .beta2 = (float)s->beta2,
                                .rest2 = (float)(1.0 - s->beta2),
                                .root = (float)(1.0 / sqrt(1.0 - pow(s->beta2, t))),
                                .eps = (float)s->eps};
}

void optim_adam_loop(const struct optim_factors *f, size_t n, const float *restrict grad,
                     float *restrict weights, float *const *slots)
{
    const struct optim_factors k = *f;
    float *restrict m = slots[0], *restrict v = slots[1];
    for (size_t i = 0; i < n; i++) {
        const float g = k.scale * grad[i] + k.decay * weights[i];
        m[i] = optim_fade(k.beta1 * m[i] + k.rest1 * g);
        v[i] = optim_fade(k.beta2 * v[i] + k.rest2 * (g * g));
        weights[i] = k.shrink * weights[i] - k.rate * (m[i] / (k.root * sqrtf(v[i]) + k.eps));
    }
}

static optim_loop *prepare(struct optim_factors *f, const struct optim_step *step,
                           const struct optim_span *span)
{
    optim_adam_factors(f, step, span);
    return optim_adam_loop;
}

const struct optim_ops optim_adam = {
    .name = "adam",
    .uses = (const char *const[]){"beta1", "beta2", "eps", "weight-decay", NULL},
    .defaults = {.beta1 = 0.9, .beta2 = 0.999, .eps = 1e-8},
    .lr = 1e-3,
    .slots = optim_adam_slots,
    .prepare = prepare,
};
