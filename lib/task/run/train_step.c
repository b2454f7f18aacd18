#include "lib/task/run/train_step.h"

#include <math.h>

static double gradient_norm(const struct model *m, const struct gradient *g)
{
    return sqrt(optim_sum_squares(g->n_dense, g->dense) +
                optim_sum_squares(g->n_rows * m->shape.E, g->embedding));
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
    const size_t E = m->shape.E;
    const float scale = optim_clip_scale(norm, s->max_grad_norm);
    update_stretch(m, g->dense, g->first, g->n_dense, scale, s);
    for (size_t i = 0; i < g->n_rows; i++)
        update_stretch(m, g->embedding + i * E, (size_t)g->rows[i] * E, E, scale, s);
}

struct train_step_result train_step(struct model *m, struct window *w, const int32_t *x,
                                    const int32_t *y, const struct dropout *dropout,
                                    const struct train_step_settings *settings)
{
    struct train_step_result result = {.nats = window_train(w, x, y, dropout)};
    const struct gradient *g = window_gradient(w);
    result.norm = gradient_norm(m, g);
    profile_lap(window_profile(w), 0, PROFILE_CLIP);
    if (isfinite(result.nats) && isfinite(result.norm))
        update(m, g, result.norm, settings);
    profile_lap(window_profile(w), 0, PROFILE_UPDATE);
    return result;
}
