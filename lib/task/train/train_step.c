#include "lib/task/train/train_step.h"

#include <math.h>

static double gradient_norm(const struct gradient *g)
{
    double sum = 0.0;
    for (size_t i = g->n_spans; i-- > 0;)
        sum += optim_sum_squares(gradient_span_size(&g->spans[i]), g->spans[i].values);
    return sqrt(sum);
}

static void clip_values(const struct gradient *g, double most)
{
    for (size_t i = 0; i < g->n_spans && most > 0.0; i++)
        optim_clip_values(gradient_span_size(&g->spans[i]), g->spans[i].values, (float)most);
}

static struct optim_span span_of(struct model *m, const struct gradient_span *g,
                                 const struct train_step_settings *s)
{
    struct optim_span span = {
        .weights = m->weights + g->offset, .grad = g->values, .n = g->n, .decays = true};
    const size_t n_slots = optim_slots(s->optim, s->optim_settings, NULL);
    for (size_t i = 0; i < n_slots; i++)
        span.slots[i] = s->slots + i * m->params.total + g->offset;
    if (g->rows != NULL) {
        span.rows = g->rows->rows;
        span.n_rows = g->rows->n;
        span.row_len = g->row_len;
    }
    return span;
}

static void update(struct model *m, const struct gradient *g, double norm, double share,
                   const struct train_step_settings *s)
{
    const struct optim_step step = {.settings = s->optim_settings,
                                    .lr = s->lr * share,
                                    .scale = optim_clip_scale(norm, s->max_grad_norm),
                                    .step = s->step};
    for (size_t i = 0; i < g->n_spans; i++) {
        const struct optim_span span = span_of(m, &g->spans[i], s);
        optim_update(s->optim, &step, &span);
    }
}

struct train_step_result train_step(struct model *m, struct window *w,
                                    const struct train_input *input, const struct masks *masks,
                                    const struct train_step_settings *settings)
{
    struct train_step_result result;
    result.nats = input->batch != NULL ? window_train_batch(w, input->batch, masks, input->guesses)
                                       : window_train_steps(w, input->T, 1.0 / input->share,
                                                            input->x, input->y, masks);
    const struct gradient *g = window_gradient(w);
    clip_values(g, settings->clip_value);
    result.norm = gradient_norm(g);
    profile_lap(window_profile(w), 0, PROFILE_CLIP);
    if (isfinite(result.nats) && isfinite(result.norm))
        update(m, g, result.norm, input->batch != NULL ? 1.0 : input->share, settings);
    profile_lap(window_profile(w), 0, PROFILE_UPDATE);
    return result;
}
