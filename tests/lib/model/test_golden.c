/* Training steps against the numbers of PyTorch (tests/lib/model/golden_networks.h): logits, loss,
 * state and gradients of the first window, norms of all, and the weights behind three updates. */
#include <math.h>

#include "lib/model/compute.h"
#include "lib/task/train/train_step.h"
#include "tests/lib/model/golden_networks.h"
#include "tests/support/model_support.h"
#include "tests/support/tap.h"

/* Sums of up to some hundred float terms of a size of about 1; the golden numbers are exact to the
 * digits they have. */
static const double LIMIT = 1e-5;

static const struct golden_case *golden;
static struct model *m;
static struct window *w;
static struct objective objective;

static void assert_close(const char *what, size_t i, double got, double want, double size)
{
    if (!oracle_agrees(got, want, LIMIT * size))
        ck_abort_msg("%s of rank %zu%s: %s[%zu] is %.9g, expected %.9g", golden->cell, golden->rank,
                     golden->tied ? ", tied" : "", what, i, got, want);
}

static void set_up_case(const struct golden_case *g)
{
    golden = g;
    struct model_shape shape = {.V = g->V,
                                .E = g->E,
                                .L = g->L,
                                .cell = cell_find(g->cell),
                                .rounds = g->rounds,
                                .rank = g->rank,
                                .tied = g->tied,
                                .sums_layers = g->sums};
    memcpy(shape.H, g->widths, sizeof g->widths);
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
    w = window_of(m, g->B, g->T, WINDOW_TRAIN);
    objective = (struct objective){.smoothing = g->smoothing, .ar = g->ar, .tar = g->tar};
    window_set_objective(w, &objective);
    for (size_t l = 0, at = 0; l < g->L; l++)
        for (size_t i = 0; i < m->shape.cell->n_state; i++, at += window_state_size(w, l))
            memcpy(window_state(w, l, i), g->state_start + at,
                   window_state_size(w, l) * sizeof(float));
}

static void tear_down_case(void)
{
    window_free(w);
    model_free(m);
}

static void assert_state(const float *want)
{
    for (size_t l = 0, at = 0; l < golden->L; l++)
        for (size_t s = 0; s < m->shape.cell->n_state; s++)
            for (size_t i = 0; i < window_state_size(w, l); i++, at++)
                assert_close("state", at, (double)window_state(w, l, s)[i], (double)want[at], 1.0);
}

static double norm_of(size_t n, const float *x)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += (double)x[i] * (double)x[i];
    return sqrt(sum);
}

/* Each tensor apart, relative to its own norm, so that a small one is not lost beside a large. */
static void assert_tensors(const float *block, const float *want)
{
    for (size_t p = 0; p < golden->n_params; p++) {
        const size_t n = param_size(&m->params.items[p]);
        const float *got = block + m->params.items[p].offset;
        const float *golden_tensor = want + golden->params[p].offset;
        const double size = norm_of(n, golden_tensor);
        ck_assert(size > 0.0);
        for (size_t i = 0; i < n; i++)
            assert_close(golden->params[p].name, i, (double)got[i], (double)golden_tensor[i], size);
    }
}

START_TEST(logits_agree_step_by_step)
{
    set_up_case(&golden_cases[_i]);
    const size_t B = golden->B, n = B * golden->V;
    float *logits = zeroed(n, sizeof *logits);
    for (size_t t = 0; t < golden->T; t++) {
        window_feed(w, 1, golden->x + t * B, logits);
        for (size_t i = 0; i < n; i++)
            assert_close("logits", t * n + i, (double)logits[i], (double)golden->logits[t * n + i],
                         1.0);
    }
    assert_state(golden->state_first);
    mem_free(logits);
    tear_down_case();
}
END_TEST

START_TEST(scores_agree_with_the_logits)
{
    set_up_case(&golden_cases[_i]);
    const size_t rows = golden->T * golden->B;
    double *nats = zeroed(rows, sizeof *nats), sum = 0.0;
    window_score(w, golden->T, golden->x, golden->y, nats);
    for (size_t r = 0; r < rows; r++) {
        double *logits = widened(golden->logits + r * golden->V, golden->V);
        const double want = oracle_logsumexp(golden->V, logits) - logits[golden->y[r]];
        assert_close("nats", r, nats[r], want, 1.0);
        sum += nats[r];
        mem_free(logits);
    }
    assert_close("loss", 0, sum / (double)golden->B, golden->loss[0], golden->loss[0]);
    mem_free(nats);
    tear_down_case();
}
END_TEST

START_TEST(gradients_agree_tensor_by_tensor)
{
    set_up_case(&golden_cases[_i]);
    const double nats = window_train(w, golden->x, golden->y, NULL);
    assert_close("loss", 0, nats / (double)golden->B, golden->loss[0], golden->loss[0]);
    assert_state(golden->state_first);
    float *gradient = whole_gradient(w, m);
    assert_tensors(gradient, golden->gradients);
    mem_free(gradient);
    tear_down_case();
}
END_TEST

static void check_updates(const struct golden_case *g)
{
    set_up_case(g);
    const struct train_step_settings settings = {.optim = &optim_sgd,
                                                 .optim_settings = &optim_sgd.defaults,
                                                 .lr = golden_rate,
                                                 .max_grad_norm = golden_clip};
    const size_t rows = g->T * g->B;
    for (size_t i = 0; i < GOLDEN_WINDOWS; i++) {
        const struct train_step_result r =
            train_step(m, w,
                       &(struct train_input){
                           .x = g->x + i * rows, .y = g->y + i * rows, .T = g->T, .share = 1.0},
                       NULL, &settings);
        assert_close("loss", i, r.nats / (double)g->B, g->loss[i], g->loss[i]);
        assert_close("norm", i, r.norm, g->norm[i], g->norm[i]);
    }
    assert_state(g->state_last);
    assert_tensors(m->weights, g->weights_last);
    tear_down_case();
}

START_TEST(three_clipped_updates_agree_with_every_kernel_set)
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

/* Not from PyTorch: a NaN or an infinity anywhere in the weights ends the training. */
START_TEST(a_step_that_is_not_finite_leaves_the_weights_as_they_were)
{
    static const float bad[] = {NAN, INFINITY, -INFINITY};
    set_up_case(&golden_cases[0]);
    const struct train_step_settings settings = {.optim = &optim_sgd,
                                                 .optim_settings = &optim_sgd.defaults,
                                                 .lr = golden_rate,
                                                 .max_grad_norm = golden_clip};
    const size_t bytes = m->params.total * sizeof *m->weights;
    float *before = zeroed(m->params.total, sizeof *before);
    for (size_t p = 0; p < m->params.n; p++) {
        const struct param *param = &m->params.items[p];
        /* of the embedding, a row that is used */
        const size_t used = (size_t)golden->x[0] * golden->E;
        const size_t at = param->offset + (p == 0 ? used : param_size(param) - 1);
        const float kept = m->weights[at];
        m->weights[at] = bad[_i];
        memcpy(before, m->weights, bytes);
        window_reset(w);
        const struct train_step_result r = train_step(
            m, w,
            &(struct train_input){.x = golden->x, .y = golden->y, .T = golden->T, .share = 1.0},
            NULL, &settings);
        /* an infinite gate saturates, and one that is shut for good is no error */
        if (isnan(bad[_i]) || strncmp(param->name, "rnn", 3) != 0)
            ck_assert_msg(!isfinite(r.nats) || !isfinite(r.norm), "%s is lost", param->name);
        if (!isfinite(r.nats) || !isfinite(r.norm))
            ck_assert_int_eq(memcmp(before, m->weights, bytes), 0);
        memcpy(m->weights, before, bytes);
        m->weights[at] = kept;
    }
    mem_free(before);
    tear_down_case();
}
END_TEST

static Suite *golden_suite(void)
{
    Suite *s = suite_create("golden");
    TCase *tc = tcase_create("golden");
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, logits_agree_step_by_step, 0, GOLDEN_CASES);
    tcase_add_loop_test(tc, scores_agree_with_the_logits, 0, GOLDEN_CASES);
    tcase_add_loop_test(tc, gradients_agree_tensor_by_tensor, 0, GOLDEN_CASES);
    tcase_add_loop_test(tc, three_clipped_updates_agree_with_every_kernel_set, 0, GOLDEN_CASES);
    tcase_add_loop_test(tc, a_step_that_is_not_finite_leaves_the_weights_as_they_were, 0, 3);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(golden_suite())
