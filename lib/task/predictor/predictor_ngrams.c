#include <math.h>

#include "lib/base/mem.h"
#include "lib/task/predictor/predictor.h"

struct ngrams {
    struct predictor base;
    const struct ngram *m;
    struct ngram_state state;
    float *log_p; /* [V] */
};

static struct ngrams *ngrams_of(struct predictor *p)
{
    return (struct ngrams *)p;
}

static void begin(struct predictor *p, int32_t first)
{
    struct ngrams *n = ngrams_of(p);
    n->state = ngram_begin(n->m);
    if (first >= 0)
        ngram_score(n->m, &n->state, first, &n->state, NULL);
}

static enum status score(struct predictor *p, const int32_t *ids, size_t n_ids, double *nats,
                         struct err *err)
{
    struct ngrams *n = ngrams_of(p);
    (void)err;
    for (size_t i = 0; i < n_ids; i++)
        nats[i] = -ngram_score(n->m, &n->state, ids[i], &n->state, NULL);
    return ST_OK;
}

static enum status next(struct predictor *p, double *probabilities, struct err *err)
{
    struct ngrams *n = ngrams_of(p);
    (void)err;
    ngram_score_all(n->m, &n->state, n->log_p);
    for (size_t w = 0; w < p->V; w++)
        probabilities[w] = exp((double)n->log_p[w]);
    return ST_OK;
}

static void ngrams_free(struct predictor *p)
{
    mem_free(ngrams_of(p)->log_p);
    mem_free(p);
}

static const struct predictor_ops ops = {
    .name = "ngrams", .begin = begin, .score = score, .next = next, .free = ngrams_free};

enum status predictor_of_ngrams(struct predictor **p, const struct ngram *m, struct err *err)
{
    struct ngrams *n = mem_zeroed(1, sizeof *n, err);
    if (n == NULL)
        return ST_NOMEM;
    n->base = (struct predictor){&ops, m->V};
    n->m = m;
    n->log_p = mem_zeroed(m->V, sizeof *n->log_p, err);
    if (n->log_p == NULL) {
        mem_free(n);
        return ST_NOMEM;
    }
    begin(&n->base, -1);
    *p = &n->base;
    return ST_OK;
}
