#include "lib/task/use/eval.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/model/window.h"

/* Rows of a window: long enough for fast products of the softmax, short for progress. */
enum { EVAL_ROWS = 256 };

/* 0.0 / 0.0 is a NaN too, but is printed as "-nan" */
static double perplexity(double nats, uint64_t tokens)
{
    return tokens > 0 ? exp(nats / (double)tokens) : (double)NAN;
}

double eval_perplexity(const struct eval_result *r)
{
    return perplexity(r->nats, r->tokens);
}

double eval_perplexity_known(const struct eval_result *r)
{
    return perplexity(r->nats_known, r->tokens - r->unknown);
}

double eval_word_perplexity(double nats, uint64_t words)
{
    return exp(nats / (double)words);
}

double eval_bits_per_character(double nats, uint64_t characters)
{
    return nats / (double)characters / log(2.0);
}

enum status eval_check(const struct eval_result *r, const char *model, struct err *err)
{
    if (!isfinite(r->nats))
        return err_set(err, ST_INPUT,
                       "'%s' gives no probability to token %llu of the text: its output is not "
                       "finite, because its weights are too large",
                       model, (unsigned long long)r->tokens + 1);
    if (!isfinite(eval_perplexity(r)))
        return err_set(err, ST_INPUT,
                       "'%s' is no model of this text: it takes %g nats a token, whose perplexity "
                       "is too large a number",
                       model, r->nats / (double)r->tokens);
    return ST_OK;
}

/* The buffers of one evaluation over S streams. Stream s scores the targets [first(s), first(s+1))
 * with first(s) = 1 + s (n - 1) / S; the input for target i is token i - 1. */
struct evaluation {
    const struct eval_request *request;
    size_t S, T;
    struct window *window;
    int32_t *x, *y;              /* [T][S] */
    double *nats;                /* [T*S] */
    struct eval_result sentence; /* the one that is not at its end */
};

static size_t first_target(const struct evaluation *e, size_t s)
{
    const uint64_t n = e->request->n - 1;
    return 1 + (size_t)(n / e->S * s + n % e->S * s / e->S);
}

/* Fills columns from position `at` of every stream; a stream that is one shorter than the longest
 * repeats its last pair, which is not counted. */
static void fill(const struct evaluation *e, size_t at, size_t T)
{
    for (size_t s = 0; s < e->S; s++) {
        const size_t first = first_target(e, s), end = first_target(e, s + 1);
        for (size_t t = 0; t < T; t++) {
            const size_t target = first + at + t < end ? first + at + t : end - 1;
            e->x[t * e->S + s] = e->request->ids[target - 1];
            e->y[t * e->S + s] = e->request->ids[target];
        }
    }
}

void eval_add(struct eval_result *r, double nats, bool unknown)
{
    r->tokens++;
    r->unknown += unknown;
    r->nats += nats;
    if (!unknown)
        r->nats_known += nats;
}

/* Adds a token to its sentence, which ends with <eos>. */
static void add_to_sentence(struct evaluation *e, int32_t id, double nats)
{
    const struct eval_request *q = e->request;
    eval_add(&e->sentence, nats, id == q->unk);
    if (id != q->eos)
        return;
    q->sentence(q->ctx, &e->sentence);
    e->sentence = (struct eval_result){0};
}

static void count(struct evaluation *e, size_t at, size_t T, struct eval_result *r)
{
    for (size_t t = 0; t < T; t++) {
        for (size_t s = 0; s < e->S; s++) {
            if (first_target(e, s) + at + t >= first_target(e, s + 1))
                continue;
            const int32_t id = e->y[t * e->S + s];
            const double nats = e->nats[t * e->S + s];
            eval_add(r, nats, id == e->request->unk);
            if (!isfinite(r->nats))
                return;
            if (e->request->sentence != NULL)
                add_to_sentence(e, id, nats);
        }
    }
}

static enum status run(struct evaluation *e, struct eval_result *r, struct err *err)
{
    const struct eval_request *q = e->request;
    if (q->sentence != NULL && q->ids[0] == q->eos)
        q->sentence(q->ctx, &e->sentence);
    const size_t longest = (q->n - 1 + e->S - 1) / e->S;
    for (size_t at = 0; at < longest; at += e->T) {
        if (q->stop != NULL && *q->stop)
            return err_set(err, ST_INTERRUPTED, "interrupted after %llu of %zu tokens",
                           (unsigned long long)r->tokens, q->n - 1);
        const size_t T = longest - at < e->T ? longest - at : e->T;
        fill(e, at, T);
        window_score(e->window, T, e->x, e->y, e->nats);
        count(e, at, T, r);
        if (!isfinite(r->nats))
            return ST_OK;
        if (q->progress != NULL)
            q->progress(q->ctx, r->tokens, q->n - 1, r->nats);
    }
    if (e->sentence.tokens > 0)
        q->sentence(q->ctx, &e->sentence);
    return ST_OK;
}

static size_t steps_of(size_t streams)
{
    return streams < EVAL_ROWS ? EVAL_ROWS / streams : 1;
}

double eval_bytes(const struct model_shape *shape, size_t streams)
{
    return window_bytes(shape, streams, steps_of(streams), WINDOW_SCORE);
}

enum status eval_check_length(size_t n, struct err *err)
{
    if (n >= 2)
        return ST_OK;
    return err_set(err, ST_INPUT,
                   "the text is too short to be scored: it has %zu token%s, and only the tokens "
                   "after the first are scored",
                   n, n == 1 ? "" : "s");
}

enum status eval_stream(struct eval_result *r, const struct model *m,
                        const struct eval_request *request, struct err *err)
{
    TRY(eval_check_length(request->n, err));
    struct evaluation e = {.request = request, .S = request->streams};
    if (e.S > request->n - 1)
        e.S = request->n - 1;
    e.T = steps_of(e.S);
    struct eval_result result = {0};
    enum status status = ST_NOMEM;
    e.x = mem_zeroed(e.T * e.S, sizeof *e.x, err);
    e.y = mem_zeroed(e.T * e.S, sizeof *e.y, err);
    e.nats = mem_zeroed(e.T * e.S, sizeof *e.nats, err);
    if (e.x == NULL || e.y == NULL || e.nats == NULL)
        goto out;
    TRY_OUT(window_new(&e.window, m, e.S, e.T, WINDOW_SCORE, err));
    TRY_OUT(run(&e, &result, err));
    *r = result;
out:
    window_free(e.window);
    mem_free(e.x);
    mem_free(e.y);
    mem_free(e.nats);
    return status;
}
