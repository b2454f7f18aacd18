/* Predictions of examples: in their order for any size of batches, with probabilities and counts;
 * without labels; and what ends them. */
#include <math.h>

#include "lib/nn/crf/crf.h"
#include "lib/task/use/predict.h"
#include "tests/support/err_support.h"
#include "tests/support/examples_support.h"
#include "tests/support/labels_support.h"
#include "tests/support/tap.h"

enum { N = 41, LONGEST = 7 };

static const struct head_ops *const heads[] = {&head_last, &head_max, &head_steps, &head_crf};

static struct model *m;
static struct examples e;

/* Words with two features for the even heads, numbers for the odd. */
static void set_up_head(size_t i)
{
    static const size_t layers[] = {5, 3, 0};
    struct model_shape shape = labels_shape(cell_find("lstm"), heads[i], i % 2 == 0);
    labels_layers(&shape, layers);
    shape.bidirectional = true;
    m = model_of(shape, 1.0f);
    examples_draw(&e, &(struct examples_plan){.n = N,
                                              .longest = LONGEST,
                                              .kind = i % 2 == 0 ? EXAMPLE_IDS : EXAMPLE_FLOATS,
                                              .width = LABELS_E,
                                              .values = 2,
                                              .C = LABELS_C,
                                              .per_step = heads[i]->targets == HEAD_PER_STEP});
}

static void tear_down_head(void)
{
    model_free(m);
    examples_fini(&e);
}

static struct predictions predict(size_t B, bool probabilities)
{
    const struct prediction_request request = {
        .examples = &e, .B = B, .probabilities = probabilities};
    struct predictions p;
    ASSERT_OK(predict_examples(&p, m, &request, &err));
    return p;
}

/* Against each example alone ------------------------------------------------------- */

/* A batch of example i, and its figures. */
static double alone(size_t i, int32_t *guesses, float *p)
{
    const size_t T = examples_length(&e, i), at = e.first[i];
    struct labels_batch l;
    labels_batch_init(&l, &m->shape, 1, T);
    for (size_t t = 0; t < T; t++)
        for (size_t j = 0; j < e.width; j++)
            if (e.kind == EXAMPLE_IDS)
                l.ids[j * T + t] = e.ids[(at + t) * e.width + j];
            else
                l.x[t * e.width + j] = e.floats[(at + t) * e.width + j];
    memcpy(l.targets, e.labels + (e.per_step ? at : i), (e.per_step ? T : 1) * sizeof *l.targets);
    struct window *w = window_of(m, 1, T, WINDOW_SCORE);
    double nats[LONGEST], sum = 0.0;
    score_batch(w, &l.batch, nats);
    for (size_t t = 0; t < window_targets(m, 1, T); t++)
        sum += nats[t];
    window_predict_batch(w, &l.batch, NULL, guesses, p, NULL);
    window_free(w);
    labels_batch_fini(&l);
    return sum;
}

static void check_example(const struct predictions *got, size_t i, uint64_t *correct, double *nats)
{
    const size_t n = e.per_step ? examples_length(&e, i) : 1, at = e.per_step ? e.first[i] : i;
    int32_t guesses[LONGEST];
    float p[LONGEST * LABELS_C];
    *nats += alone(i, guesses, p);
    for (size_t t = 0; t < n; t++) {
        double sum = 0.0;
        ck_assert_msg(got->guesses[at + t] == guesses[t], "target %zu of example %zu", t, i);
        *correct += guesses[t] == e.labels[at + t];
        for (size_t c = 0; c < LABELS_C; c++) {
            const double now = (double)got->p[(at + t) * LABELS_C + c];
            ASSERT_NEAR(now, (double)p[t * LABELS_C + c], 2e-6);
            sum += now;
        }
        ASSERT_NEAR(sum, 1.0, 1e-6);
    }
}

START_TEST(predictions_are_those_of_each_example_alone_in_their_order)
{
    static const size_t batches[] = {1, 2, 7, 40, N, 1000};
    set_up_head((size_t)_i);
    ck_assert_uint_eq(predict_targets(&e), e.per_step ? e.steps : N);
    for (size_t k = 0; k < N_OF(batches); k++) {
        struct predictions got = predict(batches[k], true);
        uint64_t correct = 0;
        double nats = 0.0;
        ck_assert_uint_eq(got.n, predict_targets(&e));
        ck_assert(got.scored);
        for (size_t i = 0; i < N; i++)
            check_example(&got, i, &correct, &nats);
        ck_assert_uint_eq(got.correct, correct);
        ck_assert(correct > 0 && correct < got.n);
        ASSERT_NEAR(got.nats, nats, 1e-6 * nats);
        predictions_fini(&got);
    }
    tear_down_head();
}
END_TEST

START_TEST(labels_and_probabilities_change_no_prediction)
{
    set_up_head((size_t)_i);
    struct predictions want = predict(8, true), got = predict(8, false);
    ck_assert_ptr_null(got.p);
    ck_assert_uint_eq(got.correct, want.correct);
    ck_assert_double_eq(got.nats, want.nats);
    ck_assert_int_eq(memcmp(got.guesses, want.guesses, want.n * sizeof *want.guesses), 0);
    predictions_fini(&got);
    mem_free(e.labels);
    e.labels = NULL;
    got = predict(8, true);
    ck_assert(!got.scored);
    ck_assert_uint_eq(got.n, want.n);
    ck_assert_uint_eq(got.correct, 0);
    ck_assert_double_eq(got.nats, 0.0);
    ck_assert_int_eq(memcmp(got.guesses, want.guesses, want.n * sizeof *want.guesses), 0);
    ck_assert_int_eq(memcmp(got.p, want.p, want.n * LABELS_C * sizeof *want.p), 0);
    predictions_fini(&got);
    predictions_fini(&want);
    tear_down_head();
}
END_TEST

/* Transitions ---------------------------------------------------------------------- */

START_TEST(a_constraint_holds_for_the_labels_of_a_crf)
{
    static const char *const names[LABELS_C] = {"B-X", "I-X", "O"};
    bool table[(LABELS_C + 1) * (LABELS_C + 1)];
    size_t broken = 0;
    set_up_head(3);
    crf_allow_bio(names, LABELS_C, table);
    struct prediction_request request = {.examples = &e, .B = 4};
    for (int constrained = 0; constrained < 2; constrained++) {
        struct predictions p;
        request.allowed = constrained ? table : NULL;
        ASSERT_OK(predict_examples(&p, m, &request, &err));
        for (size_t i = 0; i < N; i++) {
            const struct crf_sequence s = {
                .n = examples_length(&e, i), .labels = p.guesses + e.first[i], .label_stride = 1};
            const bool holds = crf_allows(LABELS_C, table, &s);
            ck_assert(holds || !constrained);
            broken += !holds;
        }
        predictions_fini(&p);
    }
    ck_assert_uint_gt(broken, 0); /* so that there was something to hold */
    tear_down_head();
}
END_TEST

/* Ends ----------------------------------------------------------------------------- */

static volatile sig_atomic_t stop;
static uint64_t calls, last_done;

static void count_and_stop(void *ctx, uint64_t done, uint64_t all, double nats)
{
    (void)nats;
    ck_assert_ptr_eq(ctx, &calls);
    ck_assert_uint_eq(all, N);
    ck_assert_uint_gt(done, last_done);
    last_done = done;
    stop = ++calls == 3;
}

START_TEST(progress_is_told_and_a_stop_is_obeyed)
{
    set_up_head(0);
    struct prediction_request request = {
        .examples = &e, .B = 10, .progress = count_and_stop, .ctx = &calls, .stop = &stop};
    struct predictions p;
    ASSERT_FAILS(predict_examples(&p, m, &request, &err), ST_INTERRUPTED,
                 "interrupted after 30 of 41 examples");
    predictions_fini(&p);
    calls = last_done = 0;
    request.stop = NULL;
    ASSERT_OK(predict_examples(&p, m, &request, &err));
    ck_assert_uint_eq(calls, 5);
    ck_assert_uint_eq(last_done, N);
    predictions_fini(&p);
    tear_down_head();
}
END_TEST

/* One example has a number, or a word whose vector has one, that makes it so. */
static void spoil(size_t example)
{
    if (e.kind == EXAMPLE_FLOATS) {
        e.floats[e.first[example] * e.width] = NAN;
        return;
    }
    const struct param *table = param_find(&m->params, "encoder.weight");
    e.ids[e.first[example] * e.width] = LABELS_V - 1;
    m->weights[table->offset + param_size(table) - 1] = NAN;
}

/* With and without labels, and probabilities. */
START_TEST(outputs_that_are_not_finite_are_an_error_that_names_the_example)
{
    set_up_head((size_t)_i % 4);
    spoil(23);
    if (_i / 4 % 2 == 1) {
        mem_free(e.labels);
        e.labels = NULL;
    }
    const struct prediction_request request = {
        .examples = &e, .B = 6, .probabilities = _i / 8 == 1};
    struct predictions p;
    ASSERT_FAILS(predict_examples(&p, m, &request, &err), ST_INPUT, "example 24 is not finite");
    predictions_fini(&p);
    tear_down_head();
}
END_TEST

START_TEST(no_examples_are_refused)
{
    set_up_head(0);
    struct examples none = {.kind = EXAMPLE_IDS, .width = 3};
    const struct prediction_request request = {.examples = &none, .B = 6};
    struct predictions p;
    ASSERT_FAILS(predict_examples(&p, m, &request, &err), ST_INPUT, "0 examples");
    predictions_fini(&p);
    tear_down_head();
}
END_TEST

static Suite *predict_suite(void)
{
    Suite *s = suite_create("predict");
    TCase *tc = tcase_create("predict");
    tcase_add_loop_test(tc, predictions_are_those_of_each_example_alone_in_their_order, 0,
                        (int)N_OF(heads));
    tcase_add_loop_test(tc, labels_and_probabilities_change_no_prediction, 0, (int)N_OF(heads));
    tcase_add_test(tc, a_constraint_holds_for_the_labels_of_a_crf);
    tcase_add_test(tc, progress_is_told_and_a_stop_is_obeyed);
    tcase_add_loop_test(tc, outputs_that_are_not_finite_are_an_error_that_names_the_example, 0, 16);
    tcase_add_test(tc, no_examples_are_refused);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(predict_suite())
