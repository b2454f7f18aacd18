#include "lib/task/use/predict.h"

#include <math.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/model/window.h"
#include "lib/task/data/example_batch.h"

struct prediction {
    const struct prediction_request *request;
    const struct model *m;
    struct predictions *out;
    struct example_batcher batcher;
    struct window *window;
    double *nats; /* [targets of a batch] */
    double *sums; /* [examples]: -ln p of each, so that their order does not matter */
    int32_t *guesses;
    float *p;    /* [targets of a batch, C]; NULL: not needed */
    size_t done; /* examples */
};

size_t predict_targets(const struct examples *e)
{
    return e->per_step ? e->steps : e->n;
}

double predict_bytes(const struct model_shape *shape, size_t B, size_t T)
{
    return window_bytes(shape, B, T, WINDOW_SCORE);
}

void predictions_fini(struct predictions *p)
{
    mem_free(p->guesses);
    mem_free(p->p);
    *p = (struct predictions){0};
}

/* Copies what belongs to row `b` of a batch to its example. */
static void take_row(struct prediction *r, const struct window_batch *batch, size_t b)
{
    const struct examples *e = r->request->examples;
    const size_t example = r->batcher.taken[b], C = r->m->shape.C;
    const size_t n = e->per_step ? (size_t)batch->of.lengths[b] : 1;
    const size_t first = e->per_step ? e->first[example] : example;
    for (size_t t = 0; t < n; t++) {
        const size_t at = t * batch->of.B + b;
        r->out->guesses[first + t] = r->guesses[at];
        if (r->out->p != NULL)
            memcpy(r->out->p + (first + t) * C, r->p + at * C, C * sizeof *r->p);
        if (e->labels != NULL) {
            r->out->correct += r->guesses[at] == e->labels[first + t];
            r->sums[example] += r->nats[at];
        }
    }
}

/* Of the nats or, without labels, of the probabilities. */
static bool is_finite(const struct prediction *r, const struct window_batch *batch, size_t b)
{
    const struct examples *e = r->request->examples;
    const size_t n = e->per_step ? (size_t)batch->of.lengths[b] : 1, C = r->m->shape.C;
    if (e->labels != NULL)
        return isfinite(r->sums[r->batcher.taken[b]]);
    for (size_t t = 0; t < n; t++)
        for (size_t c = 0; c < C; c++)
            if (!isfinite(r->p[(t * batch->of.B + b) * C + c]))
                return false;
    return true;
}

static enum status check_finite(const struct prediction *r, const struct window_batch *batch,
                                struct err *err)
{
    for (size_t b = 0; b < batch->of.B; b++)
        if (!is_finite(r, batch, b))
            return err_set(err, ST_INPUT,
                           "the output of the model for example %zu is not finite, because its "
                           "weights are too large",
                           (size_t)r->batcher.taken[b] + 1);
    return ST_OK;
}

static enum status run_batch(struct prediction *r, const struct window_batch *batch,
                             struct err *err)
{
    const struct prediction_request *q = r->request;
    if (q->stop != NULL && *q->stop)
        return err_set(err, ST_INTERRUPTED, "interrupted after %zu of %zu examples", r->done,
                       q->examples->n);
    window_predict_batch(r->window, batch, q->allowed, r->guesses, r->p,
                         batch->targets != NULL ? r->nats : NULL);
    for (size_t b = 0; b < batch->of.B; b++)
        take_row(r, batch, b);
    r->done += batch->of.B;
    if (q->progress != NULL)
        q->progress(q->ctx, r->done, q->examples->n, 0.0);
    return check_finite(r, batch, err);
}

static enum status allocate_probabilities(struct prediction *r, size_t of_batch, size_t of_all,
                                          struct err *err)
{
    const bool asked = r->request->probabilities;
    if (!asked && r->request->examples->labels != NULL)
        return ST_OK;
    r->p = mem_zeroed(of_batch, sizeof *r->p, err);
    r->out->p = asked ? mem_zeroed(of_all, sizeof *r->out->p, err) : NULL;
    return r->p == NULL || (asked && r->out->p == NULL) ? ST_NOMEM : ST_OK;
}

static enum status allocate(struct prediction *r, struct err *err)
{
    const struct examples *e = r->request->examples;
    const size_t C = r->m->shape.C, n = predict_targets(e);
    const size_t targets = window_targets(r->m, r->batcher.B, e->longest);
    r->out->n = n;
    r->out->guesses = mem_zeroed(n, sizeof *r->out->guesses, err);
    r->nats = mem_zeroed(targets, sizeof *r->nats, err);
    r->sums = mem_zeroed(e->n, sizeof *r->sums, err);
    r->guesses = mem_zeroed(targets, sizeof *r->guesses, err);
    if (r->out->guesses == NULL || r->nats == NULL || r->sums == NULL || r->guesses == NULL)
        return ST_NOMEM;
    return allocate_probabilities(r, targets * C, n * C, err);
}

/* Long examples go in smaller batches: memory is that of the longest times the batch, and the
 * figures are the same for any. */
static size_t fit_batch(const struct prediction_request *q)
{
    enum { STEPS_AT_ONCE = 1 << 18 };
    const size_t longest = q->examples->longest;
    const size_t most =
        longest > STEPS_AT_ONCE / 2 ? 1 : STEPS_AT_ONCE / (longest > 0 ? longest : 1);
    return q->B < most ? q->B : most;
}

enum status predict_examples(struct predictions *out, const struct model *m,
                             const struct prediction_request *request, struct err *err)
{
    struct prediction r = {.request = request, .m = m, .out = out};
    struct window_batch batch;
    enum status status;
    *out = (struct predictions){.scored = request->examples->labels != NULL};
    TRY_OUT(example_batcher_init(&r.batcher, request->examples, fit_batch(request), err));
    TRY_OUT(allocate(&r, err));
    TRY_OUT(window_new(&r.window, m, r.batcher.B, request->examples->longest, WINDOW_SCORE, err));
    while (example_batcher_next(&r.batcher, &batch))
        TRY_OUT(run_batch(&r, &batch, err));
    for (size_t i = 0; i < request->examples->n; i++)
        out->nats += r.sums[i];
out:
    example_batcher_fini(&r.batcher);
    window_free(r.window);
    mem_free(r.nats);
    mem_free(r.sums);
    mem_free(r.guesses);
    mem_free(r.p);
    return status;
}
