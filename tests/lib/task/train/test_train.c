/* What training does to the weights: the same bits for any number of threads, step by step what the
 * definition says. */
#include <math.h>

#include "lib/kern/gemm.h"
#include "lib/task/data/batch.h"
#include "lib/task/train/train_step.h"
#include "tests/support/model_support.h"
#include "tests/support/train_support.h"

static void choose_optim(int i)
{
    config.optim = optim_at((size_t)i);
    config.optim_settings = config.optim->defaults;
    config.rate.lr = config.optim->lr > 0.0 ? config.optim->lr : 1.0;
}

START_TEST(one_seed_gives_the_same_bits_with_1_2_and_3_threads)
{
    choose_optim(_i);
    struct model *one = trained(1, 1);
    for (int threads = 1; threads <= (gemm_ignores_threads() ? 3 : 1); threads++) {
        struct model *other = trained(1, threads);
        ck_assert_msg(same_weights(one, other), "%d threads give other weights", threads);
        model_free(other);
    }
    model_free(one);
}
END_TEST

START_TEST(another_seed_gives_other_weights)
{
    struct model *one = trained(1, 1), *two = trained(2, 1);
    ck_assert(!same_weights(one, two));
    model_free(one);
    model_free(two);
    one = model_started(1);
    two = model_started(2);
    ck_assert(!same_weights(one, two));
    model_free(one);
    model_free(two);
}
END_TEST

START_TEST(the_loss_falls)
{
    config.epochs = 4;
    config.rate.hold = 4;
    model_free(trained(1, 1));
    ck_assert_double_lt(heard.ends[0].train_metric, V);
    for (int i = 1; i < 4; i++)
        ck_assert_double_lt(heard.ends[i].train_metric, heard.ends[i - 1].train_metric);
    ck_assert_double_lt(heard.ends[3].valid_metric, heard.ends[0].valid_metric);
    ck_assert_double_lt(heard.ends[3].valid_metric, 0.15 * V);
}
END_TEST

static double valid_after(size_t samples, double dropout)
{
    heard = (struct heard){0};
    config.masks = mask_settings_even(dropout);
    config.objective.samples = samples;
    model_free(trained(1, 1));
    ck_assert_uint_eq(heard.last_window.words, 2 * (uint64_t)heard.ends[0].windows * B * T);
    return heard.ends[1].valid_metric;
}

/* Without masks all samples of a row are alike, and with masks they are not. */
START_TEST(samples_differ_by_their_masks_alone)
{
    const double one = valid_after(1, 0.0), masked = valid_after(1, 0.5);
    ASSERT_NEAR(valid_after(3, 0.0), one, 1e-4 * one);
    ck_assert(fabs(valid_after(3, 0.5) - masked) > 1e-3 * masked);
}
END_TEST

START_TEST(all_that_regularises_has_the_same_bits_with_any_threads)
{
    network = model_shape_even(cell_at((size_t)_i), V, H, H, 2);
    regularise();
    struct model *one = trained(1, 1);
    for (int threads = 2; threads <= (gemm_ignores_threads() ? 3 : 1); threads++) {
        struct model *other = trained(1, threads);
        ck_assert(same_weights(one, other));
        model_free(other);
    }
    model_free(one);
}
END_TEST

/* One epoch, as the tutorial has it: the state is zeroed, then window after window. Returns the sum
 * of -ln p. */
static double replay_epoch(struct model *m, struct window *w, double lr, float *slots,
                           uint64_t *step)
{
    int32_t x[B * T], y[B * T];
    struct batcher batcher;
    double nats = 0.0;
    struct train_step_settings settings = {.optim = config.optim,
                                           .optim_settings = &config.optim_settings,
                                           .lr = lr,
                                           .max_grad_norm = config.max_grad_norm,
                                           .slots = slots};
    ASSERT_OK(batcher_init(&batcher, train_ids, N_TRAIN, B, T, &err));
    window_reset(w);
    while (batcher_next(&batcher, x, y)) {
        struct masks d = masks_new(&config.masks, m->shape.L, config.seed);
        d.step = *step;
        settings.step = ++*step;
        nats += train_step(m, w, &(struct train_input){.x = x, .y = y}, &d, &settings).nats;
    }
    return nats;
}

START_TEST(a_run_is_its_steps_one_after_the_other)
{
    choose_optim(_i);
    struct model *m = model_started(1), *run = trained(1, 1);
    struct window *w = NULL;
    float *slots = mem_zeroed(OPTIM_SLOTS_MAX * m->params.total, sizeof *slots, &err);
    uint64_t step = 0;
    ASSERT_OK(window_new(&w, m, B, T, WINDOW_TRAIN, &err));
    for (int epoch = 0; epoch < 2; epoch++) {
        const double nats = replay_epoch(m, w, heard.ends[epoch].lr, slots, &step);
        const double words = (double)(heard.ends[0].windows * B * T);
        ck_assert_double_eq(heard.ends[epoch].train_metric, exp(nats / words));
    }
    ck_assert(same_weights(m, run));
    window_free(w);
    mem_free(slots);
    model_free(m);
    model_free(run);
}
END_TEST

START_TEST(a_schedule_may_change_the_rate_each_step)
{
    const double steps = 2 * (N_TRAIN / B / T);
    config.schedule = schedule_find("linear");
    model_free(trained(1, 1));
    ck_assert_double_eq_tol(heard.last_window.lr, 1.0 / steps, 1e-12);
    config.max_steps = 10;
    heard = (struct heard){0};
    model_free(trained(1, 1));
    ck_assert_double_eq_tol(heard.last_window.lr, 0.1, 1e-12);
}
END_TEST

/* w - lr * min(1, max / norm) * g, with g from a window of its own. */
START_TEST(a_step_is_the_clipped_gradient_times_the_rate)
{
    struct model *m = model_started(1), *before = model_started(1);
    struct window *w = NULL, *own = NULL;
    const struct train_step_settings settings = {.optim = &optim_sgd,
                                                 .optim_settings = &optim_sgd.defaults,
                                                 .lr = 0.7,
                                                 .max_grad_norm = 0.01};
    ASSERT_OK(window_new(&w, m, B, T, WINDOW_TRAIN, &err));
    ASSERT_OK(window_new(&own, before, B, T, WINDOW_TRAIN, &err));
    const struct train_step_result r = train_step(
        m, w, &(struct train_input){.x = train_ids, .y = train_ids + 1}, NULL, &settings);
    ck_assert_double_eq(window_train(own, train_ids, train_ids + 1, NULL), r.nats);
    float *gradient = whole_gradient(own, before);
    double squares = 0.0;
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < m->params.total; i++) {
            const double gi = (double)gradient[i];
            if (pass == 0)
                squares += gi * gi;
            else
                ck_assert_double_eq_tol((double)m->weights[i],
                                        (double)before->weights[i] - 0.7 * 0.01 / r.norm * gi,
                                        1e-8);
        }
    ck_assert_double_gt(r.norm, 0.01);
    ck_assert_double_eq_tol(r.norm / sqrt(squares), 1.0, 1e-7);
    mem_free(gradient);
    window_free(w);
    window_free(own);
    model_free(m);
    model_free(before);
}
END_TEST

/* Elements of the gradient, some of which are above, first to [-most, most] and then by the norm.
 */
START_TEST(elements_are_clipped_before_the_norm)
{
    const double most = 2e-3;
    struct model *m = model_started(1), *before = model_started(1);
    struct window *w = window_of(m, B, T, WINDOW_TRAIN),
                  *own = window_of(before, B, T, WINDOW_TRAIN);
    const struct optim_settings none = {0};
    const struct train_step_settings settings = {.optim = &optim_sgd,
                                                 .optim_settings = &none,
                                                 .lr = 0.7,
                                                 .max_grad_norm = 0.01,
                                                 .clip_value = most,
                                                 .step = 1};
    const struct train_input input = {.x = train_ids, .y = train_ids + 1};
    const struct train_step_result r = train_step(m, w, &input, NULL, &settings);
    window_train(own, train_ids, train_ids + 1, NULL);
    float *gradient = whole_gradient(own, before);
    double squares = 0.0;
    size_t clipped = 0;
    for (size_t i = 0; i < m->params.total; i++) {
        const double g = (double)gradient[i], kept = fmax(-most, fmin(most, g));
        clipped += kept != g;
        squares += kept * kept;
    }
    for (size_t i = 0; i < m->params.total; i++) {
        const double kept = fmax(-most, fmin(most, (double)gradient[i]));
        ck_assert_double_eq_tol((double)m->weights[i],
                                (double)before->weights[i] - 0.7 * 0.01 / r.norm * kept, 1e-8);
    }
    ck_assert_uint_gt(clipped, 10);
    ck_assert_double_gt(r.norm, 0.01);
    ck_assert_double_eq_tol(r.norm / sqrt(squares), 1.0, 1e-6);
    mem_free(gradient);
    window_free(w);
    window_free(own);
    model_free(m);
    model_free(before);
}
END_TEST

START_TEST(clipping_elements_hides_nothing_that_is_not_finite)
{
    float g[] = {1.0f, -3.0f, INFINITY, -INFINITY, NAN, 0.5f, -0.0f};
    optim_clip_values(N_OF(g), g, 0.75f);
    ck_assert(g[0] == 0.75f && g[1] == -0.75f && g[2] == INFINITY && g[3] == -INFINITY);
    ck_assert(isnan(g[4]) && g[5] == 0.5f && g[6] == 0.0f && signbit(g[6]));
}
END_TEST

START_TEST(a_step_that_is_not_finite_leaves_the_weights_alone)
{
    struct model *m = model_started(1), *before = model_started(1);
    float *bias = m->weights + param_find(&m->params, "decoder.bias")->offset;
    bias[V - 1] = before->weights[bias + V - 1 - m->weights] = NAN;
    ASSERT_FAILS(train(m), ST_DIVERGED, "at step 1: loss nan");
    ck_assert(same_weights(m, before));
    model_free(m);
    model_free(before);
}
END_TEST

static Suite *train_suite(void)
{
    Suite *suite = suite_create("train");
    TCase *tc = tcase_create("train");
    int optims = 0, cells = 0;
    while (cell_at((size_t)cells) != NULL)
        cells++;
    while (optim_at((size_t)optims) != NULL)
        optims++;
    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, setup, NULL);
    tcase_add_loop_test(tc, one_seed_gives_the_same_bits_with_1_2_and_3_threads, 0, optims);
    tcase_add_test(tc, another_seed_gives_other_weights);
    tcase_add_test(tc, the_loss_falls);
    tcase_add_loop_test(tc, a_run_is_its_steps_one_after_the_other, 0, optims);
    tcase_add_test(tc, samples_differ_by_their_masks_alone);
    tcase_add_loop_test(tc, all_that_regularises_has_the_same_bits_with_any_threads, 0, cells);
    tcase_add_test(tc, a_schedule_may_change_the_rate_each_step);
    tcase_add_test(tc, a_step_is_the_clipped_gradient_times_the_rate);
    tcase_add_test(tc, elements_are_clipped_before_the_norm);
    tcase_add_test(tc, clipping_elements_hides_nothing_that_is_not_finite);
    tcase_add_test(tc, a_step_that_is_not_finite_leaves_the_weights_alone);
    suite_add_tcase(suite, tc);
    return suite;
}

TAP_MAIN(train_suite())
