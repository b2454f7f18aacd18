#include "lib/task/predictor/predictor_eval.h"

struct evaluation {
    const struct eval_request *request;
    struct eval_result *r, *parts, sentence;
    size_t n_parts;
};

static void count(struct evaluation *e, const struct predictor *p, const int32_t *ids, size_t n,
                  const double *nats)
{
    const struct eval_request *q = e->request;
    for (size_t i = 0; i < n; i++) {
        const bool unknown = ids[i] == q->unk;
        eval_add(e->r, nats[i], unknown);
        for (size_t k = 0; k < e->n_parts; k++)
            eval_add(&e->parts[k], e->n_parts > 1 ? predictor_part_nats(p, k)[i] : nats[i],
                     unknown);
        if (q->sentence == NULL)
            continue;
        eval_add(&e->sentence, nats[i], unknown);
        if (ids[i] != q->eos)
            continue;
        q->sentence(q->ctx, &e->sentence);
        e->sentence = (struct eval_result){0};
    }
}

static enum status run(struct evaluation *e, struct predictor *p, struct err *err)
{
    const struct eval_request *q = e->request;
    double nats[PREDICTOR_STEPS];
    if (q->sentence != NULL && q->ids[0] == q->eos)
        q->sentence(q->ctx, &e->sentence);
    for (size_t at = 1; at < q->n; at += PREDICTOR_STEPS) {
        const size_t n = q->n - at < PREDICTOR_STEPS ? q->n - at : PREDICTOR_STEPS;
        if (q->stop != NULL && *q->stop)
            return err_set(err, ST_INTERRUPTED, "interrupted after %zu of %zu tokens", at - 1,
                           q->n - 1);
        TRY(predictor_score(p, q->ids + at, n, nats, err));
        count(e, p, q->ids + at, n, nats);
        if (q->progress != NULL)
            q->progress(q->ctx, e->r->tokens, q->n - 1, e->r->nats);
    }
    if (e->sentence.tokens > 0)
        q->sentence(q->ctx, &e->sentence);
    return ST_OK;
}

enum status predictor_eval(struct eval_result *r, struct eval_result *parts, struct predictor *p,
                           const struct eval_request *request, struct err *err)
{
    struct evaluation e = {.request = request, .r = r, .parts = parts};
    TRY(eval_check_length(request->n, err));
    e.n_parts = parts != NULL ? predictor_parts(p) : 0;
    *r = (struct eval_result){0};
    for (size_t k = 0; k < e.n_parts; k++)
        parts[k] = (struct eval_result){0};
    predictor_begin_with(p, request->ids[0]);
    return run(&e, p, err);
}
