#include "lib/nn/head/objective.h"

#include <math.h>

#include "lib/kern/pool.h"

size_t objective_group(const struct objective *o)
{
    return o != NULL && o->samples > 1 ? o->samples : 1;
}

struct rows {
    size_t V, group;
    float share; /* scale * smoothing / V */
    const int32_t *targets;
    float *gradients;
    double *nats;
};

/* scale (p - (1 - s) e_y - s / V) = scale (p - e_y) + scale s e_y - scale s / V */
static void smooth(const void *args, size_t first, size_t last)
{
    const struct rows *r = args;
    for (size_t i = first; i < last; i++) {
        float *g = r->gradients + i * r->V;
        for (size_t j = 0; j < r->V; j++)
            g[j] -= r->share;
        g[r->targets[i]] += r->share * (float)r->V;
    }
}

/* -ln (1/N sum_k p_k), whose gradient is that of row k times p_k / sum p. */
static void mix_group(const struct rows *r, size_t first)
{
    double *nats = r->nats + first, least = nats[0], sum = 0.0;
    for (size_t k = 1; k < r->group; k++)
        least = nats[k] < least ? nats[k] : least;
    for (size_t k = 0; k < r->group; k++)
        sum += exp(least - nats[k]);
    for (size_t k = 0; k < r->group; k++) {
        const float share = (float)(exp(least - nats[k]) / sum);
        float *g = r->gradients + (first + k) * r->V;
        for (size_t j = 0; j < r->V; j++)
            g[j] *= share;
        nats[k] = k == 0 ? least - log(sum / (double)r->group) : 0.0;
    }
}

static void mix(const void *args, size_t first, size_t last)
{
    const struct rows *r = args;
    for (size_t i = first; i < last; i++)
        mix_group(r, i * r->group);
}

void objective_apply(const struct objective *o, size_t rows, size_t V, float scale,
                     const int32_t *targets, float *logits, double *nats)
{
    if (o == NULL)
        return;
    const struct rows r = {.V = V,
                           .group = objective_group(o),
                           .share = (float)((double)scale * o->smoothing / (double)V),
                           .targets = targets,
                           .gradients = logits,
                           .nats = nats};
    if (o->smoothing > 0.0)
        pool_run(rows, 8, smooth, &r);
    if (r.group > 1)
        pool_run(rows / r.group, 1, mix, &r);
}
