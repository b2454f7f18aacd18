/* What training does to the weights: the same bits for any number of threads, step by step what the
 * definition says. */
#include <math.h>

#include "lib/kern/gemm.h"
#include "lib/task/data/batch.h"
#include "lib/task/train/plan.h"
#include "lib/task/train/train_step.h"
#include "tests/support/model_support.h"
#include "tests/support/train_support.h"

static void choose_optim(int i)
{
    config.optim = optim_at((size_t)i);
    config.optim_settings = config.optim->defaults;
    config.rate.lr = config.optim->lr > 0.0 ? config.optim->lr : 1.0;
}

/* One seed gives the same weights whatever the threads. */
static void check_threads(void)
{
    struct model *one = trained(1, 1);
    for (int threads = 1; threads <= (gemm_ignores_threads() ? 3 : 1); threads++) {
        struct model *other = trained(1, threads);
        ck_assert_msg(same_weights(one, other), "%d threads give other weights", threads);
        model_free(other);
    }
    model_free(one);
}

START_TEST(one_seed_gives_the_same_bits_with_1_2_and_3_threads)
{
    choose_optim(_i);
    check_threads();
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
    check_threads();
}
END_TEST

START_TEST(a_stretched_run_has_the_same_bits_with_any_threads)
{
    regularise();
    config.random_steps = config.shuffle_streams = true;
    config.zero_state = 0.1;
    config.schedule = schedule_find("cosine");
    model_free(trained(1, 1));
    config.flops = 0.7 * heard.end.flops;
    config.epochs = 3;
    check_threads();
    ck_assert_double_le(heard.end.flops, 1.1 * config.flops);
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
        nats += train_step(m, w, &(struct train_input){.x = x, .y = y, .T = T, .share = 1.0}, &d,
                           &settings)
                    .nats;
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

/* Windows ------------------------------------------------------------------------ */

static struct task_feed opened_feed(void)
{
    const struct task_feed_settings how = {.B = config.B,
                                           .T = config.T,
                                           .random_steps = config.random_steps,
                                           .shuffle_streams = config.shuffle_streams,
                                           .seed = 3};
    struct task_feed feed;
    ASSERT_OK(task_language_model.open(&feed, &data.train, &how, &err));
    return feed;
}

/* In each epoch they tile the text, as many as they are said to be, and are not those of another.
 */
START_TEST(windows_of_random_length_tile_the_text)
{
    config.T = 30;
    config.random_steps = true;
    struct task_feed feed = opened_feed();
    struct train_input input;
    size_t first[2] = {0};
    for (int epoch = 1; epoch <= 2; epoch++) {
        size_t at = 0;
        uint64_t n = 0;
        task_language_model.seek(&feed, epoch, 0);
        for (; task_language_model.next(&feed, &input); at += input.T, n++) {
            ck_assert_uint_le(input.T, 50);
            ck_assert(input.share == (double)input.T / 30.0);
            for (size_t t = 0; t < input.T; t++)
                for (size_t b = 0; b < B; b++) {
                    const int32_t *want = train_ids + b * (N_TRAIN / B) + at + t;
                    ck_assert_int_eq(input.x[t * B + b], want[0]);
                    ck_assert_int_eq(input.y[t * B + b], want[1]);
                }
            first[epoch - 1] = n == 2 ? at : first[epoch - 1];
        }
        ck_assert_uint_eq(at, N_TRAIN / B - 1);
        ck_assert_uint_eq(n, task_language_model.windows(&feed, epoch));
    }
    ck_assert_uint_ne(first[0], first[1]);
    task_language_model.close(&feed);
}
END_TEST

/* Of lengths: the mean of 0.95 N(30, 5) + 0.05 N(15, 5), floored, is 28.75. */
START_TEST(random_lengths_have_their_mean)
{
    struct task_split all = {.ids = train_ids, .n = N_TRAIN};
    const struct task_feed_settings how = {.B = 1, .T = 30, .random_steps = true, .seed = 4};
    struct task_feed feed;
    double windows = 0.0;
    ASSERT_OK(task_language_model.open(&feed, &all, &how, &err));
    for (int epoch = 1; epoch <= 100; epoch++)
        windows += (double)task_language_model.windows(&feed, epoch);
    /* the last window of an epoch is cut by half on the average */
    ASSERT_NEAR((N_TRAIN - 1) * 100.0 / (windows - 50.0), 28.75, 0.3);
    task_language_model.close(&feed);
}
END_TEST

START_TEST(shuffled_streams_are_rotated)
{
    enum { LEN = N_TRAIN / B };
    config.shuffle_streams = true;
    struct task_feed feed = opened_feed();
    struct train_input input;
    size_t moved[2][B];
    for (int epoch = 1; epoch <= 2; epoch++) {
        task_language_model.seek(&feed, epoch, 0);
        ck_assert(task_language_model.next(&feed, &input));
        for (size_t b = 0; b < B; b++) {
            const int32_t *row = train_ids + b * LEN;
            size_t offset = 0;
            bool same = false;
            for (; offset < LEN && !same; offset++) {
                same = true;
                for (size_t t = 0; t < T; t++)
                    same = same && input.x[t * B + b] == row[(offset + t) % LEN] &&
                           input.y[t * B + b] == row[(offset + t + 1) % LEN];
            }
            ck_assert(same);
            moved[epoch - 1][b] = offset;
        }
    }
    ck_assert_mem_ne(moved[0], moved[1], sizeof moved[0]);
    task_language_model.close(&feed);
}
END_TEST

static bool same_as_carried(double zero_state)
{
    config.zero_state = 0.0;
    struct model *carries = trained(1, 1);
    config.zero_state = zero_state;
    struct model *forgets = trained(1, 1);
    const bool same = same_weights(carries, forgets);
    model_free(carries);
    model_free(forgets);
    return same;
}

/* A state is forgotten as often as the probability says, and in the first window there is none. */
START_TEST(a_state_is_forgotten_with_its_probability)
{
    ck_assert(same_as_carried(1e-9));
    ck_assert(!same_as_carried(0.01));
    ck_assert(!same_as_carried(0.99));
    config.epochs = 1;
    config.max_steps = 1;
    ck_assert(same_as_carried(0.99));
}
END_TEST

/* Budgets ------------------------------------------------------------------------ */

/* One epoch and a half, of four that would be trained. */
START_TEST(a_run_ends_with_its_budget_and_so_does_its_schedule)
{
    struct model *m = model_started(1);
    config.epochs = 4;
    config.schedule = schedule_find("linear");
    config.rate = (struct schedule_settings){.lr = 1.0};
    const uint64_t windows = N_TRAIN / B / T;
    const double epoch = 6.0 * model_macs(m) * (double)(windows * B * T);
    config.flops = 1.5 * epoch;
    ASSERT_OK(train(m));
    const struct train_report *r = &heard.last_window;
    ck_assert_uint_eq(r->step, windows + windows / 2);
    ck_assert_uint_eq(r->last_step, r->step);
    ASSERT_NEAR(r->flops, config.flops, epoch / (double)windows);
    ASSERT_NEAR(r->lr, 1.0 / (double)r->step, 1e-9);
    ck_assert_uint_eq(heard.epochs, 2); /* evaluated after the first and at the end */
    model_free(m);
}
END_TEST

/* The tutorial's epochs are those of the budget: 4 in the time of 2. */
START_TEST(a_schedule_of_epochs_is_stretched)
{
    struct model *m = model_started(1);
    config.epochs = 4;
    config.rate = (struct schedule_settings){.lr = 1.0, .decay = 0.5, .hold = 1};
    config.flops = 6.0 * model_macs(m) * 2.0 * (double)(N_TRAIN / B / T * B * T) * 1.0001;
    ASSERT_OK(train(m));
    ck_assert(heard.ends[0].lr == 0.5 && heard.ends[1].lr == 0.125);
    model_free(m);
}
END_TEST

/* No budget is spent by a run that its epochs end. */
START_TEST(epochs_end_a_run_whose_budget_allows_for_more)
{
    struct model *m = model_started(1);
    struct train_state s;
    ASSERT_OK(
        train_state_init(&s, m, B, config.optim, &config.optim_settings, config.metric, &err));
    config.flops = 1e30;
    s.ended = true;
    s.report = (struct train_report){.epoch = config.epochs, .step = 20};
    s.plan = plan_even(20, false);
    ck_assert_int_eq(train_find_end(&s, &config), TRAIN_EPOCHS);
    s.report.epoch = 1;
    ck_assert_int_eq(train_find_end(&s, &config), TRAIN_BUDGET);
    train_state_fini(&s);
    model_free(m);
}
END_TEST

static uint64_t counted;

static uint64_t count_windows(const struct task_feed *feed, int epoch)
{
    counted++;
    return task_language_model.windows(feed, epoch);
}

/* Each count of random windows draws them all: those of all epochs are counted once, and not at
 * each report. */
START_TEST(windows_are_counted_once)
{
    struct task_ops counting = task_language_model;
    counting.windows = count_windows;
    counted = 0;
    config.task = &counting;
    config.epochs = 1000;
    config.random_steps = true;
    config.minutes = 0.2 / 60.0;
    model_free(trained(1, 1));
    ck_assert_uint_gt(heard.reports, 1);
    ck_assert_uint_le(counted, 1000 + 1 + (uint64_t)heard.end.epoch);
}
END_TEST

START_TEST(a_run_ends_in_time)
{
    config.epochs = 100000;
    config.minutes = 0.5 / 60.0;
    model_free(trained(1, 1));
    ck_assert_double_lt(heard.end.elapsed, 20.0);
    ck_assert_uint_eq(heard.end.step, heard.end.last_step);
    ck_assert(heard.end.validated);
}
END_TEST

/* A window of 3 steps instead of 6: the gradient is that of 6, and the rate half as great. */
START_TEST(a_short_window_takes_a_short_step)
{
    enum { USUAL = 6, SHORT = 3 };
    struct model *m = model_started(1), *before = model_started(1);
    struct window *w = window_of(m, B, USUAL, WINDOW_TRAIN),
                  *own = window_of(before, B, SHORT, WINDOW_TRAIN);
    const struct train_step_settings settings = {.optim = &optim_sgd,
                                                 .optim_settings = &optim_sgd.defaults,
                                                 .lr = 0.7,
                                                 .max_grad_norm = 1e9};
    const struct train_input input = {.x = train_ids, .y = train_ids + 1, .T = SHORT, .share = 0.5};
    const struct train_step_result r = train_step(m, w, &input, NULL, &settings);
    ck_assert_double_eq(window_train(own, train_ids, train_ids + 1, NULL), r.nats);
    float *gradient = whole_gradient(own, before);
    double squares = 0.0;
    for (size_t i = 0; i < m->params.total; i++) {
        const double gi = 2.0 * (double)gradient[i];
        squares += gi * gi;
        ck_assert_double_eq_tol((double)m->weights[i], (double)before->weights[i] - 0.7 * 0.5 * gi,
                                1e-7);
    }
    ck_assert_double_eq_tol(r.norm / sqrt(squares), 1.0, 1e-6);
    mem_free(gradient);
    window_free(w);
    window_free(own);
    model_free(m);
    model_free(before);
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

/* A step is w - lr * min(1, max / norm) * g, with g from a window of its own, whose elements are
 * clipped to [-most, most] first, and norm that of those. Returns how many were clipped. */
static size_t check_step(double most)
{
    struct model *m = model_started(1), *before = model_started(1);
    struct window *w = window_of(m, B, T, WINDOW_TRAIN),
                  *own = window_of(before, B, T, WINDOW_TRAIN);
    const struct train_step_settings settings = {.optim = &optim_sgd,
                                                 .optim_settings = &optim_sgd.defaults,
                                                 .lr = 0.7,
                                                 .max_grad_norm = 0.01,
                                                 .clip_value = isfinite(most) ? most : 0.0,
                                                 .step = 1};
    const struct train_input input = {.x = train_ids, .y = train_ids + 1, .T = T, .share = 1.0};
    const struct train_step_result r = train_step(m, w, &input, NULL, &settings);
    ck_assert_double_eq(window_train(own, train_ids, train_ids + 1, NULL), r.nats);
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
    ck_assert_double_gt(r.norm, 0.01);
    ck_assert_double_eq_tol(r.norm / sqrt(squares), 1.0, 1e-7);
    mem_free(gradient);
    window_free(w);
    window_free(own);
    model_free(m);
    model_free(before);
    return clipped;
}

START_TEST(a_step_is_the_clipped_gradient_times_the_rate)
{
    ck_assert_uint_eq(check_step((double)INFINITY), 0);
}
END_TEST

START_TEST(elements_are_clipped_before_the_norm)
{
    ck_assert_uint_gt(check_step(2e-3), 10);
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
    tcase_add_test(tc, windows_of_random_length_tile_the_text);
    tcase_add_test(tc, random_lengths_have_their_mean);
    tcase_add_test(tc, shuffled_streams_are_rotated);
    tcase_add_test(tc, a_state_is_forgotten_with_its_probability);
    tcase_add_test(tc, a_stretched_run_has_the_same_bits_with_any_threads);
    tcase_add_test(tc, a_run_ends_with_its_budget_and_so_does_its_schedule);
    tcase_add_test(tc, a_schedule_of_epochs_is_stretched);
    tcase_add_test(tc, epochs_end_a_run_whose_budget_allows_for_more);
    tcase_add_test(tc, a_run_ends_in_time);
    tcase_add_test(tc, windows_are_counted_once);
    tcase_add_test(tc, a_short_window_takes_a_short_step);
    tcase_add_test(tc, a_schedule_may_change_the_rate_each_step);
    tcase_add_test(tc, a_step_is_the_clipped_gradient_times_the_rate);
    tcase_add_test(tc, elements_are_clipped_before_the_norm);
    tcase_add_test(tc, clipping_elements_hides_nothing_that_is_not_finite);
    tcase_add_test(tc, a_step_that_is_not_finite_leaves_the_weights_alone);
    suite_add_tcase(suite, tc);
    return suite;
}

TAP_MAIN(train_suite())
