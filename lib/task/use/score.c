#include "lib/task/use/score.h"

#include <math.h>

#include "lib/base/mem.h"
#include "lib/model/window.h"

enum { SCORE_STEPS = 64 };

struct scorer {
    struct window *window;
    int32_t eos;
    bool carry;
    bool started; /* a token has been seen: `last` is it */
    int32_t last;
    int32_t x[SCORE_STEPS];
};

enum status scorer_new(struct scorer **out, const struct model *m, int32_t eos, bool carry,
                       struct err *err)
{
    struct scorer *s = mem_zeroed(1, sizeof *s, err);
    if (s == NULL)
        return ST_NOMEM;
    s->eos = eos;
    s->carry = carry;
    const enum status status = window_new(&s->window, m, 1, SCORE_STEPS, WINDOW_SCORE, err);
    if (status != ST_OK)
        scorer_free(s);
    else
        *out = s;
    return status;
}

void scorer_free(struct scorer *s)
{
    if (s == NULL)
        return;
    window_free(s->window);
    mem_free(s);
}

static enum status check_finite(const double *nats, size_t n, struct err *err)
{
    for (size_t i = 0; i < n; i++)
        if (!isfinite(nats[i]))
            return err_set(
                err, ST_INPUT,
                "the model's output is not finite: its weights are too large to be used");
    return ST_OK;
}

enum status scorer_line(struct scorer *s, const int32_t *ids, size_t n, double *nats,
                        struct err *err)
{
    size_t at = 0;
    if (!s->carry) {
        window_reset(s->window);
        s->last = s->eos;
    } else if (!s->started && n > 0) {
        nats[0] = (double)NAN;
        s->last = ids[0];
        at = 1;
    }
    s->started = s->started || n > 0;
    while (at < n) {
        const size_t T = n - at < SCORE_STEPS ? n - at : SCORE_STEPS;
        s->x[0] = s->last;
        for (size_t t = 1; t < T; t++)
            s->x[t] = ids[at + t - 1];
        window_score(s->window, T, s->x, ids + at, nats + at);
        TRY(check_finite(nats + at, T, err));
        at += T;
        s->last = ids[at - 1];
    }
    return ST_OK;
}

void score_totals_add(struct score_totals *t, const int32_t *ids, const double *nats, size_t n,
                      int32_t eos, int32_t unk)
{
    for (size_t i = 0; i < n; i++) {
        if (isnan(nats[i]))
            continue;
        t->nats += nats[i];
        if (ids[i] == eos) {
            t->sentences++;
            t->nats_eos += nats[i];
            continue;
        }
        t->words++;
        if (ids[i] == unk) {
            t->unknown++;
            t->nats_unknown += nats[i];
        }
    }
}

double score_perplexity(const struct score_totals *t, enum score_ppl kind, bool known)
{
    uint64_t count = t->words;
    double nats = t->nats;
    if (kind == SCORE_PPL)
        count += t->sentences;
    if (kind == SCORE_PPL_WORDS)
        nats -= t->nats_eos;
    if (known) {
        count -= t->unknown;
        nats -= t->nats_unknown;
    }
    return count > 0 ? exp(nats / (double)count) : (double)NAN;
}
