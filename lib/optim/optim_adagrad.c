/* Adagrad (Duchi et al. 2011), as torch.optim.Adagrad: with t = step,
 *   g = scale grad + weight_decay w    sum += g^2
 *   w -= lr / (1 + lr_decay (t - 1)) * g / (sqrt(sum) + eps) */
#include "lib/optim/optim_private.h"

static size_t list_slots(const struct optim_settings *s, struct optim_slot *slots)
{
    slots[0] = (struct optim_slot){"sum", (float)s->initial_accumulator};
    return 1;
}

static bool skips_rows(const struct optim_settings *s, bool decays)
{
    return !decays || s->weight_decay == 0.0;
}

static void loop(const struct optim_factors *f, size_t n, const float *restrict grad,
                 float *restrict weights, float *const *slots)
{
    const struct optim_factors k = *f;
    float *restrict sum = slots[0];
    for (size_t i = 0; i < n; i++) {
        const float g = k.scale * grad[i] + k.decay * weights[i];
        sum[i] += g * g;
        weights[i] -= k.rate * (g / (sqrtf(sum[i]) + k.eps));
    }
}

static optim_loop *prepare(struct optim_factors *f, const struct optim_step *step,
                           const struct optim_span *span)
{
    const struct optim_settings *s = step->settings;
    const double before = (double)(step->step - 1);
    *f = (struct optim_factors){.scale = step->scale,
                                .decay = (float)optim_decay(s, span),
                                .rate = (float)(step->lr / (1.0 + s->lr_decay * before)),
                                .eps = (float)s->eps};
    return loop;
}

const struct optim_ops optim_adagrad = {
    .name = "adagrad",
    .uses = (const char *const[]){"eps", "weight-decay", "adagrad-decay", "initial-sum", NULL},
    .defaults = {.eps = 1e-10},
    .lr = 1e-2,
    .slots = list_slots,
    .skips_rows = skips_rows,
    .prepare = prepare,
};
