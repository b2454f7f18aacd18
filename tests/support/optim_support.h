/* What the tests of optimisers share: settings to walk, and weights with gradient and slots. */
#ifndef PTBLM_TESTS_SUPPORT_OPTIM_SUPPORT_H
#define PTBLM_TESTS_SUPPORT_OPTIM_SUPPORT_H

#include <string.h>

#include "lib/optim/optim.h"
#include "tests/support/array_support.h"
#include "tests/support/tap.h"

enum { VARIANTS = 32 };

/* The i-th combination of settings that choose between algorithms. */
static inline struct optim_settings variant(const struct optim_ops *ops, int i)
{
    struct optim_settings s = ops->defaults;
    s.momentum = i & 1 ? 0.75 : 0.0;
    s.nesterov = (i & 3) == 3;
    s.centered = i & 4;
    s.weight_decay = i & 8 ? 0.125 : 0.0;
    s.initial_accumulator = s.lr_decay = i & 16 ? 0.5 : 0.0;
    return s;
}

struct rig {
    size_t n;
    const struct optim_ops *ops;
    struct optim_settings settings;
    float *weights, *slots[OPTIM_SLOTS_MAX];
};

static inline struct rig rig_new(const struct optim_ops *ops, const struct optim_settings *settings,
                                 size_t n)
{
    struct rig r = {.n = n, .ops = ops, .settings = *settings, .weights = numbers(1, n)};
    const size_t n_slots = optim_slots(ops, settings, NULL);
    for (size_t i = 0; i < n_slots; i++)
        r.slots[i] = zeroed(n, sizeof *r.slots[i]);
    optim_start_slots(ops, settings, n, r.slots);
    return r;
}

static inline void rig_free(struct rig *r)
{
    mem_free(r->weights);
    for (size_t i = 0; i < OPTIM_SLOTS_MAX; i++)
        mem_free(r->slots[i]);
}

/* The weights [first, first + n) with that gradient; all decay. */
static inline struct optim_span rig_span(const struct rig *r, size_t first, size_t n,
                                         const float *grad)
{
    struct optim_span span = {.weights = r->weights + first, .grad = grad, .n = n, .decays = true};
    for (size_t i = 0; i < OPTIM_SLOTS_MAX && r->slots[i] != NULL; i++)
        span.slots[i] = r->slots[i] + first;
    return span;
}

static inline void rig_update(const struct rig *r, const struct optim_span *span, uint64_t step)
{
    const struct optim_step at = {
        .settings = &r->settings, .lr = 0.125, .scale = 0.75f, .step = step};
    optim_update(r->ops, &at, span);
}

static inline bool same_floats(const float *a, const float *b, size_t n)
{
    return a == b || memcmp(a, b, n * sizeof *a) == 0;
}

static inline bool rig_same(const struct rig *a, const struct rig *b)
{
    bool same = same_floats(a->weights, b->weights, a->n);
    for (size_t i = 0; i < OPTIM_SLOTS_MAX; i++)
        same = same && same_floats(a->slots[i], b->slots[i], a->n);
    return same;
}

#endif
