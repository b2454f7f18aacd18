/* What the tests of models and windows share: small models with weights everywhere. */
#ifndef PTBLM_TESTS_SUPPORT_MODEL_SUPPORT_H
#define PTBLM_TESTS_SUPPORT_MODEL_SUPPORT_H

#include <stdio.h>
#include <string.h>

#include "lib/model/model.h"
#include "lib/model/window.h"
#include "tests/support/array_support.h"

static inline struct model_shape lstm_shape(size_t V, size_t E, size_t H, size_t L)
{
    return (struct model_shape){.V = V, .E = E, .H = H, .L = L, .cell = cell_find("lstm")};
}

/* All weights, biases too, uniform in [-scale, scale); the gaps between tensors stay 0. */
static inline struct model *model_of(struct model_shape shape, float scale)
{
    struct err err = {0};
    struct model *m = NULL;
    ck_assert_msg(model_new(&m, &shape, &err) == ST_OK, "%s", err.text);
    for (size_t i = 0; i < m->params.n; i++) {
        const struct param *p = &m->params.items[i];
        rng_fill_uniform(21, RNG_TEST + (uint32_t)i, m->weights + p->offset, param_size(p), -scale,
                         scale);
    }
    return m;
}

static inline struct window *window_of(const struct model *m, size_t B, size_t T,
                                       enum window_use use)
{
    struct err err = {0};
    struct window *w = NULL;
    ck_assert_msg(window_new(&w, m, B, T, use, &err) == ST_OK, "%s", err.text);
    return w;
}

/* The window's gradient laid out as the model's weights, 0 where a word has no row; the caller
 * frees it. */
static inline float *whole_gradient(const struct window *w, const struct model *m)
{
    const struct gradient *g = window_gradient(w);
    const size_t E = m->shape.E;
    float *whole = zeroed(m->params.total, sizeof *whole);
    memcpy(whole + g->first, g->dense, g->n_dense * sizeof *whole);
    for (size_t i = 0; i < g->n_rows; i++)
        memcpy(whole + (size_t)g->rows[i] * E, g->embedding + i * E, E * sizeof *whole);
    return whole;
}

/* Sets the carried state of an LSTM model, h and c [L][B][H]. */
static inline void set_state(struct window *w, const struct model *m, size_t B, const float *h,
                             const float *c)
{
    const size_t n = B * m->shape.H;
    for (size_t l = 0; l < m->shape.L; l++) {
        memcpy(window_state(w, l, 0), h + l * n, n * sizeof *h);
        memcpy(window_state(w, l, 1), c + l * n, n * sizeof *c);
    }
}

#endif
