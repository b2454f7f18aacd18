#include "lib/task/data/example_batch.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/base/rng.h"

/* Batches among whose examples those of similar length are put together. */
enum { POOL_BATCHES = 50 };

static size_t length_of(const struct examples *e, size_t i)
{
    return e->first[i + 1] - e->first[i];
}

/* --- the order --- */

/* Longest first; of the same length, in the order that they had. */
static int compare_lengths(const void *a, const void *b)
{
    const struct example_length *x = a, *y = b;
    if (x->length != y->length)
        return x->length < y->length ? 1 : -1;
    return (x->index > y->index) - (x->index < y->index);
}

/* Sorts a stretch of the order by length; `room` holds as many. */
static void sort_stretch(const struct examples *e, uint32_t *order, size_t n,
                         struct example_length *room)
{
    uint32_t *was = order;
    for (size_t i = 0; i < n; i++)
        room[i] = (struct example_length){(uint32_t)length_of(e, order[i]), (uint32_t)i};
    qsort(room, n, sizeof *room, compare_lengths);
    for (size_t i = 0; i < n; i++) /* the index becomes the example, before `order` is written */
        room[i].index = was[room[i].index];
    for (size_t i = 0; i < n; i++)
        order[i] = room[i].index;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static void shuffle(struct rng *rng, uint32_t *items, size_t n)
{
    for (size_t i = n; i > 1; i--) { /* Fisher and Yates */
        const size_t j = (size_t)(rng_uniform(rng) * (double)i);
        const uint32_t item = items[i - 1];
        items[i - 1] = items[j];
        items[j] = item;
    }
}

static void number(uint32_t *items, size_t n)
{
    for (size_t i = 0; i < n; i++)
        items[i] = (uint32_t)i;
}

void example_batcher_shuffle(struct example_batcher *b, uint64_t seed, uint64_t epoch)
{
    const size_t n = b->examples->n, pool = POOL_BATCHES * b->B;
    struct rng rng;
    rng_init(&rng, seed, RNG_EXAMPLES);
    rng.position =
        epoch << 34; /* two numbers for each of up to 2^32 examples, and as many batches */
    number(b->order, n);
    number(b->batches, b->n_batches);
    shuffle(&rng, b->order, n);
    for (size_t at = 0; at < n; at += pool)
        sort_stretch(b->examples, b->order + at, least(pool, n - at), b->room);
    shuffle(&rng, b->batches, b->n_batches);
    b->next = 0;
}

/* --- a batch --- */

static void fill_targets(struct example_batcher *b, size_t row, size_t example,
                         const struct sequences *of)
{
    const struct examples *e = b->examples;
    if (!e->per_step) {
        b->targets[row] = e->labels[example];
        return;
    }
    for (size_t t = 0; t < of->T; t++)
        b->targets[t * of->B + row] =
            e->labels[e->first[example] + least(t, (size_t)of->lengths[row] - 1)];
}

static void fill_ids(struct example_batcher *b, size_t row, size_t step, size_t t,
                     const struct sequences *of)
{
    const struct examples *e = b->examples;
    for (size_t i = 0; i < e->width; i++)
        b->ids[(i * of->T + t) * of->B + row] = e->ids[step * e->width + i];
}

static void fill_numbers(struct example_batcher *b, size_t row, size_t step, size_t t,
                         const struct sequences *of)
{
    const struct examples *e = b->examples;
    float *x = b->x + (t * of->B + row) * e->width;
    if (e->kind == EXAMPLE_FLOATS)
        memcpy(x, e->floats + step * e->width, e->width * sizeof *x);
    for (size_t i = 0; e->kind == EXAMPLE_BYTES && i < e->width; i++)
        x[i] = (float)e->bytes[step * e->width + i] / 255.0f;
}

static void fill_row(struct example_batcher *b, size_t row, size_t example,
                     const struct sequences *of)
{
    const struct examples *e = b->examples;
    for (size_t t = 0; t < of->T; t++) {
        const size_t step = e->first[example] + least(t, (size_t)of->lengths[row] - 1);
        if (e->kind == EXAMPLE_IDS)
            fill_ids(b, row, step, t, of);
        else
            fill_numbers(b, row, step, t, of);
    }
    if (e->labels != NULL)
        fill_targets(b, row, example, of);
}

bool example_batcher_next(struct example_batcher *b, struct window_batch *batch)
{
    if (b->next == b->n_batches)
        return false;
    const struct examples *e = b->examples;
    const size_t at = b->batches[b->next++] * b->B;
    struct sequences of = {.B = least(b->B, e->n - at), .lengths = b->lengths};
    b->taken = b->order + at;
    for (size_t row = 0; row < of.B; row++) {
        b->lengths[row] = (int32_t)length_of(e, b->taken[row]);
        of.T = (size_t)b->lengths[row] > of.T ? (size_t)b->lengths[row] : of.T;
    }
    for (size_t row = 0; row < of.B; row++)
        fill_row(b, row, b->taken[row], &of);
    *batch = (struct window_batch){
        .of = of, .ids = b->ids, .x = b->x, .targets = e->labels != NULL ? b->targets : NULL};
    return true;
}

/* --- memory --- */

static enum status allocate(struct example_batcher *b, struct err *err)
{
    const struct examples *e = b->examples;
    const size_t rows = b->B * e->longest;
    const bool is_ids = e->kind == EXAMPLE_IDS;
    b->order = mem_zeroed(e->n, sizeof *b->order, err);
    b->batches = mem_zeroed(b->n_batches, sizeof *b->batches, err);
    b->room = mem_zeroed(e->n, sizeof *b->room, err);
    b->lengths = mem_zeroed(b->B, sizeof *b->lengths, err);
    b->targets = mem_zeroed(e->per_step ? rows : b->B, sizeof *b->targets, err);
    if (is_ids)
        b->ids = mem_zeroed(rows * e->width, sizeof *b->ids, err);
    else
        b->x = mem_zeroed(rows * e->width, sizeof *b->x, err);
    return b->order == NULL || b->batches == NULL || b->room == NULL || b->lengths == NULL ||
                   b->targets == NULL || (is_ids ? b->ids == NULL : b->x == NULL)
               ? ST_NOMEM
               : ST_OK;
}

enum status example_batcher_init(struct example_batcher *b, const struct examples *examples,
                                 size_t B, struct err *err)
{
    *b = (struct example_batcher){.examples = examples, .B = least(B, examples->n)};
    if (examples->n == 0 || examples->n > UINT32_MAX)
        return err_set(err, ST_INPUT, "%zu examples: there must be 1 to %u", examples->n,
                       UINT32_MAX);
    b->n_batches = (examples->n + b->B - 1) / b->B;
    TRY(allocate(b, err));
    number(b->order, examples->n);
    number(b->batches, b->n_batches);
    sort_stretch(examples, b->order, examples->n, b->room);
    return ST_OK;
}

void example_batcher_fini(struct example_batcher *b)
{
    mem_free(b->order);
    mem_free(b->batches);
    mem_free(b->room);
    mem_free(b->ids);
    mem_free(b->targets);
    mem_free(b->lengths);
    mem_free(b->x);
    *b = (struct example_batcher){0};
}
