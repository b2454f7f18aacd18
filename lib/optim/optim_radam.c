/* RAdam (Liu et al. 2020, algorithm 2), as torch.optim.RAdam. With t = step, Adam's g, m and v, and
 *   R = 2 / (1 - beta2) - 1    r = R - 2 t beta2^t / (1 - beta2^t)
 * the variance of a step divided by sqrt(v) is tractable once r > 5; then
 *   w -= lr / (1 - beta1^t) * m * sqrt(1 - beta2^t) / (sqrt(v) + eps)
 *        * sqrt((r - 4) (r - 2) R / ((R - 4) (R - 2) r))
 * and before that, with the default beta2 in the first five steps, w -= lr / (1 - beta1^t) * m. */
#include "lib/optim/optim_private.h"

static void undivided(const struct optim_factors *f, size_t n, const float *restrict grad,
                      float *restrict weights, float *const *slots)
{
    const struct optim_factors k = *f;
    float *restrict m = slots[0], *restrict v = slots[1];
    for (size_t i = 0; i < n; i++) {
        const float g = k.scale * grad[i] + k.decay * weights[i];
        m[i] = optim_fade(k.beta1 * m[i] + k.rest1 * g);
        v[i] = optim_fade(k.beta2 * v[i] + k.rest2 * (g * g));
        weights[i] -= k.rate * m[i];
    }
}

static optim_loop *prepare(struct optim_factors *f, const struct optim_step *step,
                           const struct optim_span *span)
{
    const struct optim_settings *s = step->settings;
    const double t = (double)step->step, power = pow(s->beta2, t), rest = 1.0 - power;
    const double R = 2.0 / (1.0 - s->beta2) - 1.0, r = R - 2.0 * t * power / rest;
    optim_adam_factors(f, step, span);
    f->root = 1.0f;
    if (!(r > 5.0))
        return undivided;
    const double rectified =
        sqrt((r - 4.0) * (r - 2.0) * R / ((R - 4.0) * (R - 2.0) * r)) * sqrt(rest);
    f->rate = (float)(step->lr / (1.0 - pow(s->beta1, t)) * rectified);
    return optim_adam_loop;
}

const struct optim_ops optim_radam = {
    .name = "radam",
    .uses = (const char *const[]){"beta1", "beta2", "eps", "weight-decay", NULL},
    .defaults = {.beta1 = 0.9, .beta2 = 0.999, .eps = 1e-8},
    .lr = 1e-3,
    .slots = optim_adam_slots,
    .prepare = prepare,
};
