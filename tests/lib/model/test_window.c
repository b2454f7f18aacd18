/* Windows of training: loss, state and gradient of whole models against an oracle in double, with
 * and without dropout, and what the block of the gradient holds. */
#include <math.h>

#include "lib/kern/gemm.h"
#include "lib/kern/kern.h"
#include "tests/support/err_support.h"
#include "tests/support/model_support.h"
#include "tests/support/oracle_network.h"
#include "tests/support/tap.h"

/* Against the oracle --------------------------------------------------------- */

enum { V = 7, E = 3 };

/* A model, a window of it that begins with a state, and both for the oracle. */
struct trial {
    size_t B, T;
    double drop;                       /* at all places, where there are no settings */
    const struct mask_settings *drops; /* NULL: drop */
    struct objective objective;
    struct model *m;
    struct window *w;
    int32_t *x, *y;
    struct masks masks;
    float *drawn[MODEL_LAYERS_MAX + 1], *states[MODEL_LAYERS_MAX];
    float *weight_mask; /* [params.total] */
    size_t n_state;
    float *start; /* [n_state] */
    double *wide, *now;
    char text[120];
};

static void draw_weight_masks(struct trial *t)
{
    const struct param_list *params = &t->m->params;
    t->weight_mask = ones(params->total);
    for (size_t i = 0; i < params->n && t->masks.weights > 0.0; i++) {
        float *of = t->weight_mask + params->items[i].offset;
        if (params->items[i].role == PARAM_RECURRENT)
            masks_drop_weights(&t->masks, i, param_size(&params->items[i]), of, of);
    }
}

static void draw_masks(struct trial *t)
{
    const struct mask_settings even = mask_settings_even(t->drop);
    t->masks = masks_new(t->drops != NULL ? t->drops : &even, t->m->shape.L, 13);
    t->masks.step = 4;
    for (size_t place = 0; place <= t->m->shape.L; place++) {
        const size_t width = place == 0 ? E : t->m->shape.H[place - 1];
        float *drawn = t->drawn[place] = ones(t->T * t->B * width);
        masks_apply(&t->masks, place,
                    &(struct mask_rows){
                        .T = t->T, .B = t->B, .width = width, .ids = t->x, .x = drawn, .y = drawn});
    }
    for (size_t l = 0; l < t->m->shape.L; l++) {
        t->states[l] = ones(t->B * t->m->shape.H[l]);
        if (t->masks.state > 0.0)
            masks_draw_state(&t->masks, l, 0, t->B, t->m->shape.H[l], t->states[l]);
    }
    draw_weight_masks(t);
}

/* Calls `each` for every array of the carried state, with its place in a flat one. */
static void each_state(const struct trial *t,
                       void (*each)(const struct trial *t, float *own, size_t at, size_t n))
{
    size_t at = 0;
    for (size_t l = 0; l < t->m->shape.L; l++)
        for (size_t i = 0; i < t->m->shape.cell->n_state; i++) {
            const size_t n = window_state_size(t->w, l);
            each(t, window_state(t->w, l, i), at, n);
            at += n;
        }
}

static void set_state_of(const struct trial *t, float *own, size_t at, size_t n)
{
    memcpy(own, t->start + at, n * sizeof *own);
}

static void check_state(const struct trial *t, float *own, size_t at, size_t n)
{
    for (size_t i = 0; i < n; i++)
        ASSERT_NEAR((double)own[i], t->now[at + i], 4e-6);
}

static void trial_init(struct trial *t, const struct model_shape *shape)
{
    char layers[MODEL_LAYERS_TEXT];
    t->m = model_of(*shape, 0.8f);
    t->w = window_of(t->m, t->B, t->T, WINDOW_TRAIN);
    window_set_objective(t->w, &t->objective);
    t->x = ids_below(1, t->T * t->B, V - 1);
    t->y = ids_below(2, t->T * t->B, V);
    t->n_state = oracle_state_size(shape, t->B);
    t->start = zeroed(t->n_state, sizeof(float));
    rng_fill_uniform(1, RNG_TEST + 200, t->start, t->n_state, -0.9f, 0.9f);
    t->now = zeroed(t->n_state, sizeof(double));
    t->wide = widened(t->m->weights, t->m->params.total);
    each_state(t, set_state_of);
    draw_masks(t);
    snprintf(t->text, sizeof t->text, "%s %.40s%s%s, T %zu, B %zu, drop %g", shape->cell->name,
             model_layers_text(layers, shape), shape->tied ? " tied" : "",
             shape->sums_layers ? ", sum" : "", t->T, t->B,
             t->drops != NULL ? t->drops->between : t->drop);
}

static void trial_fini(struct trial *t)
{
    for (size_t place = 0; place <= t->m->shape.L; place++)
        mem_free(t->drawn[place]);
    for (size_t l = 0; l < t->m->shape.L; l++)
        mem_free(t->states[l]);
    mem_free(t->weight_mask);
    window_free(t->w);
    model_free(t->m);
    mem_free(t->x);
    mem_free(t->y);
    mem_free(t->start);
    mem_free(t->wide);
    mem_free(t->now);
}

/* The loss of the window times B, or the nats in it. */
static double oracle_loss(const struct trial *t, bool with_penalty)
{
    double *masked = zeroed(t->m->params.total, sizeof *masked), penalty;
    for (size_t i = 0; i < t->m->params.total; i++)
        masked[i] = (double)t->weight_mask[i] * t->wide[i];
    const struct oracle_network m = {.shape = &t->m->shape,
                                     .params = &t->m->params,
                                     .weights = masked,
                                     .masks = t->drawn,
                                     .state_masks = t->states,
                                     .ar = t->objective.ar,
                                     .tar = t->objective.tar};
    for (size_t i = 0; i < t->n_state; i++)
        t->now[i] = (double)t->start[i];
    const double nats = oracle_network_nats(&m, t->B, t->T, t->x, t->y, t->now, &penalty);
    mem_free(masked);
    return with_penalty ? nats + (double)t->B * penalty : nats;
}

/* Of the loss that is trained, the mean over B; the state ends where it begins. */
static double difference(const struct trial *t, size_t i)
{
    const double kept = t->wide[i], step = 1e-6;
    t->wide[i] = kept + step;
    const double above = oracle_loss(t, true);
    t->wide[i] = kept - step;
    const double below = oracle_loss(t, true);
    t->wide[i] = kept;
    return (above - below) / (2.0 * step) / (double)t->B;
}

/* The error of the differences is some 1e-8; that of the gradient comes from sums of some hundred
 * float terms of a size of up to 4, and of more under masks and penalties. */
static void check_tensor(const struct trial *t, const struct param *p, const float *gradient)
{
    const double unit = t->drops != NULL ? 1.2e-5 : 4e-6;
    for (size_t i = 0; i < param_size(p); i++) {
        const double want = difference(t, p->offset + i), bound = unit + unit * fabs(want);
        const double got = (double)gradient[p->offset + i];
        if (!oracle_agrees(got, want, bound))
            ck_abort_msg("%s: %s[%zu] is %.9g, expected %.9g", t->text, p->name, i, got, want);
    }
}

static void check_trial(const struct trial *t)
{
    const struct model *m = t->m;
    const double nats = window_train(t->w, t->x, t->y, &t->masks);
    const double want = oracle_loss(t, false);
    ck_assert_msg(oracle_agrees(nats, want, 1e-6 * want), "%s: %.9g nats, expected %.9g", t->text,
                  nats, want);
    each_state(t, check_state);
    float *gradient = whole_gradient(t->w, m);
    for (size_t p = 0; p < m->params.n; p++)
        check_tensor(t, &m->params.items[p], gradient);
    mem_free(gradient);
}

/* Every cell of the table, untied and tied, of one width and of several; E is 3, so that the tied
 * ones have a projection or, where the last layer is as wide, none. */
static const size_t widths[][5] = {{2}, {5}, {3}, {2, 2}, {5, 3}, {4, 2, 5}, {3, 4, 2, 3}};

/* Where rows are normalised, two units that hardly differ enlarge the errors of both up to 300
 * times: there are four then. */
static struct model_shape shape_of(const struct cell_ops *cell, const size_t *H, bool tied)
{
    const bool normalises = strcmp(cell->name, "lstm-norm") == 0;
    struct model_shape s = {.V = V, .E = E, .cell = cell, .tied = tied};
    if (cell->mogrifies) {
        s.rounds = 3;
        s.rank = tied ? 2 : 0;
    }
    for (; H[s.L] > 0; s.L++)
        s.H[s.L] = normalises && H[s.L] == 2 ? 4 : H[s.L];
    return s;
}

/* B and T of 4 and more take the way of large windows. */
static const size_t all_B[] = {1, 3, 4}, all_T[] = {1, 2, 5};
static const double all_drop[] = {0.0, 0.5};

/* Of a Mogrifier, with its many parameters, only some sizes are tried: test_cell has all. */
static bool is_left_out(const struct cell_ops *cell, size_t i)
{
    return cell->mogrifies && i % 9 != 4;
}

static void check_cell(const struct cell_ops *cell, const size_t *H)
{
    for (size_t i = 0; i < N_OF(all_B) * N_OF(all_T) * N_OF(all_drop) * 2; i++) {
        struct trial t = {.B = all_B[i % 3], .T = all_T[i / 3 % 3], .drop = all_drop[i / 9 % 2]};
        struct model_shape shape = shape_of(cell, H, i / 18 == 1);
        if (is_left_out(cell, i))
            continue;
        const bool sums = shape.L > 1 && model_shape_is_even(&shape);
        for (int sum = 0; sum <= (int)sums; sum++) {
            shape.sums_layers = sum == 1;
            trial_init(&t, &shape);
            check_trial(&t);
            trial_fini(&t);
        }
    }
}

START_TEST(loss_state_and_gradients_agree_with_the_oracle)
{
    for (size_t c = 0; cell_at(c) != NULL; c++)
        check_cell(cell_at(c), widths[_i]);
}
END_TEST

/* Every way to regularise, alone and all together. */
static const struct mask_settings all_drops[] = {
    {.kind = &mask_locked, .input = 0.3, .between = 0.4, .output = 0.5},
    {.kind = &mask_element, .between = 0.5},
    {.kind = &mask_element, .word = 0.4},
    {.kind = &mask_element, .state = 0.5},
    {.kind = &mask_element, .weights = 0.5},
    {.kind = &mask_element},
    {.kind = &mask_locked,
     .input = 0.2,
     .between = 0.3,
     .output = 0.3,
     .word = 0.2,
     .state = 0.3,
     .weights = 0.3},
};
static const struct objective penalties[] = {
    {.ar = 0.0}, {.ar = 2.0}, {.tar = 1.5}, {.ar = 0.5, .tar = 3.0}};

static void check_regularised(const struct cell_ops *cell, const struct mask_settings *drops)
{
    static const size_t H[] = {4, 3, 0}, sizes[][2] = {{1, 2}, {3, 2}, {4, 5}};
    for (size_t i = 0; i < N_OF(sizes) * 2; i++) {
        struct trial t = {.B = sizes[i % 3][0], .T = sizes[i % 3][1], .drops = drops};
        struct model_shape shape = shape_of(cell, H, i / 3 == 1);
        t.objective = penalties[i % N_OF(penalties)];
        shape.sums_layers = i == 2 || i == 4;
        shape.H[0] = shape.sums_layers ? 3 : 4;
        trial_init(&t, &shape);
        ASSERT_OK(window_drop_weights(t.w, &err));
        check_trial(&t);
        trial_fini(&t);
    }
}

START_TEST(regularised_gradients_agree_with_the_oracle)
{
    for (size_t c = 0; cell_at(c) != NULL; c++)
        check_regularised(cell_at(c), &all_drops[_i]);
}
END_TEST

START_TEST(sharing_the_word_vectors_is_one_tensor_with_both_gradients)
{
    const size_t H[] = {E, 0};
    struct model_shape shape = shape_of(cell_at(0), H, true);
    struct model *tied = model_of(shape, 0.5f);
    shape.tied = false;
    struct model *untied = model_of(shape, 0.5f);
    ck_assert_uint_eq(model_size(tied) + V * E, model_size(untied));
    ck_assert(param_find(&tied->params, "decoder.weight") == NULL);
    ck_assert(!param_find(&tied->params, "encoder.weight")->by_rows);
    ck_assert(param_find(&untied->params, "encoder.weight")->by_rows);
    ck_assert_double_eq(model_macs(tied), model_macs(untied));
    model_free(tied);
    model_free(untied);
}
END_TEST

/* Perplexity ------------------------------------------------------------------ */

START_TEST(a_model_of_zero_weights_has_the_perplexity_of_its_vocabulary)
{
    static const size_t sizes[] = {2, 17, 1000, 10000, 33278};
    enum { T = 3, B = 2 };
    for (size_t i = 0; i < N_OF(sizes); i++) {
        struct model *m = model_of(lstm_shape(sizes[i], 4, 4, 2), 0.0f);
        struct window *w = window_of(m, B, T, WINDOW_SCORE);
        int32_t *x = ids_below(1, T * B, sizes[i]), *y = ids_below(2, T * B, sizes[i]);
        double nats[T * B], sum = 0.0;
        window_score(w, T, x, y, nats);
        for (size_t r = 0; r < T * B; r++)
            sum += nats[r];
        ASSERT_NEAR(exp(sum / (T * B)), (double)sizes[i], 1e-9 * (double)sizes[i]);
        mem_free(x);
        mem_free(y);
        window_free(w);
        model_free(m);
    }
}
END_TEST

/* The gradient's block ------------------------------------------------------- */

START_TEST(the_embedding_gradient_has_the_rows_of_the_words_of_the_window)
{
    static const int32_t steps[2][6] = {{4, 1, 4, 0, 1, 4}, {6, 6, 2, 1, 6, 2}};
    static const int32_t listed[2][3] = {{4, 1, 0}, {6, 2, 1}}; /* in order of first use */
    struct model *m = model_of(lstm_shape(V, E, 4, 1), 0.5f);
    struct window *w = window_of(m, 2, 3, WINDOW_TRAIN);
    const struct gradient *g = window_gradient(w);
    for (size_t step = 0; step < 2; step++) {
        window_train(w, steps[step], steps[step], NULL);
        const struct param_grad *embedding = &g->of[m->net.input.params[0]];
        ck_assert_uint_eq(embedding->rows->n, 3);
        for (size_t i = 0; i < 3; i++)
            ck_assert_int_eq(embedding->rows->rows[i], listed[step][i]);
        for (size_t i = 0; i < (size_t)3 * E; i++)
            ck_assert_float_ne(embedding->values[i], 0.0f);
    }
    window_free(w);
    model_free(m);
}
END_TEST

/* They are part of the flat passes over the gradient. */
START_TEST(the_gaps_between_the_tensors_of_a_gradient_are_zero)
{
    struct model *m = model_of(lstm_shape(V, E, 5, 2), 0.5f);
    struct window *w = window_of(m, 4, 5, WINDOW_TRAIN);
    int32_t *x = ids_below(1, 20, V);
    const struct masks masks = masks_even(2, 0.5, 1);
    window_train(w, x, x, &masks);
    float *gradient = whole_gradient(w, m);
    for (size_t p = 0; p < m->params.n; p++) {
        const struct param *param = &m->params.items[p];
        const size_t next = p + 1 < m->params.n ? m->params.items[p + 1].offset : m->params.total;
        for (size_t i = param->offset + param_size(param); i < next; i++)
            ck_assert_float_eq(gradient[i], 0.0f);
    }
    mem_free(gradient);
    mem_free(x);
    window_free(w);
    model_free(m);
}
END_TEST

/* Threads: sizes at which all loops and products wake them, and an odd vocabulary. */
enum { MANY_B = 20, MANY_T = 10, MANY_H = 66, MANY_WORDS = 151 };

/* Two steps of a window of that many threads; the gradient of the second, which is the caller's. */
static float *step_by_threads(const struct model *m, int threads, double *nats)
{
    int32_t *x = ids_below(1, MANY_B * MANY_T, MANY_WORDS);
    int32_t *y = ids_below(2, MANY_B * MANY_T, MANY_WORDS);
    const struct masks masks = masks_even(2, 0.4, 2);
    kern_set_threads(threads);
    struct window *w = window_of(m, MANY_B, MANY_T, WINDOW_TRAIN);
    window_train(w, x, y, &masks);
    *nats = window_train(w, y, x, &masks);
    float *gradient = whole_gradient(w, m);
    window_free(w);
    mem_free(x);
    mem_free(y);
    return gradient;
}

static void check_threads(struct model_shape shape)
{
    struct model *m = model_of(shape, 0.2f);
    double nats, again;
    float *want = step_by_threads(m, 1, &nats);
    for (int threads = 2; threads <= 3; threads++) {
        float *got = step_by_threads(m, threads, &again);
        if (again != nats || memcmp(got, want, m->params.total * sizeof *want) != 0)
            ck_abort_msg("%s%s: %d threads have other bits", shape.cell->name,
                         shape.tied ? " tied" : "", threads);
        mem_free(got);
    }
    mem_free(want);
    model_free(m);
}

START_TEST(threads_change_no_bit_of_loss_gradient_and_state)
{
    for (size_t c = 0; cell_at(c) != NULL; c++) {
        struct model_shape s = model_shape_even(cell_at(c), MANY_WORDS, MANY_H, MANY_H, 2);
        check_threads(s);
        s.tied = true;
        s.H[1] = 50;
        check_threads(s);
    }
}
END_TEST

/* Sizes ---------------------------------------------------------------------- */

START_TEST(windows_of_impossible_sizes_are_refused)
{
    static const size_t sizes[][2] = {
        {0, 1}, {1, 0}, {(1 << 20) + 1, 1}, {1, (1 << 20) + 1}, {1 << 13, 1 << 12}, {SIZE_MAX, 2}};
    struct model *m = model_of(lstm_shape(V, E, 2, 1), 0.5f);
    for (size_t i = 0; i < N_OF(sizes); i++) {
        struct window *w = NULL;
        err = (struct err){0};
        ck_assert_int_eq(window_new(&w, m, sizes[i][0], sizes[i][1], WINDOW_SCORE, &err), ST_USAGE);
        ck_assert_ptr_null(w);
        ck_assert_ptr_nonnull(strstr(err.text, "a window of batch"));
    }
    model_free(m);
}
END_TEST

static Suite *window_suite(void)
{
    Suite *s = suite_create("window");
    TCase *tc = tcase_create("window");
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, loss_state_and_gradients_agree_with_the_oracle, 0, (int)N_OF(widths));
    tcase_add_loop_test(tc, regularised_gradients_agree_with_the_oracle, 0, (int)N_OF(all_drops));
    tcase_add_test(tc, sharing_the_word_vectors_is_one_tensor_with_both_gradients);
    tcase_add_test(tc, a_model_of_zero_weights_has_the_perplexity_of_its_vocabulary);
    tcase_add_test(tc, the_embedding_gradient_has_the_rows_of_the_words_of_the_window);
    tcase_add_test(tc, the_gaps_between_the_tensors_of_a_gradient_are_zero);
    tcase_add_test(tc, windows_of_impossible_sizes_are_refused);
    if (gemm_ignores_threads())
        tcase_add_test(tc, threads_change_no_bit_of_loss_gradient_and_state);
    else
        printf("# skipped: the products of %s may depend on the threads\n", gemm_library());
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(window_suite())
