#include "lib/task/use/decode.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/model/window.h"

enum { FEED_STEPS = 32 };

struct decoder {
    size_t V;
    struct decode_settings settings;
    struct window *window;
    float *logits;        /* [V], of the next word */
    float *probabilities; /* [V] room to draw from */
    struct candidate *candidates;
    struct rng rng;
};

enum status decoder_new(struct decoder **out, const struct model *m,
                        const struct decode_settings *settings, struct err *err)
{
    struct decoder *d = mem_zeroed(1, sizeof *d, err);
    if (d == NULL)
        return ST_NOMEM;
    d->V = m->shape.V;
    d->settings = *settings;
    rng_init(&d->rng, settings->seed, RNG_SAMPLE);
    d->logits = mem_zeroed(d->V, sizeof *d->logits, err);
    d->probabilities = mem_zeroed(d->V, sizeof *d->probabilities, err);
    d->candidates = mem_zeroed(d->V, sizeof *d->candidates, err);
    enum status status =
        d->logits == NULL || d->probabilities == NULL || d->candidates == NULL ? ST_NOMEM : ST_OK;
    if (status == ST_OK)
        status = window_new(&d->window, m, 1, FEED_STEPS, WINDOW_SCORE, err);
    if (status != ST_OK)
        decoder_free(d);
    else
        *out = d;
    return status;
}

void decoder_free(struct decoder *d)
{
    if (d == NULL)
        return;
    window_free(d->window);
    mem_free(d->logits);
    mem_free(d->probabilities);
    mem_free(d->candidates);
    mem_free(d);
}

void decoder_reset(struct decoder *d)
{
    window_reset(d->window);
    memset(d->logits, 0, d->V * sizeof *d->logits);
}

void decoder_feed(struct decoder *d, const int32_t *ids, size_t n)
{
    for (size_t at = 0; at < n; at += FEED_STEPS) {
        const size_t T = n - at < FEED_STEPS ? n - at : FEED_STEPS;
        window_feed(d->window, T, ids + at, at + T == n ? d->logits : NULL);
    }
}

enum status decoder_check(const struct decoder *d, struct err *err)
{
    for (size_t i = 0; i < d->V; i++)
        if (!isfinite(d->logits[i]))
            return err_set(
                err, ST_INPUT,
                "the model's output is not finite: its weights are too large to be used");
    return ST_OK;
}

/* candidates[i] = {i, softmax(logits / temperature)[i]} */
static void fill_candidates(struct decoder *d, double temperature)
{
    double max = (double)-INFINITY, sum = 0.0;
    for (size_t i = 0; i < d->V; i++)
        max = (double)d->logits[i] > max ? (double)d->logits[i] : max;
    for (size_t i = 0; i < d->V; i++) {
        const double p = exp(((double)d->logits[i] - max) / temperature);
        d->candidates[i] = (struct candidate){(int32_t)i, p};
        sum += p;
    }
    for (size_t i = 0; i < d->V; i++)
        d->candidates[i].p /= sum;
}

static int by_falling_probability(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    if (x->p != y->p)
        return x->p > y->p ? -1 : 1;
    return (x->id > y->id) - (x->id < y->id);
}

static void swap(struct candidate *a, struct candidate *b)
{
    const struct candidate kept = *a;
    *a = *b;
    *b = kept;
}

/* Restores a heap, with the least likely candidate first, in which only heap[at] may be wrong. */
static void sift_down(struct candidate *heap, size_t n, size_t at)
{
    for (size_t least = at;; at = least) {
        for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < n; child++)
            if (by_falling_probability(&heap[child], &heap[least]) > 0)
                least = child;
        if (least == at)
            return;
        swap(&heap[at], &heap[least]);
    }
}

/* Puts the n likeliest first: far less work than sorting a vocabulary to show ten words. */
static void select_likeliest(struct candidate *candidates, size_t V, size_t n)
{
    for (size_t i = n / 2; i-- > 0;)
        sift_down(candidates, n, i);
    for (size_t i = n; i < V; i++) {
        if (by_falling_probability(&candidates[i], &candidates[0]) < 0) {
            swap(&candidates[i], &candidates[0]);
            sift_down(candidates, n, 0);
        }
    }
    qsort(candidates, n, sizeof *candidates, by_falling_probability);
}

const struct candidate *decoder_distribution(struct decoder *d, size_t n)
{
    fill_candidates(d, 1.0);
    select_likeliest(d->candidates, d->V, n);
    return d->candidates;
}

static int32_t likeliest(const struct decoder *d)
{
    int32_t best = -1;
    for (size_t i = 0; i < d->V; i++)
        if ((int32_t)i != d->settings.banned && (best < 0 || d->logits[i] > d->logits[best]))
            best = (int32_t)i;
    return best;
}

/* Applies the filters that are on; returns how many candidates are left. */
static size_t filter_candidates(struct decoder *d)
{
    size_t n = d->V;
    bool ordered = false;
    for (size_t i = 0; filter_at(i) != NULL; i++) {
        const struct filter_ops *f = filter_at(i);
        const double value = d->settings.filters[i];
        if (value == f->off)
            continue;
        if (!ordered)
            qsort(d->candidates, n, sizeof *d->candidates, by_falling_probability);
        ordered = true;
        f->apply(d->candidates, &n, value);
    }
    return n;
}

static bool has_filters(const struct decoder *d)
{
    for (size_t i = 0; filter_at(i) != NULL; i++)
        if (d->settings.filters[i] != filter_at(i)->off)
            return true;
    return false;
}

/* Draws from all words, without sorting them. */
static int32_t draw_from_all(struct decoder *d)
{
    float *p = d->probabilities;
    window_probabilities(d->V, d->settings.temperature, d->logits, p);
    if (d->settings.banned >= 0)
        p[d->settings.banned] = 0.0f;
    double all = 0.0;
    for (size_t i = 0; i < d->V; i++)
        all += (double)p[i];
    double left = rng_uniform(&d->rng) * all;
    int32_t drawn = -1;
    for (size_t i = 0; i < d->V && left >= 0.0; i++) {
        if (p[i] <= 0.0f)
            continue;
        drawn = (int32_t)i; /* rounding may leave a little after the last */
        left -= (double)p[i];
    }
    return drawn >= 0 ? drawn : likeliest(d);
}

int32_t decoder_draw(struct decoder *d)
{
    if (d->settings.temperature == 0.0)
        return likeliest(d);
    if (!has_filters(d))
        return draw_from_all(d);
    fill_candidates(d, d->settings.temperature);
    if (d->settings.banned >= 0)
        d->candidates[d->settings.banned].p = 0.0;
    const size_t n = filter_candidates(d);
    double all = 0.0;
    for (size_t i = 0; i < n; i++)
        all += d->candidates[i].p;
    double left = rng_uniform(&d->rng) * all;
    size_t drawn = n;
    for (size_t i = 0; i < n; i++) {
        if (d->candidates[i].p <= 0.0)
            continue;
        drawn = i; /* rounding may leave a little after the last */
        left -= d->candidates[i].p;
        if (left < 0.0)
            break;
    }
    return drawn < n ? d->candidates[drawn].id : likeliest(d);
}
