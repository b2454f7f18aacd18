#include <string.h>

#include "lib/base/mem.h"
#include "lib/task/predictor/predictor.h"

struct mapped {
    struct predictor base;
    struct predictor *of;
    int32_t *map;          /* [V] */
    double *probabilities; /* [V] by the ids of the other */
};

static struct mapped *mapped_of(struct predictor *p)
{
    return (struct mapped *)p;
}

static void begin(struct predictor *p, int32_t first)
{
    const struct mapped *m = mapped_of(p);
    m->of->ops->begin(m->of, first >= 0 ? m->map[first] : -1);
}

static enum status score(struct predictor *p, const int32_t *ids, size_t n, double *nats,
                         struct err *err)
{
    const struct mapped *m = mapped_of(p);
    int32_t there[PREDICTOR_STEPS];
    for (size_t at = 0; at < n; at += PREDICTOR_STEPS) {
        const size_t T = n - at < PREDICTOR_STEPS ? n - at : PREDICTOR_STEPS;
        for (size_t i = 0; i < T; i++)
            there[i] = m->map[ids[at + i]];
        TRY(m->of->ops->score(m->of, there, T, nats + at, err));
    }
    return ST_OK;
}

static enum status next(struct predictor *p, double *probabilities, struct err *err)
{
    const struct mapped *m = mapped_of(p);
    TRY(m->of->ops->next(m->of, m->probabilities, err));
    for (size_t w = 0; w < p->V; w++)
        probabilities[w] = m->probabilities[m->map[w]];
    return ST_OK;
}

static void mapped_free(struct predictor *p)
{
    struct mapped *m = mapped_of(p);
    predictor_free(m->of);
    mem_free(m->map);
    mem_free(m->probabilities);
    mem_free(m);
}

static const struct predictor_ops ops = {
    .name = "mapped", .begin = begin, .score = score, .next = next, .free = mapped_free};

enum status predictor_of_mapped(struct predictor **p, struct predictor *of, const int32_t *map,
                                struct err *err)
{
    struct mapped *m = mem_zeroed(1, sizeof *m, err);
    if (m == NULL) {
        predictor_free(of);
        return ST_NOMEM;
    }
    m->base = (struct predictor){&ops, of->V};
    m->of = of;
    m->map = mem_zeroed(of->V, sizeof *m->map, err);
    m->probabilities = mem_zeroed(of->V, sizeof *m->probabilities, err);
    if (m->map == NULL || m->probabilities == NULL) {
        mapped_free(&m->base);
        return ST_NOMEM;
    }
    memcpy(m->map, map, of->V * sizeof *map);
    *p = &m->base;
    return ST_OK;
}
