#include "lib/task/train/train_state.h"

#include <string.h>

#include "lib/base/mem.h"

static struct train_state not_begun(const struct metric *metric)
{
    return (struct train_state){.ended = true, .best_valid = metric_worst(metric)};
}

void train_state_start_slots(struct train_state *s, const struct optim_ops *optim,
                             const struct optim_settings *settings)
{
    const size_t n_slots = optim_slots(optim, settings, NULL);
    float *slots[OPTIM_SLOTS_MAX];
    for (size_t i = 0; i < n_slots; i++)
        slots[i] = s->slots + i * (s->n_slots / n_slots);
    if (n_slots > 0)
        optim_start_slots(optim, settings, s->n_slots / n_slots, slots);
    s->slots_since = s->report.step;
}

enum status train_state_init(struct train_state *s, const struct model *m, size_t B,
                             const struct optim_ops *optim, const struct optim_settings *settings,
                             const struct metric *metric, struct err *err)
{
    *s = not_begun(metric);
    for (size_t l = 0; l < m->shape.L && m->shape.head == NULL; l++)
        s->n_carried += m->shape.cell->n_state * B * m->shape.H[l];
    s->n_slots = optim_slots(optim, settings, NULL) * m->params.total;
    s->carried = mem_zeroed(s->n_carried, sizeof *s->carried, err);
    s->slots = mem_zeroed(s->n_slots, sizeof *s->slots, err);
    if (s->carried == NULL || s->slots == NULL)
        return ST_NOMEM;
    train_state_start_slots(s, optim, settings);
    return ST_OK;
}

void train_state_fini(struct train_state *s)
{
    mem_free(s->carried);
    mem_free(s->slots);
    mem_free(s->copies);
    *s = (struct train_state){0};
}

void train_state_replace(struct train_state *s, struct train_state with)
{
    with.n_carried = s->n_carried;
    with.carried = s->carried;
    with.n_slots = s->n_slots;
    with.slots = s->slots;
    with.n_copies = s->n_copies;
    with.copies = s->copies;
    *s = with;
}

void train_state_reset(struct train_state *s, const struct optim_ops *optim,
                       const struct optim_settings *settings, const struct metric *metric)
{
    memset(s->carried, 0, s->n_carried * sizeof *s->carried);
    train_state_start_slots(s, optim, settings);
    train_state_replace(s, not_begun(metric));
}
