#include "lib/nn/neural_cache.h"

#include <string.h>

#include "lib/base/mem.h"
#include "lib/kern/gemm.h"
#include "lib/kern/kern.h"

/* Rows beyond the window, so that rows move only once in so many words. */
enum { SLACK = 4096 };

static size_t rows_of(size_t window, size_t T)
{
    return window + SLACK + T;
}

double neural_cache_bytes(size_t H, size_t window, size_t T)
{
    const double rows = (double)rows_of(window, T);
    return rows * (double)(H * sizeof(float) + sizeof(int32_t)) +
           (double)T * (double)(window + T) * sizeof(float);
}

enum status neural_cache_init(struct neural_cache *c, size_t H, size_t window, size_t T,
                              struct err *err)
{
    const size_t rows = rows_of(window, T);
    *c = (struct neural_cache){.H = H, .window = window, .T = T};
    c->keys = mem_unset(rows * H, sizeof *c->keys, err);
    c->words = mem_unset(rows, sizeof *c->words, err);
    c->scores = mem_unset(T * (window + T), sizeof *c->scores, err);
    if (c->keys != NULL && c->words != NULL && c->scores != NULL)
        return ST_OK;
    neural_cache_fini(c);
    return ST_NOMEM;
}

void neural_cache_fini(struct neural_cache *c)
{
    mem_free(c->keys);
    mem_free(c->words);
    mem_free(c->scores);
    *c = (struct neural_cache){0};
}

void neural_cache_reset(struct neural_cache *c)
{
    c->n = c->begin = 0;
}

/* Puts T words behind those that are kept, and makes room for that; the window is cut later. */
static void append(struct neural_cache *c, size_t T, const float *h, const int32_t *y)
{
    if (c->begin + c->n + T > rows_of(c->window, c->T)) {
        memmove(c->keys, c->keys + c->begin * c->H, c->n * c->H * sizeof *c->keys);
        memmove(c->words, c->words + c->begin, c->n * sizeof *c->words);
        c->begin = 0;
    }
    memcpy(c->keys + (c->begin + c->n) * c->H, h, T * c->H * sizeof *h);
    memcpy(c->words + c->begin + c->n, y, T * sizeof *y);
    c->n += T;
}

static void cut(struct neural_cache *c)
{
    const size_t extra = c->n > c->window ? c->n - c->window : 0;
    c->begin += extra;
    c->n -= extra;
}

/* The scores h . h_i of n words become the shares of each. */
static void to_shares(size_t n, float *scores, double theta)
{
    for (size_t i = 0; i < n; i++)
        scores[i] *= (float)theta;
    kern()->softmax(n, scores, 1.0f);
}

static double share_of(size_t n, const float *shares, const int32_t *words, int32_t y)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += words[i] == y ? (double)shares[i] : 0.0;
    return sum;
}

void neural_cache_score(struct neural_cache *c, size_t T, const float *h, const int32_t *y,
                        double theta, double *p)
{
    const size_t before = c->n;
    append(c, T, h, y);
    const float *keys = c->keys + c->begin * c->H;
    const int32_t *words = c->words + c->begin;
    gemm(false, true, T, c->n, c->H, h, keys, 0.0f, c->scores);
    for (size_t t = 0; t < T; t++) {
        const size_t end = before + t, from = end > c->window ? end - c->window : 0;
        float *scores = c->scores + t * c->n + from;
        p[t] = -1.0;
        if (end == 0)
            continue;
        to_shares(end - from, scores, theta);
        p[t] = share_of(end - from, scores, words + from, y[t]);
    }
    cut(c);
}

double neural_cache_add(struct neural_cache *c, const float *h, double theta, double weight,
                        double *p)
{
    const int32_t *words = c->words + c->begin;
    if (c->n == 0)
        return 0.0;
    gemm(false, true, 1, c->n, c->H, h, c->keys + c->begin * c->H, 0.0f, c->scores);
    to_shares(c->n, c->scores, theta);
    for (size_t i = 0; i < c->n; i++)
        p[words[i]] += weight * (double)c->scores[i];
    return weight;
}
