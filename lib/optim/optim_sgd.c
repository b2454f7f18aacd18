/* Stochastic gradient descent, with momentum (Polyak 1964) or Nesterov's (Sutskever et al. 2013),
 * as torch.optim.SGD with dampening 0:
 *   g = scale grad + weight_decay w
 *   w -= lr g                                 without momentum
 *   b = momentum b + g,  w -= lr b            with
 *   b = momentum b + g,  w -= lr (g + momentum b)    with nesterov
 * b begins at 0, so that it is g after the first step, as in PyTorch. */
#include "lib/kern/kern.h"
#include "lib/optim/optim_private.h"

static size_t list_slots(const struct optim_settings *s, struct optim_slot *slots)
{
    slots[0] = (struct optim_slot){"momentum_buffer", 0.0f};
    return s->momentum != 0.0 ? 1 : 0;
}

static bool skips_rows(const struct optim_settings *s, bool decays)
{
    return s->momentum == 0.0 && (!decays || s->weight_decay == 0.0);
}

static void plain(const struct optim_factors *f, size_t n, const float *grad, float *weights,
                  float *const *slots)
{
    (void)slots;
    kern()->axpy(n, -f->rate * f->scale, grad, weights);
}

static void decayed(const struct optim_factors *f, size_t n, const float *restrict grad,
                    float *restrict weights, float *const *slots)
{
    const struct optim_factors k = *f;
    (void)slots;
    for (size_t i = 0; i < n; i++)
        weights[i] -= k.rate * (k.scale * grad[i] + k.decay * weights[i]);
}

static void with_momentum(const struct optim_factors *f, size_t n, const float *restrict grad,
                          float *restrict weights, float *const *slots)
{
    const struct optim_factors k = *f;
    float *restrict b = slots[0];
    for (size_t i = 0; i < n; i++) {
        b[i] = optim_fade(k.momentum * b[i] + (k.scale * grad[i] + k.decay * weights[i]));
        weights[i] -= k.rate * b[i];
    }
}

static void with_nesterov(const struct optim_factors *f, size_t n, const float *restrict grad,
                          float *restrict weights, float *const *slots)
{
    const struct optim_factors k = *f;
    float *restrict b = slots[0];
    for (size_t i = 0; i < n; i++) {
        const float g = k.scale * grad[i] + k.decay * weights[i];
        b[i] = optim_fade(k.momentum * b[i] + g);
        weights[i] -= k.rate * (g + k.momentum * b[i]);
    }
}

static optim_loop *prepare(struct optim_factors *f, const struct optim_step *step,
                           const struct optim_span *span)
{
    const struct optim_settings *s = step->settings;
    *f = (struct optim_factors){.scale = step->scale,
                                .decay = (float)optim_decay(s, span),
                                .rate = (float)step->lr,
                                .momentum = (float)s->momentum};
    if (skips_rows(s, span->decays))
        return plain;
    if (s->momentum == 0.0)
        return decayed;
    return s->nesterov ? with_nesterov : with_momentum;
}

const struct optim_ops optim_sgd = {
    .name = "sgd",
    .uses = (const char *const[]){"momentum", "nesterov", "weight-decay", NULL},
    .slots = list_slots,
    .skips_rows = skips_rows,
    .prepare = prepare,
};
