/* What the tests of lib/task share: small models, and streams of ids. */
#ifndef PTBLM_TESTS_SUPPORT_TASK_SUPPORT_H
#define PTBLM_TESTS_SUPPORT_TASK_SUPPORT_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/mem.h"
#include "lib/base/rng.h"
#include "lib/model/model.h"
#include "lib/model/window.h"
#include "tests/support/err_support.h"
#include "tests/support/model_support.h"
#include "tests/support/tap.h"
#include "tests/support/test_dir.h"

/* Weights uniform in [-scale, scale), the biases of the cells too. */
static inline struct model *model_random(size_t V, size_t H, size_t L, float scale, uint64_t seed)
{
    return model_filled(model_shape_even(cell_at(0), V, H, H, L), scale, seed, RNG_TEST + 2);
}

static inline struct model *model_zero(size_t V)
{
    return model_random(V, 4, 1, 0.0f, 1);
}

static inline void fill_random_ids(int32_t *ids, size_t n, size_t V, uint64_t seed)
{
    struct rng rng;
    rng_init(&rng, seed, RNG_TEST + 1);
    for (size_t i = 0; i < n; i++)
        ids[i] = (int32_t)(rng_next(&rng) % V);
}

/* The sum of -ln p of ids[first..end) from a zero state, each after the id before it, one window of
 * a single step each. */
static inline double nats_one_by_one(const struct model *m, const int32_t *ids, size_t first,
                                     size_t end)
{
    struct window *w = NULL;
    double sum = 0.0;
    ASSERT_OK(window_new(&w, m, 1, 1, WINDOW_SCORE, &err));
    for (size_t i = first; i < end; i++) {
        double nats;
        window_score(w, 1, ids + i - 1, ids + i, &nats);
        sum += nats;
    }
    window_free(w);
    return sum;
}

#endif
