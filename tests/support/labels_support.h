/* What the tests of sequences with labels share: batches of sequences of different lengths. */
#ifndef PTBLM_TESTS_SUPPORT_LABELS_SUPPORT_H
#define PTBLM_TESTS_SUPPORT_LABELS_SUPPORT_H

#include "lib/nn/mask.h"
#include "tests/support/model_support.h"

enum { LABELS_V = 7, LABELS_E = 3, LABELS_C = 3 };

/* Words, with two features of them; or numbers. */
static inline struct model_shape labels_shape(const struct cell_ops *cell,
                                              const struct head_ops *head, bool words)
{
    struct model_shape s = {.E = LABELS_E, .cell = cell, .head = head, .C = LABELS_C};
    s.rounds = cell->mogrifies ? 3 : 0;
    if (!words)
        return s;
    s.V = LABELS_V;
    s.n_features = 2;
    s.features[0] = (struct input_table){5, 2};
    s.features[1] = (struct input_table){2, 4};
    return s;
}

static inline void labels_layers(struct model_shape *s, const size_t *H)
{
    for (s->L = 0; H[s->L] > 0; s->L++)
        s->H[s->L] = H[s->L];
}

/* A batch, and memory for it. */
struct labels_batch {
    struct window_batch batch;
    int32_t *lengths, *ids, *targets;
    float *x;
};

/* The values of id column i of a model. */
static inline size_t labels_values(const struct model_shape *s, size_t i)
{
    return i == 0 ? s->V : s->features[i - 1].V;
}

/* Draws what stands in the padding, or else all that does not. */
static inline void labels_batch_draw(struct labels_batch *l, const struct model_shape *s,
                                     bool padding, uint32_t stream)
{
    const struct sequences *of = &l->batch.of;
    const size_t rows = of->T * of->B, columns = s->V > 0 ? 1 + s->n_features : 0;
    struct rng rng;
    rng_init(&rng, 31, RNG_TEST + stream);
    for (size_t r = 0; r < rows; r++) {
        const bool is_padding = r / of->B >= (size_t)l->lengths[r % of->B];
        for (size_t i = 0; i < columns && is_padding == padding; i++)
            l->ids[i * rows + r] = (int32_t)(rng_next(&rng) % labels_values(s, i));
        for (size_t j = 0; j < s->E && is_padding == padding; j++)
            l->x[r * s->E + j] = 2.0f * rng_unit_float(rng_next(&rng)) - 1.0f;
        if (is_padding == padding && (r < of->B || s->head->targets == HEAD_PER_STEP))
            l->targets[r] = (int32_t)(rng_next(&rng) % s->C);
    }
}

/* B sequences of 1 to T steps, one of them of T. */
static inline void labels_batch_init(struct labels_batch *l, const struct model_shape *s, size_t B,
                                     size_t T)
{
    l->lengths = zeroed(B, sizeof *l->lengths);
    l->ids = zeroed(B * T * (1 + s->n_features), sizeof *l->ids);
    l->targets = zeroed(B * T, sizeof *l->targets);
    l->x = zeroed(B * T * s->E, sizeof *l->x);
    l->batch = (struct window_batch){.of = {.B = B, .T = T, .lengths = l->lengths},
                                     .ids = l->ids,
                                     .x = l->x,
                                     .targets = l->targets};
    for (size_t b = 0; b < B; b++)
        l->lengths[b] = (int32_t)(b == B / 2 ? T : 1 + 3 * b % T);
    labels_batch_draw(l, s, false, 300);
    labels_batch_draw(l, s, true, 301);
}

static inline void labels_batch_fini(const struct labels_batch *l)
{
    mem_free(l->lengths);
    mem_free(l->ids);
    mem_free(l->targets);
    mem_free(l->x);
}

/* Sequences [first, first + B) of another batch, padded only to the longest of them. */
static inline void labels_batch_cut(struct labels_batch *part, const struct labels_batch *from,
                                    const struct model_shape *s, size_t first, size_t B)
{
    const struct sequences *of = &from->batch.of;
    size_t T = 1;
    for (size_t b = 0; b < B; b++)
        T = (size_t)from->lengths[first + b] > T ? (size_t)from->lengths[first + b] : T;
    labels_batch_init(part, s, B, T);
    memcpy(part->lengths, from->lengths + first, B * sizeof *part->lengths);
    for (size_t r = 0; r < T * B; r++) {
        const size_t at = r / B * of->B + first + r % B;
        for (size_t i = 0; i <= s->n_features; i++)
            part->ids[i * T * B + r] = from->ids[i * of->T * of->B + at];
        memcpy(part->x + r * s->E, from->x + at * s->E, s->E * sizeof(float));
        part->targets[r] = from->targets[at];
    }
}

/* The masks of a step as numbers, for each place [T*B, width]; the caller frees them. */
static inline void labels_draw_masks(const struct masks *masks, const struct model_shape *s,
                                     const struct window_batch *batch, float **drawn)
{
    const struct sequences *of = &batch->of;
    for (size_t place = 0; place <= s->L; place++) {
        const size_t width =
            place == 0 ? model_shape_input_width(s) : model_shape_output_width(s, place - 1);
        const size_t n = of->T * of->B * width;
        drawn[place] = zeroed(n, sizeof(float));
        for (size_t i = 0; i < n; i++)
            drawn[place][i] = 1.0f;
        masks_apply(masks, place,
                    &(struct mask_rows){.T = of->T,
                                        .B = of->B,
                                        .width = width,
                                        .ids = batch->ids,
                                        .x = drawn[place],
                                        .y = drawn[place]});
    }
}

/* -ln p of all targets, as of lib/nn/head/head.h. */
static inline void score_batch(struct window *w, const struct window_batch *batch, double *nats)
{
    int32_t *guesses = zeroed(batch->of.B * batch->of.T, sizeof *guesses);
    window_predict_batch(w, batch, NULL, guesses, NULL, nats);
    mem_free(guesses);
}

#endif
