#include "lib/task/train/train_average.h"

#include <math.h>
#include <string.h>

#include "lib/base/mem.h"

static size_t averages(const struct train_config *c)
{
    return c->average != NULL ? c->average->copies : 0;
}

size_t train_copies(const struct train_config *c)
{
    return averages(c) + (c->back_to_best ? 1 : 0);
}

const char *train_copy_name(const struct train_config *c, size_t i)
{
    static const char *const names[AVERAGE_COPIES_MAX] = {"average", "average_short"};
    return i < averages(c) ? names[i] : "best";
}

enum status train_state_add_copies(struct train_state *s, const struct model *m,
                                   const struct train_config *config, struct err *err)
{
    if (train_copies(config) == 0)
        return ST_OK;
    s->n_copies = train_copies(config) * m->params.total;
    s->copies = mem_zeroed(s->n_copies, sizeof *s->copies, err);
    return s->copies != NULL ? ST_OK : ST_NOMEM;
}

static float *copy_at(const struct train_state *s, const struct train_config *c, size_t i)
{
    return s->copies + i * (s->n_copies / train_copies(c));
}

static void list_copies(const struct train_state *s, const struct train_config *c,
                        float *copies[AVERAGE_COPIES_MAX])
{
    for (size_t i = 0; i < averages(c); i++)
        copies[i] = copy_at(s, c, i);
}

void train_average_step(struct train_state *s, const struct model *m, const struct train_config *c,
                        const struct schedule_place *place)
{
    float *copies[AVERAGE_COPIES_MAX];
    if (averages(c) == 0)
        return;
    list_copies(s, c, copies);
    average_add(c->average, &c->average_settings, place->step, place->steps, m->params.total,
                m->weights, copies, &s->average);
}

static int shown(const struct train_state *s, const struct train_config *c)
{
    return averages(c) > 0 ? average_shown(c->average, &s->average) : -1;
}

void train_exchange_shown(struct train_state *s, struct model *m, const struct train_config *c)
{
    const int i = shown(s, c);
    if (i >= 0)
        average_exchange(m->params.total, m->weights, copy_at(s, c, (size_t)i));
}

void train_keep_best(struct train_state *s, const struct model *m, const struct train_config *c)
{
    const int i = shown(s, c);
    if (c->back_to_best)
        memcpy(copy_at(s, c, averages(c)), i >= 0 ? copy_at(s, c, (size_t)i) : m->weights,
               m->params.total * sizeof *m->weights);
}

void train_average_begin_epoch(struct train_state *s, const struct train_config *c)
{
    const struct train_report *r = &s->report;
    float *copies[AVERAGE_COPIES_MAX];
    if (averages(c) == 0 || r->epoch == 0)
        return;
    list_copies(s, c, copies);
    average_begin_epoch(c->average, &c->average_settings,
                        r->validated ? r->valid_metric : (double)NAN, c->metric->lower_is_better,
                        s->n_copies / train_copies(c), copies, &s->average);
}

void train_go_back_to_best(struct train_state *s, struct model *m, const struct train_config *c,
                           double rate)
{
    const struct train_report *r = &s->report;
    if (!c->back_to_best || r->best || s->best_epoch == 0 || !(s->schedule.rate < rate))
        return;
    memcpy(m->weights, copy_at(s, c, averages(c)), m->params.total * sizeof *m->weights);
    train_state_start_slots(s, c->optim, &c->optim_settings);
    average_restart(&s->average);
}
