#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/task/predictor/predictor.h"

struct several {
    struct predictor base;
    enum predictor_mixing mixing;
    size_t n;
    struct predictor **parts;
    double *weights;       /* [n] */
    double *nats;          /* [n, PREDICTOR_STEPS] */
    double *probabilities; /* [V] of one part */
    double *mixed;         /* [V] */
};

static struct several *several_of(struct predictor *p)
{
    return (struct several *)p;
}

static void begin(struct predictor *p, int32_t first)
{
    struct several *s = several_of(p);
    for (size_t k = 0; k < s->n; k++)
        s->parts[k]->ops->begin(s->parts[k], first);
}

/* -ln sum_k weights[k] exp(-nats_k) of one word, whose nats are `step` apart. */
static double mix_linearly(const struct several *s, const double *nats, size_t step)
{
    double least = (double)INFINITY, sum = 0.0;
    for (size_t k = 0; k < s->n; k++)
        if (s->weights[k] > 0.0 && nats[k * step] < least)
            least = nats[k * step];
    for (size_t k = 0; k < s->n; k++)
        if (s->weights[k] > 0.0)
            sum += s->weights[k] * exp(least - nats[k * step]);
    return least - log(sum);
}

static enum status score_linearly(struct several *s, const int32_t *ids, size_t n, double *nats,
                                  struct err *err)
{
    for (size_t k = 0; k < s->n; k++)
        TRY(s->parts[k]->ops->score(s->parts[k], ids, n, s->nats + k * PREDICTOR_STEPS, err));
    for (size_t i = 0; i < n; i++)
        nats[i] = mix_linearly(s, s->nats + i, PREDICTOR_STEPS);
    return ST_OK;
}

static enum status mix_all_linearly(struct several *s, struct err *err)
{
    const size_t V = s->base.V;
    memset(s->mixed, 0, V * sizeof *s->mixed);
    for (size_t k = 0; k < s->n; k++) {
        TRY(s->parts[k]->ops->next(s->parts[k], s->probabilities, err));
        for (size_t w = 0; w < V; w++)
            s->mixed[w] += s->weights[k] * s->probabilities[w];
    }
    return ST_OK;
}

/* mixed[w] = log p(w), for products may be too small for a double. */
static enum status mix_all_by_products(struct several *s, struct err *err)
{
    const size_t V = s->base.V;
    double most = (double)-INFINITY, sum = 0.0;
    memset(s->mixed, 0, V * sizeof *s->mixed);
    for (size_t k = 0; k < s->n; k++) {
        TRY(s->parts[k]->ops->next(s->parts[k], s->probabilities, err));
        for (size_t w = 0; w < V && s->weights[k] > 0.0; w++)
            s->mixed[w] += s->weights[k] * log(s->probabilities[w]);
    }
    for (size_t w = 0; w < V; w++)
        most = s->mixed[w] > most ? s->mixed[w] : most;
    for (size_t w = 0; w < V; w++)
        sum += exp(s->mixed[w] - most);
    for (size_t w = 0; w < V; w++)
        s->mixed[w] -= most + log(sum);
    return ST_OK;
}

static enum status next(struct predictor *p, double *probabilities, struct err *err)
{
    struct several *s = several_of(p);
    const bool linear = s->mixing == MIX_LINEAR;
    TRY(linear ? mix_all_linearly(s, err) : mix_all_by_products(s, err));
    for (size_t w = 0; w < p->V; w++)
        probabilities[w] = linear ? s->mixed[w] : exp(s->mixed[w]);
    return ST_OK;
}

static enum status score_by_products(struct several *s, const int32_t *ids, size_t n, double *nats,
                                     struct err *err)
{
    for (size_t i = 0; i < n; i++) {
        TRY(mix_all_by_products(s, err));
        nats[i] = -s->mixed[ids[i]];
        for (size_t k = 0; k < s->n; k++)
            TRY(s->parts[k]->ops->score(s->parts[k], ids + i, 1, s->nats + k * PREDICTOR_STEPS + i,
                                        err));
    }
    return ST_OK;
}

static enum status score(struct predictor *p, const int32_t *ids, size_t n, double *nats,
                         struct err *err)
{
    struct several *s = several_of(p);
    for (size_t at = 0; at < n; at += PREDICTOR_STEPS) {
        const size_t T = n - at < PREDICTOR_STEPS ? n - at : PREDICTOR_STEPS;
        TRY(s->mixing == MIX_LINEAR ? score_linearly(s, ids + at, T, nats + at, err)
                                    : score_by_products(s, ids + at, T, nats + at, err));
    }
    return ST_OK;
}

static void several_free(struct predictor *p)
{
    struct several *s = several_of(p);
    for (size_t k = 0; k < s->n; k++)
        predictor_free(s->parts[k]);
    mem_free(s->parts);
    mem_free(s->weights);
    mem_free(s->nats);
    mem_free(s->probabilities);
    mem_free(s->mixed);
    mem_free(s);
}

static size_t parts(const struct predictor *p)
{
    return ((const struct several *)p)->n;
}

static const double *part_nats(const struct predictor *p, size_t k)
{
    return ((const struct several *)p)->nats + k * PREDICTOR_STEPS;
}

static const struct predictor_ops ops = {.name = "mixture",
                                         .begin = begin,
                                         .score = score,
                                         .next = next,
                                         .free = several_free,
                                         .parts = parts,
                                         .part_nats = part_nats};

static enum status allocate(struct several *s, const double *weights, struct err *err)
{
    double most = 0.0, sum = 0.0;
    s->weights = mem_zeroed(s->n, sizeof *s->weights, err);
    s->nats = mem_zeroed(s->n * PREDICTOR_STEPS, sizeof *s->nats, err);
    s->probabilities = mem_zeroed(s->base.V, sizeof *s->probabilities, err);
    s->mixed = mem_zeroed(s->base.V, sizeof *s->mixed, err);
    if (s->weights == NULL || s->nats == NULL || s->probabilities == NULL || s->mixed == NULL)
        return ST_NOMEM;
    for (size_t k = 0; k < s->n; k++)
        most = weights[k] > most ? weights[k] : most;
    for (size_t k = 0; k < s->n; k++)
        sum += weights[k] / most; /* of the weights themselves it may be too large */
    for (size_t k = 0; k < s->n; k++)
        s->weights[k] = s->mixing == MIX_LINEAR ? weights[k] / most / sum : weights[k];
    return ST_OK;
}

enum status predictor_of_several(struct predictor **p, struct predictor *const *parts,
                                 const double *weights, size_t n, enum predictor_mixing mixing,
                                 struct err *err)
{
    struct several *s = mem_zeroed(1, sizeof *s, err);
    if (s != NULL) {
        s->base = (struct predictor){&ops, parts[0]->V};
        s->mixing = mixing;
        s->n = n;
        s->parts = mem_zeroed(n, sizeof *s->parts, err);
    }
    if (s == NULL || s->parts == NULL) {
        for (size_t k = 0; k < n; k++)
            predictor_free(parts[k]);
        mem_free(s);
        return ST_NOMEM;
    }
    memcpy(s->parts, parts, n * sizeof *parts);
    const enum status status = allocate(s, weights, err);
    if (status != ST_OK)
        several_free(&s->base);
    else
        *p = &s->base;
    return status;
}
