/* Batches of sequences with labels: loss, gradients and predictions of whole models against an
 * oracle in double that knows neither batches nor padding. */
#include <math.h>

#include "tests/support/err_support.h"
#include "tests/support/labels_support.h"
#include "tests/support/oracle_labels.h"
#include "tests/support/tap.h"

enum { TARGETS_MAX = 5 * 5 };

/* A model, a window of it, a batch, and all of them for the oracle. */
struct trial {
    struct model *m;
    struct window *w;
    struct labels_batch l;
    struct masks masks;
    float *drawn[MODEL_LAYERS_MAX + 1], *states[2 * MODEL_LAYERS_MAX];
    float *weight_mask; /* [params.total] */
    double *wide;
    struct oracle_labels o;
    char text[160];
};

/* Of states and recurrent weights. */
static void draw_masks(struct trial *t)
{
    const struct param_list *params = &t->m->params;
    const struct sequences *of = &t->l.batch.of;
    for (size_t i = 0; i < 2 * t->m->shape.L; i++) {
        t->states[i] = ones(of->B * t->m->shape.H[i / 2]);
        if (t->masks.state > 0.0)
            masks_draw_state(&t->masks, i / 2, i % 2, of->B, t->m->shape.H[i / 2], t->states[i]);
    }
    t->weight_mask = ones(params->total);
    for (size_t i = 0; i < params->n && t->masks.weights > 0.0; i++) {
        float *mask = t->weight_mask + params->items[i].offset;
        if (params->items[i].role == PARAM_RECURRENT)
            masks_drop_weights(&t->masks, i, param_size(&params->items[i]), mask, mask);
    }
}

/* The window has room for more than the batch needs. `all`: drop words, states and weights too. */
static void trial_init(struct trial *t, const struct model_shape *shape, size_t B, size_t T,
                       double drop, bool all)
{
    char layers[MODEL_LAYERS_TEXT];
    t->m = model_of(*shape, 0.8f);
    t->w = window_of(t->m, B + 2, T + 1, WINDOW_TRAIN);
    labels_batch_init(&t->l, shape, B, T);
    struct mask_settings drops = mask_settings_even(drop);
    if (all) {
        drops.kind = &mask_locked;
        drops.word = shape->V > 0 ? 0.5 * drop : 0.0;
        drops.state = drops.weights = 0.6 * drop;
    }
    t->masks = masks_new(&drops, shape->L, 13);
    t->masks.step = 4;
    t->masks.rows_max = (B + 2) * (T + 1);
    labels_draw_masks(&t->masks, shape, &t->l.batch, t->drawn);
    draw_masks(t);
    ASSERT_OK(window_drop_weights(t->w, &err));
    t->wide = widened(t->m->weights, t->m->params.total);
    for (size_t i = 0; i < t->m->params.total; i++)
        t->wide[i] *= (double)t->weight_mask[i];
    t->o = (struct oracle_labels){.shape = &t->m->shape,
                                  .batch = &t->l.batch,
                                  .masks = drop > 0.0 ? t->drawn : NULL,
                                  .state_masks = t->states};
    oracle_labels_init(&t->o, &t->m->params, t->wide);
    snprintf(t->text, sizeof t->text, "%s %.40s%s, head %s, %s, B %zu, T %zu, drop %g",
             shape->cell->name, model_layers_text(layers, shape),
             shape->bidirectional ? " in both directions" : "", shape->head->name,
             shape->V > 0 ? "words" : "numbers", B, T, drop);
}

static void trial_fini(struct trial *t)
{
    for (size_t place = 0; place <= t->m->shape.L; place++)
        mem_free(t->drawn[place]);
    for (size_t i = 0; i < 2 * t->m->shape.L; i++)
        mem_free(t->states[i]);
    mem_free(t->weight_mask);
    labels_batch_fini(&t->l);
    window_free(t->w);
    model_free(t->m);
    mem_free(t->wide);
}

static bool is_target(const struct trial *t, size_t i)
{
    const struct sequences *of = &t->l.batch.of;
    return t->m->shape.head->targets == HEAD_PER_SEQUENCE ||
           i / of->B < (size_t)of->lengths[i % of->B];
}

/* Gradients ------------------------------------------------------------------- */

/* Of the loss that is trained, the mean over the sequences, by a weight under its mask. */
static double difference(const struct trial *t, size_t i)
{
    const double kept = t->wide[i], step = 1e-5;
    t->wide[i] = kept + step;
    const double above = oracle_labels_all(&t->o);
    t->wide[i] = kept - step;
    const double below = oracle_labels_all(&t->o);
    t->wide[i] = kept;
    return (above - below) / (2.0 * step) / (double)t->l.batch.of.B;
}

/* As in test_window.c; two units that are normalised enlarge errors. */
static void check_tensor(const struct trial *t, const struct param *p, const float *gradient)
{
    const double unit = t->m->shape.cell == &cell_lstm_norm ? 1.2e-4 : 4e-6;
    for (size_t i = 0; i < param_size(p); i++) {
        const double factor = (double)t->weight_mask[p->offset + i];
        const double want = factor * difference(t, p->offset + i);
        const double bound = unit + unit * fabs(want);
        const double got = (double)gradient[p->offset + i];
        if (!oracle_agrees(got, want, bound))
            ck_abort_msg("%s: %s[%zu] is %.9g, expected %.9g", t->text, p->name, i, got, want);
    }
}

static void check_training(const struct trial *t)
{
    const double nats = window_train_batch(t->w, &t->l.batch, &t->masks, NULL);
    const double want = oracle_labels_all(&t->o);
    ck_assert_msg(oracle_agrees(nats, want, 4e-6 + 1e-6 * want), "%s: %.9g nats, expected %.9g",
                  t->text, nats, want);
    float *gradient = whole_gradient(t->w, t->m);
    for (size_t p = 0; p < t->m->params.n; p++)
        check_tensor(t, &t->m->params.items[p], gradient);
    mem_free(gradient);
}

static const size_t widths[][5] = {{2}, {5, 3}, {3, 3}, {3, 5, 2}};

/* B of 4 and more, and T, take the way of large windows. */
static const struct {
    size_t B, T;
    double drop;
} sizes[] = {{1, 1, 0.0}, {1, 5, 0.5}, {3, 4, 0.0}, {3, 2, 0.5}, {5, 5, 0.5}, {5, 5, 0.0}};

/* Calls `check` for all cells, heads, directions and sizes. */
static void each_trial(const size_t *H, bool words, bool all, void (*check)(const struct trial *t))
{
    for (size_t c = 0; cell_at(c) != NULL; c++)
        for (size_t h = 0; head_at(h) != NULL; h++)
            for (size_t i = 0; i < N_OF(sizes) * 2; i++) {
                struct model_shape shape = labels_shape(cell_at(c), head_at(h), words);
                if (cell_at(c)->mogrifies && i % 4 != h % 4) /* test_cell has all */
                    continue;
                struct trial t;
                labels_layers(&shape, H);
                shape.bidirectional = i % 2 == 1;
                shape.sums_layers = shape.L > 1 && model_shape_is_even(&shape) && i / 2 % 2 == 1;
                trial_init(&t, &shape, sizes[i / 2].B, sizes[i / 2].T, sizes[i / 2].drop, all);
                check(&t);
                trial_fini(&t);
            }
}

START_TEST(loss_and_gradients_of_words_agree_with_the_oracle)
{
    each_trial(widths[_i], true, false, check_training);
}
END_TEST

START_TEST(loss_and_gradients_of_numbers_agree_with_the_oracle)
{
    each_trial(widths[_i], false, false, check_training);
}
END_TEST

START_TEST(gradients_under_all_masks_agree_with_the_oracle)
{
    each_trial(widths[2], _i == 0, true, check_training);
}
END_TEST

/* Scores and predictions ------------------------------------------------------- */

static void check_nats(const struct trial *t)
{
    const struct sequences *of = &t->l.batch.of;
    const size_t n = window_targets(t->m, of->B, of->T);
    double nats[TARGETS_MAX], sums[TARGETS_MAX] = {0.0};
    score_batch(t->w, &t->l.batch, nats);
    for (size_t i = 0; i < n; i++) {
        sums[i % of->B] += nats[i];
        if (!is_target(t, i) && nats[i] != 0.0)
            ck_abort_msg("%s: padding %zu has %g nats", t->text, i, nats[i]);
    }
    for (size_t b = 0; b < of->B; b++) {
        const double want = oracle_labels_nats(&t->o, b);
        ck_assert_msg(oracle_agrees(sums[b], want, 4e-6 + 1e-6 * want),
                      "%s: %.9g nats of sequence %zu, expected %.9g", t->text, sums[b], b, want);
    }
}

static void check_target(const struct trial *t, size_t i, const float *got, const double *want)
{
    double sum = 0.0;
    for (size_t c = 0; c < LABELS_C; c++) {
        sum += (double)got[c];
        if (!oracle_agrees((double)got[c], want[c], 4e-6))
            ck_abort_msg("%s: label %zu of target %zu has %.9g, expected %.9g", t->text, c, i,
                         (double)got[c], want[c]);
    }
    ASSERT_NEAR(sum, 1.0, 1e-6);
}

static void check_padding(const struct trial *t, size_t i, int32_t guess, const float *p)
{
    ck_assert_msg(guess == -1, "%s: padding %zu has label %d", t->text, i, guess);
    for (size_t c = 0; c < LABELS_C; c++)
        ck_assert_float_eq(p[c], 0.0f);
}

static void check_predictions(const struct trial *t)
{
    const struct sequences *of = &t->l.batch.of;
    const size_t n = window_targets(t->m, of->B, of->T);
    int32_t guesses[TARGETS_MAX], alone[TARGETS_MAX], path[TARGETS_MAX];
    float p[TARGETS_MAX * LABELS_C];
    double want[TARGETS_MAX * LABELS_C];
    struct window_batch unlabelled = t->l.batch;
    unlabelled.targets = NULL;
    window_predict_batch(t->w, &unlabelled, NULL, guesses, p, NULL);
    window_predict_batch(t->w, &unlabelled, NULL, alone, NULL, NULL);
    ck_assert_int_eq(memcmp(guesses, alone, n * sizeof *guesses), 0);
    for (size_t b = 0; b < of->B; b++) {
        oracle_labels_predict(&t->o, b, want, path);
        for (size_t i = b; i < n; i += of->B)
            if (!is_target(t, i)) {
                check_padding(t, i, guesses[i], p + i * LABELS_C);
            } else {
                check_target(t, i, p + i * LABELS_C, want + i / of->B * LABELS_C);
                ck_assert_msg(guesses[i] == path[i / of->B], "%s: target %zu has label %d", t->text,
                              i, guesses[i]);
            }
    }
}

static void check_use(const struct trial *t)
{
    struct trial plain = *t;
    plain.o.masks = NULL;
    check_nats(&plain);
    check_predictions(&plain);
}

START_TEST(scores_and_predictions_agree_with_the_oracle)
{
    each_trial(widths[_i], _i % 2 == 0, false, check_use);
}
END_TEST

/* What training guesses: the most probable label of each target, under its masks. */
static void check_guesses(const struct trial *t)
{
    const struct sequences *of = &t->l.batch.of;
    int32_t guesses[TARGETS_MAX], path[TARGETS_MAX];
    double p[TARGETS_MAX * LABELS_C];
    window_train_batch(t->w, &t->l.batch, &t->masks, guesses);
    for (size_t i = 0; i < window_targets(t->m, of->B, of->T); i++) {
        const double *own = p + i / of->B * LABELS_C;
        size_t best = 0;
        oracle_labels_predict(&t->o, i % of->B, p, path);
        for (size_t c = 1; c < LABELS_C; c++)
            best = own[c] > own[best] ? c : best;
        const int32_t want = is_target(t, i) ? (int32_t)best : -1;
        ck_assert_msg(guesses[i] == want, "%s: target %zu is guessed as %d, expected %d", t->text,
                      i, guesses[i], want);
    }
}

START_TEST(guesses_of_training_are_the_most_probable_labels)
{
    each_trial(widths[1], true, false, check_guesses);
}
END_TEST

static Suite *window_labels_suite(void)
{
    Suite *s = suite_create("window_labels");
    TCase *tc = tcase_create("window_labels");
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, loss_and_gradients_of_words_agree_with_the_oracle, 0,
                        (int)N_OF(widths));
    tcase_add_loop_test(tc, loss_and_gradients_of_numbers_agree_with_the_oracle, 0,
                        (int)N_OF(widths));
    tcase_add_loop_test(tc, gradients_under_all_masks_agree_with_the_oracle, 0, 2);
    tcase_add_loop_test(tc, scores_and_predictions_agree_with_the_oracle, 0, (int)N_OF(widths));
    tcase_add_test(tc, guesses_of_training_are_the_most_probable_labels);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(window_labels_suite())
