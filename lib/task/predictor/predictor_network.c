#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/model/window.h"
#include "lib/nn/neural_cache.h"
#include "lib/task/predictor/predictor.h"

struct network_predictor {
    struct predictor base;
    int32_t eos, last; /* last: the word that was read, whose output is not computed yet */
    bool fed;          /* or it is: `last` has been fed, and logits are those of the next word */
    double temperature;
    struct cache_settings cache;
    struct neural_cache words;
    struct window *window;
    size_t H;      /* width of the outputs */
    float *logits; /* [V] */
    float *output; /* [H] of the step that gave them */
    int32_t x[PREDICTOR_STEPS];
    double shares[PREDICTOR_STEPS];
};

static struct network_predictor *network_of(struct predictor *p)
{
    return (struct network_predictor *)p;
}

static void begin(struct predictor *p, int32_t first)
{
    struct network_predictor *n = network_of(p);
    window_reset(n->window);
    n->last = first >= 0 ? first : n->eos;
    n->fed = false;
}

/* (1 - weight) p + weight share, once the cache has words. */
static double mixed(const struct network_predictor *n, double nats, double share)
{
    if (share < 0.0)
        return nats;
    return -log((1.0 - n->cache.weight) * exp(-nats) + n->cache.weight * share);
}

static void mix(struct network_predictor *n, size_t T, const float *h, const int32_t *y,
                double *nats)
{
    if (n->cache.window == 0)
        return;
    neural_cache_score(&n->words, T, h, y, n->cache.theta, n->shares);
    for (size_t t = 0; t < T; t++)
        nats[t] = mixed(n, nats[t], n->shares[t]);
}

/* -ln softmax(logits / temperature)[w] */
static double nats_of(const struct network_predictor *n, int32_t w)
{
    double most = (double)-INFINITY, sum = 0.0;
    for (size_t i = 0; i < n->base.V; i++)
        most = (double)n->logits[i] > most ? (double)n->logits[i] : most;
    for (size_t i = 0; i < n->base.V; i++)
        sum += exp(((double)n->logits[i] - most) / n->temperature);
    return log(sum) - ((double)n->logits[w] - most) / n->temperature;
}

/* The first word of those to score, where the output before it is there already. */
static void score_fed(struct network_predictor *n, int32_t id, double *nats)
{
    *nats = nats_of(n, id);
    mix(n, 1, n->output, &id, nats);
    n->last = id;
    n->fed = false;
}

static enum status score(struct predictor *p, const int32_t *ids, size_t n_ids, double *nats,
                         struct err *err)
{
    struct network_predictor *n = network_of(p);
    size_t at = 0;
    (void)err;
    if (n->fed && n_ids > 0) {
        score_fed(n, ids[0], nats);
        at = 1;
    }
    while (at < n_ids) {
        const size_t T = n_ids - at < PREDICTOR_STEPS ? n_ids - at : PREDICTOR_STEPS;
        n->x[0] = n->last;
        memcpy(n->x + 1, ids + at, (T - 1) * sizeof *ids);
        window_score(n->window, T, n->x, ids + at, nats + at);
        mix(n, T, window_outputs(n->window), ids + at, nats + at);
        at += T;
        n->last = ids[at - 1];
    }
    return ST_OK;
}

static void feed(struct network_predictor *n)
{
    window_feed(n->window, 1, &n->last, n->logits);
    memcpy(n->output, window_outputs(n->window), n->H * sizeof *n->output);
    n->fed = true;
}

static enum status next(struct predictor *p, double *probabilities, struct err *err)
{
    struct network_predictor *n = network_of(p);
    double most = (double)-INFINITY, sum = 0.0;
    if (!n->fed)
        feed(n);
    for (size_t i = 0; i < p->V; i++) {
        if (!isfinite(n->logits[i]))
            return err_set(
                err, ST_INPUT,
                "the model's output is not finite: its weights are too large to be used");
        most = (double)n->logits[i] > most ? (double)n->logits[i] : most;
    }
    for (size_t i = 0; i < p->V; i++)
        sum += probabilities[i] = exp(((double)n->logits[i] - most) / n->temperature);
    const double kept = n->words.n > 0 ? 1.0 - n->cache.weight : 1.0;
    for (size_t i = 0; i < p->V; i++)
        probabilities[i] *= kept / sum;
    if (n->cache.window > 0)
        neural_cache_add(&n->words, n->output, n->cache.theta, n->cache.weight, probabilities);
    return ST_OK;
}

static void network_free(struct predictor *p)
{
    struct network_predictor *n = network_of(p);
    window_free(n->window);
    neural_cache_fini(&n->words);
    mem_free(n->logits);
    mem_free(n->output);
    mem_free(n);
}

static const struct predictor_ops ops = {
    .name = "network", .begin = begin, .score = score, .next = next, .free = network_free};

static enum status allocate(struct network_predictor *n, const struct model *m, struct err *err)
{
    n->H = m->net.head.shape.H;
    n->logits = mem_zeroed(n->base.V, sizeof *n->logits, err);
    n->output = mem_zeroed(n->H, sizeof *n->output, err);
    if (n->logits == NULL || n->output == NULL)
        return ST_NOMEM;
    TRY(window_new(&n->window, m, 1, PREDICTOR_STEPS, WINDOW_SCORE, err));
    window_set_temperature(n->window, n->temperature);
    return n->cache.window == 0
               ? ST_OK
               : neural_cache_init(&n->words, n->H, n->cache.window, PREDICTOR_STEPS, err);
}

enum status predictor_of_network(struct predictor **p, const struct model *m, int32_t eos,
                                 double temperature, const struct cache_settings *cache,
                                 struct err *err)
{
    struct network_predictor *n = mem_zeroed(1, sizeof *n, err);
    if (n == NULL)
        return ST_NOMEM;
    n->base = (struct predictor){&ops, m->shape.V};
    n->eos = n->last = eos;
    n->temperature = temperature;
    n->cache = *cache;
    const enum status status = allocate(n, m, err);
    if (status != ST_OK)
        network_free(&n->base);
    else
        *p = &n->base;
    return status;
}
