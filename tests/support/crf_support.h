/* What the tests of the CRF share: a field with random scores, and the paths of a sequence one by
 * one. */
#ifndef PTBLM_TESTS_SUPPORT_CRF_SUPPORT_H
#define PTBLM_TESTS_SUPPORT_CRF_SUPPORT_H

#include <math.h>
#include <string.h>

#include "lib/nn/crf/crf.h"
#include "tests/support/array_support.h"
#include "tests/support/tap.h"

/* A field, a sequence, and memory for them. Rows of emissions have `gap` floats behind them, and
 * labels stand `step` apart. */
struct field {
    struct crf crf;
    struct crf_sequence s;
    float *transitions, *start, *end, *emissions;
    int32_t *labels;
    double *tables, *scratch;
};

static inline void field_init(struct field *f, size_t C, size_t n, size_t gap, size_t step)
{
    *f = (struct field){.transitions = zeroed(C * C, sizeof(float)),
                        .start = zeroed(C, sizeof(float)),
                        .end = zeroed(C, sizeof(float)),
                        .emissions = zeroed(n * (C + gap), sizeof(float)),
                        .labels = zeroed(n * step, sizeof(int32_t)),
                        .tables = zeroed(crf_tables_size(C), sizeof(double)),
                        .scratch = zeroed(crf_scratch_size(C, n), sizeof(double))};
    f->crf = (struct crf){.C = C, .transitions = f->transitions, .start = f->start, .end = f->end};
    f->s = (struct crf_sequence){.n = n,
                                 .emissions = f->emissions,
                                 .stride = C + gap,
                                 .labels = f->labels,
                                 .label_stride = step};
}

static inline void field_fini(const struct field *f)
{
    void *const blocks[] = {f->transitions, f->start,  f->end,    f->emissions,
                            f->labels,      f->tables, f->scratch};
    for (size_t i = 0; i < N_OF(blocks); i++)
        mem_free(blocks[i]);
}

/* All scores uniform in [-spread, spread), and labels, from one stream. */
static inline void field_draw(struct field *f, uint32_t stream, float spread)
{
    const size_t C = f->crf.C, n = f->s.n;
    const uint64_t seed = 17;
    rng_fill_uniform(seed, RNG_TEST + stream, f->transitions, C * C, -spread, spread);
    rng_fill_uniform(seed + 1, RNG_TEST + stream, f->start, C, -spread, spread);
    rng_fill_uniform(seed + 2, RNG_TEST + stream, f->end, C, -spread, spread);
    rng_fill_uniform(seed + 3, RNG_TEST + stream, f->emissions, n * f->s.stride, -spread, spread);
    struct rng rng;
    rng_init(&rng, seed + 4, RNG_TEST + stream);
    for (size_t t = 0; t < n; t++)
        f->labels[t * f->s.label_stride] = (int32_t)(rng_next(&rng) % C);
}

/* Makes label 0 impossible, and gives it the highest emission at the first step, which none of the
 * other labels can have. The others start alike. */
static inline void field_bar_first_label(struct field *f)
{
    const size_t C = f->crf.C;
    for (size_t j = 0; j < C; j++) {
        f->start[j] = j == 0 ? -3e38f : 0.0f;
        f->transitions[j * C] = -3e38f;
        f->emissions[j] = j == 0 ? 1e30f : 0.0f;
    }
    for (size_t t = 0; t < f->s.n; t++)
        if (f->labels[t * f->s.label_stride] == 0)
            f->labels[t * f->s.label_stride] = 1;
}

/* The same field without label 0. */
static inline void field_init_without_first(struct field *less, const struct field *f)
{
    const size_t C = f->crf.C;
    field_init(less, C - 1, f->s.n, 0, 1);
    for (size_t j = 1; j < C; j++) {
        less->start[j - 1] = f->start[j];
        less->end[j - 1] = f->end[j];
        for (size_t i = 1; i < C; i++)
            less->transitions[(i - 1) * (C - 1) + j - 1] = f->transitions[i * C + j];
        for (size_t t = 0; t < f->s.n; t++)
            less->emissions[t * (C - 1) + j - 1] = f->emissions[t * f->s.stride + j];
    }
    for (size_t t = 0; t < f->s.n; t++)
        less->labels[t] = f->labels[t * f->s.label_stride] - 1;
}

/* The next of the C^n paths; false after the last. Begins with all 0. */
static inline bool path_next(size_t *path, size_t n, size_t C)
{
    for (size_t t = 0; t < n; t++) {
        if (++path[t] < C)
            return true;
        path[t] = 0;
    }
    return false;
}

/* The score of a path, the highest emission of each step taken away, which all paths lose alike. */
static inline long double path_score(const struct field *f, const size_t *path)
{
    const size_t C = f->crf.C, n = f->s.n;
    long double score = (long double)f->start[path[0]] + (long double)f->end[path[n - 1]];
    for (size_t t = 0; t < n; t++) {
        const float *row = f->emissions + t * f->s.stride;
        float top = row[0];
        for (size_t j = 1; j < C; j++)
            top = fmaxf(top, row[j]);
        score += (long double)row[path[t]] - (long double)top;
        if (t > 0)
            score += (long double)f->transitions[path[t - 1] * C + path[t]];
    }
    return score;
}

#endif
