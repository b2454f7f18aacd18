/* What the tests of checkpoints share: runs that are saved when they stop. */
#ifndef PTBLM_TESTS_SUPPORT_CHECKPOINT_SUPPORT_H
#define PTBLM_TESTS_SUPPORT_CHECKPOINT_SUPPORT_H

#include "lib/task/run/checkpoint.h"
#include "lib/task/run/run.h"
#include "tests/support/train_support.h"

/* A run in memory, to make checkpoints of. */
struct subject {
    struct model *model;
    struct train_state state;
    struct checkpoint checkpoint;
};

static inline void subject_init(struct subject *s, struct model *m)
{
    s->model = m;
    ASSERT_OK(train_state_init(&s->state, m, train_rows(&config), config.optim,
                               &config.optim_settings, config.metric, &err));
    ASSERT_OK(train_state_add_copies(&s->state, m, &config, &err));
    s->checkpoint = (struct checkpoint){
        .model = m, .state = &s->state, .config = &config, .fingerprint = 77, .log_bytes = 5};
}

static inline void subject_fini(struct subject *s)
{
    model_free(s->model);
    train_state_fini(&s->state);
}

/* One checkpoint, by its path. */
static inline enum status checkpoint_load(struct checkpoint *c, const char *path, struct err *e)
{
    struct checkpoint_file f = {0};
    TRY(checkpoint_open(&f, path, e));
    const enum status status = checkpoint_take(c, &f, e);
    checkpoint_close(&f);
    return status;
}

/* The newest checkpoint of a run that can be used. */
static inline enum status load_newest(struct run *run, struct checkpoint *c,
                                      const struct run_skipped *skipped, bool *found, struct err *e)
{
    struct checkpoint_file f = {0};
    TRY(run_open_checkpoint(run, &f, UINT64_MAX, skipped, found, e));
    const enum status status = *found ? run_load_checkpoint(run, c, &f, skipped, e) : ST_OK;
    checkpoint_close(&f);
    return status;
}

/* Consistent numbers in every field: window 2 of 7 in epoch 3. */
static inline void subject_fill(struct subject *s)
{
    struct train_state *t = &s->state;
    for (size_t i = 0; i < t->n_carried; i++)
        t->carried[i] = 0.25f * (float)i;
    const struct param_list *params = &s->model->params; /* gaps between them are not saved */
    for (size_t p = 0; p < params->n && t->n_slots > 0; p++)
        for (size_t i = 0; i < param_size(&params->items[p]); i++)
            t->slots[params->items[p].offset + i] = 1.0f / (float)(p + i + 1);
    t->report = (struct train_report){.epoch = 3,
                                      .step = 16,
                                      .window = 2,
                                      .windows = 7,
                                      .words = 16 * config.B * config.T,
                                      .seconds = 1.0 / 3.0,
                                      .elapsed = 2.0 / 3.0,
                                      .lr = 0.1,
                                      .grad_norm = 1e-300,
                                      .best = true};
    t->ended = false;
    t->schedule = (struct schedule_state){0.2, 1, true, 100.5};
    t->retries = 1;
    t->epoch.nats = 1234.0 / 7.0;
    t->epoch.targets = 2 * config.B * config.T;
    t->best_valid = 100.0 / 3.0;
    t->best_epoch = 2;
}

#endif
