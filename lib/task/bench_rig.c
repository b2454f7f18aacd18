#include "lib/task/bench_rig.h"

#include "lib/base/io/io.h"
#include "lib/base/mem.h"
#include "lib/base/rng.h"

void bench_rig_fini(struct bench_rig *r)
{
    window_free(r->w);
    model_free(r->m);
    mem_free(r->x);
    mem_free(r->y);
    mem_free(r->numbers);
    mem_free(r->lengths);
    mem_free(r->guesses);
    mem_free(r->slots);
    mem_free(r->seconds);
    mem_free(r->nats);
}

static enum status allocate(struct bench_rig *r, struct err *err)
{
    const struct model_shape *s = &r->c->shape;
    const size_t rows = r->c->B * r->c->T, repeats = (size_t)r->c->repeats;
    r->x = mem_zeroed((1 + s->n_features) * rows, sizeof *r->x, err);
    r->y = mem_zeroed(rows, sizeof *r->y, err);
    r->numbers = mem_zeroed(s->V == 0 ? rows * s->E : 1, sizeof *r->numbers, err);
    r->lengths = mem_zeroed(r->c->B, sizeof *r->lengths, err);
    r->guesses = mem_zeroed(rows, sizeof *r->guesses, err);
    r->seconds = mem_zeroed(repeats, sizeof *r->seconds, err);
    r->nats = mem_zeroed(rows, sizeof *r->nats, err);
    return r->x == NULL || r->y == NULL || r->numbers == NULL || r->lengths == NULL ||
                   r->guesses == NULL || r->seconds == NULL || r->nats == NULL
               ? ST_NOMEM
               : ST_OK;
}

static void fill_ids(struct rng *rng, size_t n, size_t below, int32_t *ids)
{
    for (size_t i = 0; i < n; i++)
        ids[i] = (int32_t)(rng_next(rng) % below);
}

static void fill_lengths(struct bench_rig *r, struct rng *rng)
{
    const struct bench_case *c = r->c;
    r->steps = 0.0;
    for (size_t b = 0; b < c->B; b++) {
        const size_t more = b > 0 ? rng_next(rng) % (c->T - c->least + 1) : c->T - c->least;
        r->lengths[b] = (int32_t)(c->least + more);
        r->steps += (double)r->lengths[b];
    }
}

static void fill(struct bench_rig *r)
{
    const struct model_shape *s = &r->c->shape;
    const size_t rows = r->c->B * r->c->T;
    struct rng rng;
    rng_init(&rng, 1, RNG_TEST);
    if (s->V > 0)
        fill_ids(&rng, rows, s->V, r->x);
    for (size_t i = 0; i < s->n_features; i++)
        fill_ids(&rng, rows, s->features[i].V, r->x + (1 + i) * rows);
    for (size_t i = 0; s->V == 0 && i < rows * s->E; i++)
        r->numbers[i] = (float)rng_uniform(&rng);
    fill_ids(&rng, rows, s->head != NULL ? s->C : s->V, r->y);
    r->steps = (double)rows;
    if (s->head == NULL)
        return;
    fill_lengths(r, &rng);
    r->batch = (struct window_batch){.of = {.B = r->c->B, .T = r->c->T, .lengths = r->lengths},
                                     .ids = r->x,
                                     .x = r->numbers,
                                     .targets = r->y};
}

static enum status make_slots(struct bench_rig *r, struct err *err)
{
    const struct optim_ops *optim = r->c->optim;
    const size_t n = optim_slots(optim, &optim->defaults, NULL), size = r->m->params.total;
    float *slots[OPTIM_SLOTS_MAX];
    if (n == 0)
        return ST_OK;
    r->slots = mem_zeroed(n * size, sizeof *r->slots, err);
    if (r->slots == NULL)
        return ST_NOMEM;
    for (size_t i = 0; i < n; i++)
        slots[i] = r->slots + i * size;
    optim_start_slots(optim, &optim->defaults, size, slots);
    return ST_OK;
}

enum status bench_rig_init(struct bench_rig *r, const struct bench_case *c, enum window_use use,
                           struct err *err)
{
    const struct init_settings init = init_uniform(0.05);
    *r = (struct bench_rig){.c = c};
    TRY(allocate(r, err));
    fill(r);
    TRY(model_new(&r->m, &c->shape, err));
    TRY(model_initialise(r->m, &init, 1, err));
    if (use == WINDOW_TRAIN)
        TRY(make_slots(r, err));
    const struct mask_settings drop = mask_settings_even(c->dropout);
    r->masks = masks_new(&drop, c->shape.L, 1);
    return window_new(&r->w, r->m, c->B, c->T, use, err);
}

double bench_rig_train(struct bench_rig *r, int i)
{
    const struct optim_ops *optim = r->c->optim;
    const struct train_step_settings settings = {.optim = optim,
                                                 .optim_settings = &optim->defaults,
                                                 .lr = optim->lr > 0.0 ? optim->lr : 0.1,
                                                 .max_grad_norm = 5.0,
                                                 .step = (uint64_t)i + 1,
                                                 .slots = r->slots};
    const struct train_input words = {.x = r->x, .y = r->y, .T = r->c->T, .share = 1.0};
    const struct train_input labels = {.batch = &r->batch, .guesses = r->guesses};
    r->masks.step = (uint64_t)i;
    const double start = io_seconds();
    train_step(r->m, r->w, r->c->shape.head != NULL ? &labels : &words, &r->masks, &settings);
    return io_seconds() - start;
}

double bench_rig_score(struct bench_rig *r)
{
    const double start = io_seconds();
    if (r->c->shape.head != NULL)
        window_predict_batch(r->w, &r->batch, NULL, r->guesses, NULL, r->nats);
    else
        window_score(r->w, r->c->T, r->x, r->y, r->nats);
    return io_seconds() - start;
}
