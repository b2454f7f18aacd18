/* What the tests of training share: a small model and text, and an observer that records what it is
 * told. */
#ifndef PTBLM_TESTS_SUPPORT_TRAIN_SUPPORT_H
#define PTBLM_TESTS_SUPPORT_TRAIN_SUPPORT_H

#include "lib/model/compute.h"
#include "lib/task/train/train.h"
#include "lib/task/train/train_average.h"
#include "tests/support/task_support.h"

enum { V = 300, H = 24, N_TRAIN = 3000, N_VALID = 400, B = 10, T = 7 };

static int32_t train_ids[N_TRAIN], valid_ids[N_VALID];
static struct train_config config;
static struct train_data data;

/* Everything that regularises. */
static inline void regularise(void)
{
    config.masks = (struct mask_settings){.kind = &mask_locked,
                                          .input = 0.2,
                                          .between = 0.1,
                                          .output = 0.3,
                                          .word = 0.1,
                                          .state = 0.2,
                                          .weights = 0.2};
    config.objective = (struct objective){.samples = 2, .ar = 1.0, .tar = 0.5};
}

/* What the observer was told. */
static struct heard {
    uint64_t windows, reports, epochs, evaluations;
    struct train_report last_window;
    struct train_report ends[16], end; /* of the first epochs; of the last */
    volatile sig_atomic_t stop;
    uint64_t stop_at; /* windows */
    enum status report_fails;
} heard;

/* Three times out of four, a word is determined by the one before it. */
static inline void fill_chain(int32_t *ids, size_t n, uint64_t seed)
{
    struct rng rng;
    rng_init(&rng, seed, RNG_TEST);
    ids[0] = 0;
    for (size_t i = 1; i < n; i++)
        ids[i] = rng_next(&rng) % 4 > 0 ? (ids[i - 1] * 5 + 1) % 40 : (int32_t)(rng_next(&rng) % V);
}

/* The network that is trained; two layers of the first cell unless a test changes it. */
static struct model_shape network;

static inline void setup(void)
{
    network = model_shape_even(cell_at(0), V, H, H, 2);
    fill_chain(train_ids, N_TRAIN, 1);
    fill_chain(valid_ids, N_VALID, 2);
    config = (struct train_config){.task = &task_language_model,
                                   .metric = task_language_model.metrics[0],
                                   .B = B,
                                   .T = T,
                                   .epochs = 2,
                                   .reports = 4,
                                   .masks = mask_settings_even(0.2),
                                   .max_grad_norm = 5.0,
                                   .seed = 1,
                                   .optim = optim_find("sgd"),
                                   .schedule = schedule_find("decay"),
                                   .rate = {.lr = 1.0, .decay = 0.5, .hold = 2}};
    data = (struct train_data){{.ids = train_ids, .n = N_TRAIN, .unk = V - 1},
                               {.ids = valid_ids, .n = N_VALID, .unk = V - 1}};
    heard = (struct heard){0};
}

static inline void on_window(void *ctx, const struct train_report *r)
{
    struct heard *h = ctx;
    h->windows++;
    h->last_window = *r;
    h->stop = h->windows == h->stop_at;
}

static inline enum status on_report(void *ctx, const struct train_report *r, struct err *e)
{
    struct heard *h = ctx;
    ck_assert_double_gt(r->words_per_second, 0.0);
    h->reports++;
    return h->report_fails == ST_OK ? ST_OK : err_set(e, h->report_fails, "the log is full");
}

static inline void on_evaluating(void *ctx, const struct train_report *r, uint64_t done,
                                 uint64_t all)
{
    struct heard *h = ctx;
    (void)r;
    ck_assert_uint_eq(all, N_VALID - 1);
    ck_assert_uint_le(done, all);
    h->evaluations++;
}

static inline enum status on_epoch(void *ctx, const struct train_report *r, struct err *e)
{
    struct heard *h = ctx;
    (void)e;
    h->end = *r;
    if (h->epochs < N_OF(h->ends))
        h->ends[h->epochs] = *r;
    h->epochs++;
    return ST_OK;
}

static inline struct train_observer observer_of(struct heard *h)
{
    return (struct train_observer){.ctx = h,
                                   .window = on_window,
                                   .report = on_report,
                                   .evaluating = on_evaluating,
                                   .evaluated = on_epoch,
                                   .stop = &h->stop};
}

static inline struct model *model_started(uint64_t seed)
{
    struct model *m = NULL;
    ASSERT_OK(model_new(&m, &network, &err));
    const struct init_settings init = init_uniform(0.1);
    ASSERT_OK(model_initialise(m, &init, seed, &err));
    return m;
}

static inline enum status train_with(struct model *m, const struct train_observer *observer)
{
    struct train_state state;
    ASSERT_OK(train_state_init(&state, m, train_rows(&config), config.optim, &config.optim_settings,
                               config.metric, &err));
    ASSERT_OK(train_state_add_copies(&state, m, &config, &err));
    const enum status status = train_run(m, &state, &config, &data, observer, &err);
    train_state_fini(&state);
    return status;
}

static inline enum status train(struct model *m)
{
    const struct train_observer observer = observer_of(&heard);
    return train_with(m, &observer);
}

/* The final weights of a run with these settings. */
static inline struct model *trained(uint64_t seed, int threads)
{
    struct model *m = model_started(1);
    compute_set_threads(threads);
    config.seed = seed;
    ASSERT_OK(train(m));
    compute_set_threads(1);
    return m;
}

static inline bool same_weights(const struct model *a, const struct model *b)
{
    return memcmp(a->weights, b->weights, a->params.total * sizeof *a->weights) == 0;
}

#endif
