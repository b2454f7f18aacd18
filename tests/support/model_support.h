/* What the tests of models and windows share: small models with all weights set. */
#ifndef PTBLM_TESTS_SUPPORT_MODEL_SUPPORT_H
#define PTBLM_TESTS_SUPPORT_MODEL_SUPPORT_H

#include <stdio.h>
#include <string.h>

#include "lib/model/model.h"
#include "lib/model/window.h"
#include "tests/support/array_support.h"

static inline struct model_shape lstm_shape(size_t V, size_t E, size_t H, size_t L)
{
    return model_shape_even(cell_find("lstm"), V, E, H, L);
}

/* All weights, biases too, uniform in [-scale, scale); the gaps between tensors stay 0. Each tensor
 * has a random stream of its own, counted from `stream`. */
static inline struct model *model_filled(struct model_shape shape, float scale, uint64_t seed,
                                         uint32_t stream)
{
    struct err why = {0};
    struct model *m = NULL;
    ck_assert_msg(model_new(&m, &shape, &why) == ST_OK, "%s", why.text);
    for (size_t i = 0; i < m->params.n; i++) {
        const struct param *p = &m->params.items[i];
        rng_fill_uniform(seed, stream + (uint32_t)i, m->weights + p->offset, param_size(p), -scale,
                         scale);
    }
    return m;
}

static inline struct model *model_of(struct model_shape shape, float scale)
{
    return model_filled(shape, scale, 21, RNG_TEST);
}

/* Started as the tutorial does, uniform in [-scale, scale). */
static inline void model_start(struct model *m, double scale, uint64_t seed)
{
    const struct init_settings init = init_uniform(scale);
    struct err why = {0};
    ck_assert_msg(model_initialise(m, &init, seed, &why) == ST_OK, "%s", why.text);
}

static inline struct window *window_of(const struct model *m, size_t B, size_t T,
                                       enum window_use use)
{
    struct err why = {0};
    struct window *w = NULL;
    ck_assert_msg(window_new(&w, m, B, T, use, &why) == ST_OK, "%s", why.text);
    return w;
}

/* The window's gradient laid out like the model's weights, with 0 for words that have no row; the
 * caller frees it. */
static inline float *whole_gradient(const struct window *w, const struct model *m)
{
    const struct gradient *g = window_gradient(w);
    float *whole = zeroed(m->params.total, sizeof *whole);
    for (size_t s = 0; s < g->n_spans; s++) {
        const struct gradient_span *span = &g->spans[s];
        const size_t n = span->rows == NULL ? span->n : span->row_len;
        for (size_t r = 0; r < (span->rows == NULL ? 1 : span->rows->n); r++) {
            const size_t row = span->rows == NULL ? 0 : (size_t)span->rows->rows[r];
            memcpy(whole + span->offset + row * n, span->values + r * n, n * sizeof *whole);
        }
    }
    return whole;
}

#endif
