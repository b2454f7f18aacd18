#include "lib/task/run/train_step.h"

#include <math.h>

static double gradient_norm(const struct gradient *g)
{
    double sum = 0.0;
    for (size_t i = g->n_spans; i-- > 0;)
        sum += optim_sum_squares(gradient_span_size(&g->spans[i]), g->spans[i].values);
    return sqrt(sum);
}

/* The n weights from `first` on, of which grad is the gradient. */
static void update_stretch(struct model *m, const float *grad, size_t first, size_t n, float scale,
                           const struct train_step_settings *s)
{
    float *slots[OPTIM_SLOTS_MAX] = {NULL};
    for (size_t i = 0; i < s->optim->n_slots; i++)
        slots[i] = s->slots + i * m->params.total + first;
    s->optim->update(n, (float)s->lr, scale, grad, m->weights + first, slots);
}

static void update(struct model *m, const struct gradient *g, double norm,
                   const struct train_step_settings *s)
{
    const float scale = optim_clip_scale(norm, s->max_grad_norm);
    for (size_t i = 0; i < g->n_spans; i++) {
        const struct gradient_span *span = &g->spans[i];
        if (span->rows == NULL)
            update_stretch(m, span->values, span->offset, span->n, scale, s);
        for (size_t r = 0; span->rows != NULL && r < span->rows->n; r++)
            update_stretch(m, span->values + r * span->row_len,
                           span->offset + (size_t)span->rows->rows[r] * span->row_len,
                           span->row_len, scale, s);
    }
}

struct train_step_result train_step(struct model *m, struct window *w, const int32_t *x,
                                    const int32_t *y, const struct masks *masks,
                                    const struct train_step_settings *settings)
{
    struct train_step_result result = {.nats = window_train(w, x, y, masks)};
    const struct gradient *g = window_gradient(w);
    result.norm = gradient_norm(g);
    profile_lap(window_profile(w), 0, PROFILE_CLIP);
    if (isfinite(result.nats) && isfinite(result.norm))
        update(m, g, result.norm, settings);
    profile_lap(window_profile(w), 0, PROFILE_UPDATE);
    return result;
}
