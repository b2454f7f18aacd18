/* What the tests of lib/task share: small models, streams of ids, and the main of a suite. */
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
#include "tests/support/tap.h"

static struct err err;

#define ASSERT_OK(call)                                                                            \
    do {                                                                                           \
        const enum status got_ = (call);                                                           \
        ck_assert_msg(got_ == ST_OK, "status %d: %s", got_, err.text);                             \
    } while (0)

#define ASSERT_FAILS(call, want, text_)                                                            \
    do {                                                                                           \
        const enum status got_ = (call);                                                           \
        ck_assert_msg(got_ == (want), "status %d: %s", got_, err.text);                            \
        ck_assert_msg(strstr(err.text, text_) != NULL, "'%s' is not in '%s'", text_, err.text);    \
    } while (0)

/* Weights uniform in [-scale, scale), the biases of the cells too. */
static inline struct model *model_random(size_t V, size_t H, size_t L, float scale, uint64_t seed)
{
    const struct model_shape shape = model_shape_even(cell_at(0), V, H, H, L);
    struct model *m = NULL;
    ASSERT_OK(model_new(&m, &shape, &err));
    for (size_t i = 0; i < m->params.n; i++)
        rng_fill_uniform(seed, RNG_TEST + 2 + (uint32_t)i, m->weights + m->params.items[i].offset,
                         param_size(&m->params.items[i]), -scale, scale);
    return m;
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

static inline int run_suite(Suite *suite)
{
    return tap_run(suite);
}

/* A directory of the test's own. */
static char test_dir[96];

static inline void make_test_dir(void)
{
    const char *tmp = getenv("TMPDIR");
    snprintf(test_dir, sizeof test_dir, "%.60s/ptblm-task-XXXXXX", tmp != NULL ? tmp : "/tmp");
    ck_assert_ptr_nonnull(mkdtemp(test_dir));
}

static inline void remove_test_dir(void)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", test_dir);
    ck_assert_int_eq(system(command), 0);
}

/* "test_dir/name"; the last eight results stay valid. */
static inline const char *in_test_dir(const char *name)
{
    static char paths[8][192];
    static int next;
    char *path = paths[next++ % 8];
    snprintf(path, sizeof paths[0], "%s/%.80s", test_dir, name);
    return path;
}

#endif
