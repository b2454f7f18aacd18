/* RMSProp (Tieleman and Hinton 2012), plain or centred (Graves 2013, section 4), with or without
 * momentum, as torch.optim.RMSprop:
 *   g = scale grad + weight_decay w    v = alpha v + (1 - alpha) g^2
 *   centered:  a = alpha a + (1 - alpha) g,  d = sqrt(v - a^2) + eps;   otherwise d = sqrt(v) + eps
 *   momentum:  b = momentum b + g / d,  w -= lr b;                      otherwise w -= lr g / d */
#include "lib/optim/optim_private.h"

/* Slots come in this order; those that are not needed are left out. */
static size_t list_slots(const struct optim_settings *s, struct optim_slot *slots)
{
    size_t n = 0;
    slots[n++] = (struct optim_slot){"square_avg", 0.0f};
    if (s->centered)
        slots[n++] = (struct optim_slot){"grad_avg", 0.0f};
    if (s->momentum != 0.0)
        slots[n++] = (struct optim_slot){"momentum_buffer", 0.0f};
    return n;
}

/* v - a^2, a variance and so not negative but for rounding; PyTorch's step is NaN in that case. */
static inline float variance(float v, float a)
{
    return fabsf(v - a * a);
}

static void plain(const struct optim_factors *f, size_t n, const float *restrict grad,
                  float *restrict weights, float *const *slots)
{
    const struct optim_factors k = *f;
    float *restrict v = slots[0];
    for (size_t i = 0; i < n; i++) {
        const float g = k.scale * grad[i] + k.decay * weights[i];
        v[i] = optim_fade(k.beta2 * v[i] + k.rest2 * (g * g));
        weights[i] -= k.rate * (g / (sqrtf(v[i]) + k.eps));
    }
}

static void centred(const struct optim_factors *f, size_t n, const float *restrict grad,
                    float *restrict weights, float *const *slots)
{
    const struct optim_factors k = *f;
    float *restrict v = slots[0], *restrict a = slots[1];
    for (size_t i = 0; i < n; i++) {
        const float g = k.scale * grad[i] + k.decay * weights[i];
        v[i] = optim_fade(k.beta2 * v[i] + k.rest2 * (g * g));
        const float mean = k.beta2 * a[i] + k.rest2 * g;
        a[i] = optim_fade(mean);
        weights[i] -= k.rate * (g / (sqrtf(variance(v[i], mean)) + k.eps));
    }
}

static void with_momentum(const struct optim_factors *f, size_t n, const float *restrict grad,
                          float *restrict weights, float *const *slots)
{
    const struct optim_factors k = *f;
    float *restrict v = slots[0], *restrict b = slots[1];
    for (size_t i = 0; i < n; i++) {
        const float g = k.scale * grad[i] + k.decay * weights[i];
        v[i] = optim_fade(k.beta2 * v[i] + k.rest2 * (g * g));
        b[i] = optim_fade(k.momentum * b[i] + g / (sqrtf(v[i]) + k.eps));
        weights[i] -= k.rate * b[i];
    }
}

static void centred_with_momentum(const struct optim_factors *f, size_t n,
                                  const float *restrict grad, float *restrict weights,
                                  float *const *slots)
{
    const struct optim_factors k = *f;
    float *restrict v = slots[0], *restrict a = slots[1], *restrict b = slots[2];
    for (size_t i = 0; i < n; i++) {
        const float g = k.scale * grad[i] + k.decay * weights[i];
        v[i] = optim_fade(k.beta2 * v[i] + k.rest2 * (g * g));
        const float mean = k.beta2 * a[i] + k.rest2 * g;
        a[i] = optim_fade(mean);
        b[i] = optim_fade(k.momentum * b[i] + g / (sqrtf(variance(v[i], mean)) + k.eps));
        weights[i] -= k.rate * b[i];
    }
}

static optim_loop *prepare(struct optim_factors *f, const struct optim_step *step,
                           const struct optim_span *span)
{
    const struct optim_settings *s = step->settings;
    *f = (struct optim_factors){.scale = step->scale,
                                .decay = (float)optim_decay(s, span),
                                .rate = (float)step->lr,
                                .momentum = (float)s->momentum,
                                .beta2 = (float)s->alpha,
                                .rest2 = (float)(1.0 - s->alpha),
                                .eps = (float)s->eps};
    if (s->centered)
        return s->momentum != 0.0 ? centred_with_momentum : centred;
    return s->momentum != 0.0 ? with_momentum : plain;
}

const struct optim_ops optim_rmsprop = {
    .name = "rmsprop",
    .uses = (const char *const[]){"alpha", "eps", "momentum", "centered", "weight-decay", NULL},
    .defaults = {.alpha = 0.99, .eps = 1e-8},
    .lr = 1e-2,
    .slots = list_slots,
    .prepare = prepare,
};
