#include "lib/task/bench.h"

#include <math.h>

#include "lib/base/io/io.h"
#include "lib/base/mem.h"
#include "lib/model/compute.h"
#include "lib/model/model_file.h"
#include "lib/task/bench_rig.h"
#include "lib/task/use/decode.h"

double bench_bytes(const struct bench_case *c, unsigned what)
{
    const double weights = 4.0 * (double)model_block_floats(&c->shape);
    double more = 0.0;
    if (what & BENCH_STEP)
        more = fmax(more, window_bytes(&c->shape, c->B, c->T, WINDOW_TRAIN) +
                              weights * (double)optim_slots(c->optim, &c->optim->defaults, NULL));
    if (what & BENCH_EVAL)
        more = fmax(more, window_bytes(&c->shape, c->B, c->T, WINDOW_SCORE));
    if (what & (BENCH_SAMPLE | BENCH_FILES)) /* a block as large as the model, or its file */
        more = fmax(more, weights);
    return weights + more;
}

/* What a head gives labels, or words, for: all steps, or sequences. */
static bool is_per_sequence(const struct bench_case *c)
{
    return c->shape.head != NULL && c->shape.head->targets == HEAD_PER_SEQUENCE;
}

const char *bench_unit(const struct bench_case *c)
{
    return is_per_sequence(c) ? "sequences" : "words";
}

static double units_of(const struct bench_rig *r)
{
    return is_per_sequence(r->c) ? (double)r->c->B : r->steps;
}

/* The products of a head are with its softmax's weights alone. */
static double head_macs(const struct bench_rig *r)
{
    const struct network *net = &r->m->net;
    return r->c->shape.head != NULL ? (double)(net->head.shape.V * net->head.shape.H)
                                    : network_head_macs(net, &r->m->params);
}

static struct bench_rate rate_of(const struct bench_rig *r, double seconds, double operations)
{
    return (struct bench_rate){.seconds = seconds,
                               .units_per_second = units_of(r) / seconds,
                               .gflops = 1e-9 * operations / seconds};
}

/* Operations of a part: 2 for each entry of each factor's matrix and each word. */
static double operations(const struct bench_rig *r, enum profile_part part, size_t layer)
{
    const struct network *net = &r->m->net;
    const double input = network_layer_macs(net, &r->m->params, layer, PARAM_INPUT);
    const double recurrent = network_layer_macs(net, &r->m->params, layer, PARAM_RECURRENT);
    const bool wants_dx = layer > 0 || net->input.n_params > 0;
    switch (part) {
    case PROFILE_INPUT:
        return (wants_dx ? 4.0 : 2.0) * r->steps * input;
    case PROFILE_RECURRENT:
        return 4.0 * r->steps * recurrent;
    case PROFILE_WEIGHTS:
        return 2.0 * r->steps * (input + recurrent);
    case PROFILE_SOFTMAX_FORWARD:
        return 2.0 * units_of(r) * head_macs(r);
    case PROFILE_SOFTMAX_BACKWARD:
        return 4.0 * units_of(r) * head_macs(r);
    default:
        return 0.0;
    }
}

static double training_operations(const struct bench_rig *r)
{
    double sum =
        operations(r, PROFILE_SOFTMAX_FORWARD, 0) + operations(r, PROFILE_SOFTMAX_BACKWARD, 0);
    for (size_t l = 0; l < r->m->net.L; l++)
        sum += operations(r, PROFILE_INPUT, l) + operations(r, PROFILE_RECURRENT, l) +
               operations(r, PROFILE_WEIGHTS, l);
    return sum;
}

/* The forward pass has all products once. */
static double scoring_operations(const struct bench_rig *r)
{
    double sum = operations(r, PROFILE_SOFTMAX_FORWARD, 0);
    for (size_t l = 0; l < r->m->net.L; l++)
        sum += operations(r, PROFILE_WEIGHTS, l);
    return sum;
}

static void list_parts(struct bench_step *result, const struct bench_rig *r,
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
        [PROFILE_SOFTMAX_FORWARD] = {"softmax forward", false}, /* of labels, all of the head */
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
    struct bench_rig r;
    struct profile profile;
    enum status status;
    TRY_OUT(bench_rig_init(&r, c, WINDOW_TRAIN, err));
    bench_rig_train(&r, 0);
    for (int i = 0; i < c->repeats; i++)
        r.seconds[i] = bench_rig_train(&r, i + 1);
    result->rate =
        rate_of(&r, compute_median((size_t)c->repeats, r.seconds), training_operations(&r));
    profile_start(&profile);
    window_set_profile(r.w, &profile);
    for (int i = 0; i < c->repeats; i++)
        bench_rig_train(&r, i + 1);
    list_parts(result, &r, &profile);
out:
    bench_rig_fini(&r);
    return status;
}

enum status bench_scoring(struct bench_rate *result, const struct bench_case *c, struct err *err)
{
    struct bench_rig r;
    enum status status;
    TRY_OUT(bench_rig_init(&r, c, WINDOW_SCORE, err));
    bench_rig_score(&r); /* warms up */
    for (int i = 0; i < c->repeats; i++)
        r.seconds[i] = bench_rig_score(&r);
    *result = rate_of(&r, compute_median((size_t)c->repeats, r.seconds), scoring_operations(&r));
out:
    bench_rig_fini(&r);
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
    struct bench_rig r;
    enum status status;
    TRY_OUT(bench_rig_init(&r, &one, WINDOW_SCORE, err));
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
    bench_rig_fini(&r);
    return status;
}

enum status bench_loading(double *seconds, const struct bench_case *c, const char *path,
                          struct err *err)
{
    const struct bench_case one = {.shape = c->shape, .B = 1, .T = 1, .repeats = c->repeats};
    struct model_notes notes = {0};
    struct bench_rig r;
    enum status status;
    TRY_OUT(bench_rig_init(&r, &one, WINDOW_SCORE, err));
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
    bench_rig_fini(&r);
    return status;
}
