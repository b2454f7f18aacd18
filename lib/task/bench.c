#include "lib/task/bench.h"

#include <math.h>

#include "lib/base/io/io.h"
#include "lib/base/mem.h"
#include "lib/base/rng.h"
#include "lib/model/compute.h"
#include "lib/model/model_file.h"
#include "lib/task/train/train_step.h"
#include "lib/task/use/decode.h"

double bench_bytes(const struct bench_case *c, unsigned what)
{
    const double weights = 4.0 * (double)model_block_floats(&c->shape);
    double more = 0.0;
    if (what & BENCH_STEP)
        more = fmax(more, window_bytes(&c->shape, c->B, c->T, WINDOW_TRAIN));
    if (what & BENCH_EVAL)
        more = fmax(more, window_bytes(&c->shape, c->B, c->T, WINDOW_SCORE));
    if (what & (BENCH_SAMPLE | BENCH_FILES)) /* a block as large as the model, or its file */
        more = fmax(more, weights);
    return weights + more;
}

/* A model, a window, words, and room for measurements. */
struct rig {
    const struct bench_case *c;
    struct model *m;
    struct window *w;
    struct masks masks;
    int32_t *x; /* [T][B] twice */
    double *seconds, *nats;
};

static void rig_fini(struct rig *r)
{
    window_free(r->w);
    model_free(r->m);
    mem_free(r->x);
    mem_free(r->seconds);
    mem_free(r->nats);
}

static enum status rig_init(struct rig *r, const struct bench_case *c, enum window_use use,
                            struct err *err)
{
    const size_t n = 2 * c->B * c->T;
    struct rng rng;
    *r = (struct rig){.c = c};
    r->x = mem_zeroed(n, sizeof *r->x, err);
    r->seconds = mem_zeroed((size_t)c->repeats, sizeof *r->seconds, err);
    r->nats = mem_zeroed(n, sizeof *r->nats, err);
    if (r->x == NULL || r->seconds == NULL || r->nats == NULL)
        return ST_NOMEM;
    rng_init(&rng, 1, RNG_TEST);
    for (size_t i = 0; i < n; i++)
        r->x[i] = (int32_t)(rng_next(&rng) % c->shape.V);
    TRY(model_new(&r->m, &c->shape, err));
    const struct init_settings init = init_uniform(0.05);
    TRY(model_initialise(r->m, &init, 1, err));
    r->masks = masks_dropout(c->shape.L, c->dropout, 1);
    return window_new(&r->w, r->m, c->B, c->T, use, err);
}

static struct bench_rate rate_of(const struct rig *r, double seconds, double operations)
{
    const double words = (double)(r->c->B * r->c->T);
    return (struct bench_rate){.seconds = seconds,
                               .words_per_second = words / seconds,
                               .gflops = 1e-9 * operations * model_macs(r->m) * words / seconds};
}

static double time_step(struct rig *r, int i)
{
    const struct train_step_settings settings = {.optim = &optim_sgd,
                                                 .optim_settings = &optim_sgd.defaults,
                                                 .lr = 0.1,
                                                 .max_grad_norm = 5.0};
    r->masks.step = (uint64_t)i;
    const double start = io_seconds();
    train_step(r->m, r->w, r->x, r->x + r->c->B * r->c->T, &r->masks, &settings);
    return io_seconds() - start;
}

/* Operations of a part: 2 for each entry of each factor's matrix and each word. */
static double operations(const struct rig *r, enum profile_part part, size_t layer)
{
    const double rows = (double)(r->c->B * r->c->T);
    const double input = network_layer_macs(&r->m->net, &r->m->params, layer, PARAM_INPUT);
    const double recurrent = network_layer_macs(&r->m->net, &r->m->params, layer, PARAM_RECURRENT);
    switch (part) {
    case PROFILE_INPUT:
        return 4.0 * rows * input;
    case PROFILE_RECURRENT:
        return 4.0 * rows * recurrent;
    case PROFILE_WEIGHTS:
        return 2.0 * rows * (input + recurrent);
    case PROFILE_SOFTMAX_FORWARD:
        return 2.0 * rows * network_head_macs(&r->m->net, &r->m->params);
    case PROFILE_SOFTMAX_BACKWARD:
        return 4.0 * rows * network_head_macs(&r->m->net, &r->m->params);
    default:
        return 0.0;
    }
}

static void list_parts(struct bench_step *result, const struct rig *r,
                       const struct profile *profile)
{
    static const struct {
        const char *name;
        bool per_layer;
    } parts[PROFILE_PARTS] = {
        [PROFILE_EMBEDDING] = {"embedding", false},
        [PROFILE_DROPOUT] = {"dropout", false},
        [PROFILE_INPUT] = {"input products", true},
        [PROFILE_RECURRENT] = {"recurrent products", true},
        [PROFILE_POINTWISE] = {"pointwise", true},
        [PROFILE_WEIGHTS] = {"weight gradients", true},
        [PROFILE_SOFTMAX_FORWARD] = {"softmax forward", false},
        [PROFILE_SOFTMAX_BACKWARD] = {"softmax backward", false},
        [PROFILE_CLIP] = {"clip", false},
        [PROFILE_UPDATE] = {"update", false},
    };
    result->n_parts = 0;
    for (enum profile_part part = 0; part < PROFILE_PARTS; part++) {
        for (size_t l = 0; l < (parts[part].per_layer ? r->m->net.L : 1); l++) {
            const double seconds = profile->seconds[l][part] / r->c->repeats;
            result->parts[result->n_parts++] =
                (struct bench_part){.name = parts[part].name,
                                    .layer = parts[part].per_layer ? l + 1 : 0,
                                    .seconds = seconds,
                                    .gflops = 1e-9 * operations(r, part, l) / seconds};
        }
    }
}

enum status bench_training(struct bench_step *result, const struct bench_case *c, struct err *err)
{
    struct rig r;
    struct profile profile;
    enum status status;
    TRY_OUT(rig_init(&r, c, WINDOW_TRAIN, err));
    time_step(&r, 0);
    for (int i = 0; i < c->repeats; i++)
        r.seconds[i] = time_step(&r, i + 1);
    result->rate = rate_of(&r, compute_median((size_t)c->repeats, r.seconds), 6.0);
    profile_start(&profile);
    window_set_profile(r.w, &profile);
    for (int i = 0; i < c->repeats; i++)
        time_step(&r, i + 1);
    list_parts(result, &r, &profile);
out:
    rig_fini(&r);
    return status;
}

enum status bench_scoring(struct bench_rate *result, const struct bench_case *c, struct err *err)
{
    struct rig r;
    enum status status;
    TRY_OUT(rig_init(&r, c, WINDOW_SCORE, err));
    for (int i = -1; i < c->repeats; i++) { /* the first warms up */
        const double start = io_seconds();
        window_score(r.w, c->T, r.x, r.x + c->B * c->T, r.nats);
        if (i >= 0)
            r.seconds[i] = io_seconds() - start;
    }
    *result = rate_of(&r, compute_median((size_t)c->repeats, r.seconds), 2.0);
out:
    rig_fini(&r);
    return status;
}

enum { WORDS = 16 }; /* of one measurement of sampling */

static double draw_words(struct decoder *d)
{
    const double start = io_seconds();
    for (int i = 0; i < WORDS; i++) {
        const int32_t word = decoder_draw(d);
        decoder_feed(d, &word, 1);
    }
    return (io_seconds() - start) / WORDS;
}

enum status bench_sampling(struct bench_sampling *result, const struct bench_case *c,
                           struct err *err)
{
    const struct bench_case one = {
        .shape = c->shape, .B = 1, .T = WORDS, .repeats = 3 * c->repeats};
    const struct decode_settings settings = decode_settings_plain();
    struct decoder *d = NULL;
    struct rig r;
    enum status status;
    TRY_OUT(rig_init(&r, &one, WINDOW_SCORE, err));
    TRY_OUT(decoder_new(&d, r.m, &settings, err));
    draw_words(d);
    for (int i = 0; i < one.repeats; i++)
        r.seconds[i] = draw_words(d);
    const double word = compute_median((size_t)one.repeats, r.seconds);
    const size_t floats = (size_t)model_macs(r.m);
    double read;
    TRY_OUT(compute_read_rate(floats, one.repeats, &read, err));
    *result = (struct bench_sampling){.words_per_second = 1.0 / word,
                                      .bytes_per_word = 4.0 * (double)floats,
                                      .bytes_per_second = 4.0 * (double)floats / word,
                                      .bandwidth = read};
out:
    decoder_free(d);
    rig_fini(&r);
    return status;
}

enum status bench_loading(double *seconds, const struct bench_case *c, const char *path,
                          struct err *err)
{
    const struct bench_case one = {.shape = c->shape, .B = 1, .T = 1, .repeats = c->repeats};
    struct model_notes notes = {0};
    struct rig r;
    enum status status;
    TRY_OUT(rig_init(&r, &one, WINDOW_SCORE, err));
    TRY_OUT(model_save(r.m, &notes, path, err));
    for (int i = -1; i < one.repeats; i++) {
        struct model *m;
        const double start = io_seconds();
        TRY_OUT(model_load(&m, &notes, path, err));
        if (i >= 0)
            r.seconds[i] = io_seconds() - start;
        model_free(m);
        model_notes_fini(&notes);
    }
    *seconds = compute_median((size_t)one.repeats, r.seconds);
out:
    model_notes_fini(&notes);
    rig_fini(&r);
    return status;
}
