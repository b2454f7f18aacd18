/* What the tests of the kernel sets share: every set that this processor runs is tried with sizes
 * around the width of a vector, aligned and unaligned, and inputs from denormals to NaN, on arrays
 * that detect writes outside of them.
 *
 * The bounds count roundings. EPS is the distance from 1 to the next float, so a rounding costs EPS
 * / 2. exp, sigma and tanh are polynomials with a relative error below 2e-7 (under 2 EPS); a
 * sigmoid adds two roundings. K = 8 roundings and polynomials stand for the longest chain, that of
 * a gradient. TINY is what is lost below the normal numbers of float. */
#ifndef PTBLM_TESTS_SUPPORT_KERN_SUPPORT_H
#define PTBLM_TESTS_SUPPORT_KERN_SUPPORT_H

#include <check.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/rng.h"
#include "lib/kern/kern.h"
#include "tests/support/oracle.h"
#include "tests/support/tap.h"

static const double EPS = ORACLE_EPS, K = 8.0 * ORACLE_EPS, TINY = FLT_MIN;

enum kind { NORMAL, ZEROS, DENORMALS, LARGE, INFINITIES, NANS, N_KINDS };
static const char *const kinds[] = {"normal", "zeros", "denormals", "large", "infinities", "nans"};

/* One combination of what the operations are tried on. */
struct trial {
    const struct kern_ops *k;
    size_t n, offset; /* offset in floats from an aligned place */
    enum kind kind;
};

static const size_t sizes[] = {0, 1, 15, 16, 17, 53, 1000};

static inline const char *show(const struct trial *t)
{
    static char text[80];
    snprintf(text, sizeof text, "%s, %zu %s at offset %zu", t->k->name, t->n, kinds[t->kind],
             t->offset);
    return text;
}

static inline void each_trial(void (*check)(const struct trial *))
{
    for (size_t i = 0; kern_set_at(i) != NULL; i++) {
        if (!kern_set_at(i)->usable())
            continue;
        for (size_t s = 0; s < N_OF(sizes); s++)
            for (size_t offset = 0; offset < 2; offset++)
                for (int kind = 0; kind < N_KINDS; kind++)
                    check(&(struct trial){kern_set_at(i), sizes[s], offset, (enum kind)kind});
    }
}

/* Arrays ------------------------------------------------------------------- */

enum { GUARD = 64, GUARD_BYTE = 0xA5, ARRAYS_MAX = 8 };

/* Arrays of one trial. What is before and after a written array must not change; a read-only array
 * ends with its memory, so that a memory checker sees reads past it. */
static struct array {
    char *block;
    float *x;
    size_t bytes;
    bool guarded;
} arrays[ARRAYS_MAX];
static size_t n_arrays;

static inline float *array_new(const struct trial *t, size_t n, bool guarded)
{
    ck_assert_uint_lt(n_arrays, ARRAYS_MAX);
    struct array *a = &arrays[n_arrays++];
    const size_t front = GUARD + t->offset * sizeof(float), bytes = n * sizeof(float);
    a->block = aligned_alloc(64, (front + bytes + GUARD + 63) / 64 * 64);
    a->block = guarded ? a->block : realloc(a->block, front + bytes);
    ck_assert_ptr_nonnull(a->block);
    memset(a->block, GUARD_BYTE, front + bytes + (guarded ? GUARD : 0));
    a->x = (float *)(void *)(a->block + front);
    a->bytes = bytes;
    a->guarded = guarded;
    return a->x;
}

static inline void arrays_check_and_free(const struct trial *t)
{
    while (n_arrays > 0) {
        const struct array *a = &arrays[--n_arrays];
        const char *end = (const char *)a->x + a->bytes;
        for (const char *p = a->block; p < (const char *)a->x; p++)
            if (*p != (char)GUARD_BYTE)
                ck_abort_msg("%s: written before the array", show(t));
        for (const char *p = end; a->guarded && p < end + GUARD; p++)
            if (*p != (char)GUARD_BYTE)
                ck_abort_msg("%s: written after the array", show(t));
        free(a->block);
    }
}

static inline float special(enum kind kind, uint32_t bits, float usual)
{
    switch (kind) {
    case ZEROS:
        return bits & 1 ? -0.0f : 0.0f;
    case DENORMALS:
        return usual * 1e-39f;
    case LARGE:
        return bits & 1 ? -1e4f : 1e4f;
    case INFINITIES:
        return bits % 10 > 1 ? usual : (bits & 1 ? -INFINITY : INFINITY);
    case NANS:
        return bits % 7 > 0 ? usual : NAN;
    default:
        return usual;
    }
}

/* Fills x by the trial's kind; `place` distinguishes the arrays of a trial. The last element is
 * always special, to test the tails of the loops. */
static inline void fill(const struct trial *t, uint32_t place, size_t n, float *x)
{
    struct rng rng;
    rng_init(&rng, 7, RNG_TEST + place);
    for (size_t j = 0; j < n; j++) {
        const float usual = 6.0f * rng_unit_float(rng_next(&rng)) - 3.0f;
        const uint32_t bits = rng_next(&rng);
        x[j] = special(t->kind, j + 1 < n ? bits : bits % 2 * 70, usual);
    }
}

static inline float *input(const struct trial *t, uint32_t place, size_t n)
{
    float *x = array_new(t, n, false);
    fill(t, place, n, x);
    return x;
}

static inline float *changed(const struct trial *t, uint32_t place, size_t n)
{
    float *x = array_new(t, n, true);
    fill(t, place, n, x);
    return x;
}

/* What an array held before the operation; the caller frees it. */
static inline float *copy_of(const float *x, size_t n)
{
    float *copy = malloc((n + 1) * sizeof *copy);
    ck_assert_ptr_nonnull(copy);
    memcpy(copy, x, n * sizeof *copy);
    return copy;
}

/* ck_assert_msg records every location that it passes, which is slow in loops. */
#define ASSERT_AGREES(t, what, j, got, want, bound)                                                \
    do {                                                                                           \
        if (!oracle_agrees(got, want, bound))                                                      \
            ck_abort_msg("%s: %s[%zu] is %.9g, expected %.9g +- %.3g", show(t), what, (size_t)(j), \
                         (double)(got), want, bound);                                              \
    } while (0)

#endif
