#include "lib/nn/mask.h"

#include <string.h>

#include "lib/base/rng.h"
#include "lib/kern/kern.h"
#include "lib/kern/pool.h"

enum { WORTH = 16384 }; /* floats that are worth handing to a thread */

/* Random numbers come in blocks of four. */
static uint64_t whole_blocks(uint64_t n)
{
    return (n + 3) / 4 * 4;
}

/* The first random number of a step that uses up to n. */
static uint64_t first_of_step(uint64_t step, uint64_t n)
{
    return step * whole_blocks(n);
}

static void apply_element(const struct mask_call *c)
{
    const struct mask_rows *r = &c->of;
    kern_dropout(r->T * r->B * r->width, c->keep, c->seed, RNG_DROPOUT + c->place,
                 first_of_step(c->step, (uint64_t)c->rows_max * r->width), r->x, r->y);
}

/* Columns of one row of the batch, over all steps: every step has the same random numbers. */
static void lock_columns(const struct mask_call *c, size_t b, size_t from, size_t n)
{
    enum { BLOCKS = 64 };
    const struct mask_rows *r = &c->of;
    const uint64_t row = whole_blocks(r->width);
    const uint64_t first = first_of_step(c->step, c->rows_max * row) + b * row + from;
    uint32_t bits[4 * BLOCKS];
    kern()->random(c->seed, RNG_LOCKED + c->place, first / 4, (n + 3) / 4, bits);
    for (size_t t = 0; t < r->T; t++) {
        const size_t at = (t * r->B + b) * r->width + from;
        kern()->mask(n, bits, (uint32_t)(c->keep * 0x1p32), (float)(1.0 / c->keep), r->x + at,
                     r->y + at);
    }
}

static void lock_rows(const void *args, size_t first, size_t last)
{
    enum { COLUMNS = 256 };
    const struct mask_call *c = args;
    for (size_t b = first; b < last; b++)
        for (size_t j = 0; j < c->of.width; j += COLUMNS)
            lock_columns(c, b, j, c->of.width - j < COLUMNS ? c->of.width - j : COLUMNS);
}

static void apply_locked(const struct mask_call *c)
{
    pool_run(c->of.B, 1 + WORTH / (c->of.T * c->of.width), lock_rows, c);
}

/* A row by the random number of its word. */
static void drop_words(const void *args, size_t first, size_t last)
{
    const struct mask_call *c = args;
    const struct mask_rows *r = &c->of;
    const uint32_t below = (uint32_t)(c->keep * 0x1p32);
    const float scale = (float)(1.0 / c->keep);
    for (size_t i = first; i < last; i++) {
        const uint32_t id = (uint32_t)r->ids[i];
        uint32_t bits[4];
        rng_block(c->seed, RNG_DROP_WORDS, (c->step << 24) + id / 4, bits);
        const float factor = bits[id % 4] < below ? scale : 0.0f;
        for (size_t j = 0; j < r->width; j++)
            r->y[i * r->width + j] = factor * r->x[i * r->width + j];
    }
}

static void apply_word(const struct mask_call *c)
{
    pool_run(c->of.T * c->of.B, 1 + WORTH / c->of.width, drop_words, c);
}

const struct mask_ops mask_element = {.name = "element", .apply = apply_element};
const struct mask_ops mask_locked = {.name = "locked", .apply = apply_locked};
const struct mask_ops mask_word = {.name = "word", .by_word = true, .apply = apply_word};

static const struct mask_ops *const kinds[] = {
    &mask_element,
    &mask_locked,
    &mask_word,
};

const struct mask_ops *mask_at(size_t i)
{
    return i < sizeof kinds / sizeof *kinds ? kinds[i] : NULL;
}

const struct mask_ops *mask_find(const char *name)
{
    for (size_t i = 0; mask_at(i) != NULL; i++)
        if (strcmp(mask_at(i)->name, name) == 0)
            return mask_at(i);
    return NULL;
}

const char *mask_name_at(size_t i)
{
    return mask_at(i) != NULL && !mask_at(i)->by_word ? mask_at(i)->name : NULL;
}

/* A share too small for 1 - drop to differ from 1 drops nothing: masks want keep below 1. */
static void add(struct masks *masks, const struct mask_ops *ops, size_t place, double drop)
{
    if (1.0 - drop < 1.0)
        masks->items[masks->n++] = (struct mask){ops, place, drop};
}

struct masks masks_new(const struct mask_settings *s, size_t L, uint64_t seed)
{
    struct masks masks = {.state = s->state, .weights = s->weights, .seed = seed};
    add(&masks, &mask_word, 0, s->word);
    add(&masks, s->kind, 0, s->input);
    for (size_t place = 1; place < L; place++)
        add(&masks, s->kind, place, s->between);
    add(&masks, s->kind, L, s->output);
    return masks;
}

struct mask_settings mask_settings_even(double drop)
{
    return (struct mask_settings){
        .kind = &mask_element, .input = drop, .between = drop, .output = drop};
}

bool masks_drop_at(const struct masks *masks, size_t place)
{
    for (size_t i = 0; masks != NULL && i < masks->n; i++)
        if (masks->items[i].place == place)
            return true;
    return false;
}

void masks_apply(const struct masks *masks, size_t place, const struct mask_rows *rows)
{
    struct mask_rows now = *rows;
    for (size_t i = 0; masks != NULL && i < masks->n; i++) {
        const struct mask *m = &masks->items[i];
        if (m->place != place)
            continue;
        const struct mask_call call = {.keep = 1.0 - m->drop,
                                       .seed = masks->seed,
                                       .step = masks->step,
                                       .place = (uint32_t)place,
                                       .rows_max =
                                           masks->rows_max > 0 ? masks->rows_max : now.T * now.B,
                                       .of = now};
        m->ops->apply(&call);
        now.x = now.y;
    }
}

void masks_draw_state(const struct masks *masks, size_t layer, size_t direction, size_t B, size_t H,
                      float *factors)
{
    const uint32_t stream = RNG_DROP_STATE + (uint32_t)(2 * layer + direction);
    const size_t rows = masks->rows_max > 0 ? masks->rows_max : B;
    for (size_t i = 0; i < B * H; i++)
        factors[i] = 1.0f;
    kern_dropout(B * H, 1.0 - masks->state, masks->seed, stream,
                 first_of_step(masks->step, (uint64_t)rows * H), factors, factors);
}

void masks_drop_weights(const struct masks *masks, size_t param, size_t n, const float *from,
                        float *to)
{
    kern_dropout(n, 1.0 - masks->weights, masks->seed, RNG_DROP_WEIGHTS + (uint32_t)param,
                 first_of_step(masks->step, n), from, to);
}
