/* Networks of labels against the numbers of PyTorch on packed sequences
 * (tests/lib/model/golden_labels.h): probabilities, loss and gradients of the first batch, and the
 * weights after three steps of Adam. */
#include <math.h>

#include "lib/model/compute.h"
#include "lib/task/train/train_step.h"
#include "tests/lib/model/golden_labels.h"
#include "tests/support/labels_support.h"
#include "tests/support/model_support.h"
#include "tests/support/tap.h"

/* As in test_golden.c. */
static const double LIMIT = 1e-5;

enum { ROWS = GOLDEN_T * GOLDEN_B };

static const struct golden_case *golden;
static struct model *m;
static struct window *w;

static void assert_close(const char *what, size_t i, double got, double want, double size)
{
    if (!oracle_agrees(got, want, LIMIT * size))
        ck_abort_msg("%s, head %s: %s[%zu] is %.9g, expected %.9g", golden->cell, golden->head,
                     what, i, got, want);
}

static bool is_per_step(void)
{
    return m->shape.head->targets == HEAD_PER_STEP;
}

static void set_up_case(const struct golden_case *g)
{
    golden = g;
    struct model_shape shape = {.V = g->words ? GOLDEN_V : 0,
                                .E = GOLDEN_E,
                                .L = GOLDEN_L,
                                .cell = cell_find(g->cell),
                                .bidirectional = g->both,
                                .head = head_find(g->head),
                                .C = GOLDEN_C};
    for (size_t l = 0; l < GOLDEN_L; l++)
        shape.H[l] = GOLDEN_H;
    m = model_of(shape, 0.0f);
    ck_assert_uint_eq(m->params.n, g->n_params);
    ck_assert_uint_eq(model_size(m), g->n_floats);
    for (size_t i = 0; i < g->n_params; i++) {
        const struct param *p = &m->params.items[i];
        const struct golden_param *want = &g->params[i];
        ck_assert_str_eq(p->name, want->name);
        ck_assert_uint_eq(p->rows, want->rows);
        ck_assert_uint_eq(p->cols > 0 ? p->cols : 1, want->cols);
        memcpy(m->weights + p->offset, g->weights_start + want->offset,
               param_size(p) * sizeof *m->weights);
    }
    w = window_of(m, GOLDEN_B, GOLDEN_T, WINDOW_TRAIN);
}

static void tear_down_case(void)
{
    window_free(w);
    model_free(m);
}

static struct window_batch batch_of(size_t step)
{
    const size_t targets = is_per_step() ? ROWS : GOLDEN_B;
    return (struct window_batch){
        .of = {.B = GOLDEN_B, .T = GOLDEN_T, .lengths = golden->lengths + step * GOLDEN_B},
        .ids = golden->words ? golden->ids + step * ROWS : NULL,
        .x = golden->words ? NULL : golden->x + step * ROWS * GOLDEN_E,
        .targets = golden->targets + step * targets};
}

/* Each tensor apart, relative to its own norm, so that a small one is not lost beside a large. */
static void assert_tensors(const float *block, const float *want)
{
    for (size_t p = 0; p < golden->n_params; p++) {
        const size_t n = param_size(&m->params.items[p]);
        const float *got = block + m->params.items[p].offset;
        const float *golden_tensor = want + golden->params[p].offset;
        const double size = sqrt(optim_sum_squares(n, golden_tensor));
        ck_assert(size > 0.0);
        for (size_t i = 0; i < n; i++)
            assert_close(golden->params[p].name, i, (double)got[i], (double)golden_tensor[i], size);
    }
}

START_TEST(probabilities_and_scores_are_those_of_the_logits)
{
    set_up_case(&golden_cases[_i]);
    const struct window_batch batch = batch_of(0);
    int32_t guesses[ROWS];
    float p[ROWS * GOLDEN_C];
    double nats[ROWS], sum = 0.0;
    window_predict_batch(w, &batch, NULL, guesses, p, NULL);
    score_batch(w, &batch, nats);
    for (size_t i = 0; i < window_targets(m, GOLDEN_B, GOLDEN_T); i++) {
        sum += nats[i];
        if (is_per_step() && i / GOLDEN_B >= (size_t)batch.of.lengths[i % GOLDEN_B])
            continue;
        double *logits = widened(golden->logits + i * GOLDEN_C, GOLDEN_C);
        const double all = oracle_logsumexp(GOLDEN_C, logits);
        assert_close("nats", i, nats[i], all - logits[batch.targets[i]], 1.0);
        for (size_t c = 0; c < GOLDEN_C; c++) {
            assert_close("p", i * GOLDEN_C + c, (double)p[i * GOLDEN_C + c], exp(logits[c] - all),
                         1.0);
            ck_assert(logits[c] <= logits[guesses[i]]);
        }
        mem_free(logits);
    }
    assert_close("loss", 0, sum / GOLDEN_B, golden->loss[0], golden->loss[0]);
    tear_down_case();
}
END_TEST

START_TEST(gradients_agree_tensor_by_tensor)
{
    set_up_case(&golden_cases[_i]);
    const struct window_batch batch = batch_of(0);
    const double nats = window_train_batch(w, &batch, NULL, NULL);
    assert_close("loss", 0, nats / GOLDEN_B, golden->loss[0], golden->loss[0]);
    float *gradient = whole_gradient(w, m);
    assert_tensors(gradient, golden->gradients);
    mem_free(gradient);
    tear_down_case();
}
END_TEST

static void check_updates(const struct golden_case *g)
{
    set_up_case(g);
    float *slots = zeroed(OPTIM_SLOTS_MAX * m->params.total, sizeof *slots);
    struct train_step_settings settings = {.optim = &optim_adam,
                                           .optim_settings = &optim_adam.defaults,
                                           .lr = golden_rate,
                                           .max_grad_norm = 1e9,
                                           .slots = slots};
    for (size_t i = 0; i < GOLDEN_STEPS; i++) {
        const struct window_batch batch = batch_of(i);
        settings.step = i + 1;
        const struct train_step_result r =
            train_step(m, w, &(struct train_input){.batch = &batch}, NULL, &settings);
        assert_close("loss", i, r.nats / GOLDEN_B, g->loss[i], g->loss[i]);
    }
    assert_tensors(m->weights, g->weights_last);
    mem_free(slots);
    tear_down_case();
}

START_TEST(three_steps_of_adam_agree_with_every_kernel_set)
{
    size_t tried = 0;
    for (size_t i = 0; compute_kernels_at(i) != NULL; i++) {
        if (!compute_choose_kernels(compute_kernels_at(i)))
            continue;
        check_updates(&golden_cases[_i]);
        tried++;
    }
    ck_assert_uint_ge(tried, 1);
}
END_TEST

static Suite *golden_labels_suite(void)
{
    Suite *s = suite_create("golden_labels");
    TCase *tc = tcase_create("golden_labels");
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, probabilities_and_scores_are_those_of_the_logits, 0, GOLDEN_CASES);
    tcase_add_loop_test(tc, gradients_agree_tensor_by_tensor, 0, GOLDEN_CASES);
    tcase_add_loop_test(tc, three_steps_of_adam_agree_with_every_kernel_set, 0, GOLDEN_CASES);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(golden_labels_suite())
