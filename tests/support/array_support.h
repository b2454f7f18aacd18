/* What the numerical tests share: arrays of random numbers, and the comparison of a result with the
 * expected one. */
#ifndef PTBLM_TESTS_SUPPORT_ARRAY_SUPPORT_H
#define PTBLM_TESTS_SUPPORT_ARRAY_SUPPORT_H

#include <check.h>

#include "lib/base/mem.h"
#include "lib/base/rng.h"
#include "lib/nn/mask.h"
#include "tests/support/oracle.h"

/* ck_assert_msg records every location that it passes, which is slow in loops. */
#define ASSERT_NEAR(got, want, bound)                                                              \
    do {                                                                                           \
        if (!oracle_agrees(got, want, bound))                                                      \
            ck_abort_msg("%.9g, expected %.9g +- %.3g", (double)(got), (double)(want),             \
                         (double)(bound));                                                         \
    } while (0)

static inline void *zeroed(size_t n, size_t size)
{
    struct err why;
    void *block = mem_zeroed(n, size, &why);
    ck_assert_ptr_nonnull(block);
    return block;
}

static inline float *ones(size_t n)
{
    float *x = zeroed(n, sizeof *x);
    for (size_t i = 0; i < n; i++)
        x[i] = 1.0f;
    return x;
}

/* Uniform in [-3, 3), always the same for a stream. */
static inline float *numbers(uint32_t stream, size_t n)
{
    float *x = zeroed(n, sizeof *x);
    rng_fill_uniform(11, RNG_TEST + stream, x, n, -3.0f, 3.0f);
    return x;
}

static inline int32_t *ids_below(uint32_t stream, size_t n, size_t limit)
{
    int32_t *ids = zeroed(n, sizeof *ids);
    struct rng rng;
    rng_init(&rng, 5, RNG_TEST + stream);
    for (size_t i = 0; i < n; i++)
        ids[i] = (int32_t)(rng_next(&rng) % limit);
    return ids;
}

/* Dropout of elements at every place of a stack of L layers; none if drop is 0. */
static inline struct masks masks_even(size_t L, double drop, uint64_t seed)
{
    const struct mask_settings all = mask_settings_even(drop);
    return masks_new(&all, L, seed);
}

static inline double *widened(const float *x, size_t n)
{
    double *wide = zeroed(n, sizeof *wide);
    for (size_t i = 0; i < n; i++)
        wide[i] = (double)x[i];
    return wide;
}

#endif
