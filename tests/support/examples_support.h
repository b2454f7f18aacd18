/* What the tests of sequences with labels share: examples with random contents. */
#ifndef PTBLM_TESTS_SUPPORT_EXAMPLES_SUPPORT_H
#define PTBLM_TESTS_SUPPORT_EXAMPLES_SUPPORT_H

#include <string.h>

#include "lib/base/mem.h"
#include "lib/base/rng.h"
#include "lib/task/data/examples.h"
#include "tests/support/array_support.h"

/* How examples are drawn: n of 1 to `longest` steps, of `width` ids below `values` or numbers;
 * labels below C. */
struct examples_plan {
    size_t n, longest;
    enum example_input kind;
    size_t width, values, C;
    bool per_step;
    uint64_t seed;
};

static inline void examples_draw(struct examples *e, const struct examples_plan *p)
{
    struct rng rng;
    rng_init(&rng, p->seed, RNG_TEST + 500);
    *e = (struct examples){.n = p->n,
                           .longest = p->longest,
                           .kind = p->kind,
                           .width = p->width,
                           .per_step = p->per_step,
                           .first = zeroed(p->n + 1, sizeof *e->first)};
    for (size_t i = 0; i < p->n; i++) {
        const size_t length = i == p->n / 3 ? p->longest : 1 + rng_next(&rng) % p->longest;
        e->first[i + 1] = e->first[i] + length;
    }
    e->steps = e->first[p->n];
    const size_t n = e->steps * p->width;
    e->ids = p->kind == EXAMPLE_IDS ? zeroed(n, sizeof *e->ids) : NULL;
    e->bytes = p->kind == EXAMPLE_BYTES ? zeroed(n, sizeof *e->bytes) : NULL;
    e->floats = p->kind == EXAMPLE_FLOATS ? zeroed(n, sizeof *e->floats) : NULL;
    for (size_t i = 0; i < n; i++) {
        const uint32_t bits = rng_next(&rng);
        if (e->ids != NULL)
            e->ids[i] = (int32_t)(bits % p->values);
        if (e->bytes != NULL)
            e->bytes[i] = (uint8_t)(bits >> 24);
        if (e->floats != NULL)
            e->floats[i] = 2.0f * rng_unit_float(bits) - 1.0f;
    }
    const size_t targets = p->per_step ? e->steps : p->n;
    e->labels = zeroed(targets, sizeof *e->labels);
    for (size_t i = 0; i < targets; i++)
        e->labels[i] = (int32_t)(rng_next(&rng) % p->C);
}

static inline size_t examples_length(const struct examples *e, size_t i)
{
    return e->first[i + 1] - e->first[i];
}

#endif
