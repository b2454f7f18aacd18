/* Training: the same bits for any number of threads, what the observer hears, how it ends. */
#include <math.h>

#include "lib/model/compute.h"
#include "lib/task/eval.h"
#include "lib/task/preset.h"
#include "lib/task/train.h"
#include "lib/task/train_step.h"
#include "tests/task_support.h"

enum { V = 300, H = 24, N_TRAIN = 3000, N_VALID = 400, B = 10, T = 7 };

static int32_t train_ids[N_TRAIN], valid_ids[N_VALID];
static struct train_config config;
static struct train_data data;

/* What the observer has heard. */
static struct heard {
    uint64_t windows, reports, epochs, evaluations;
    struct train_report last_window;
    struct train_report ends[16]; /* of epochs */
    volatile sig_atomic_t stop;
    uint64_t stop_at; /* windows */
    enum status report_fails;
} heard;

/* Each word follows from the one before it, three times out of four. */
static void fill_chain(int32_t *ids, size_t n, uint64_t seed)
{
    struct rng rng;
    rng_init(&rng, seed, RNG_TEST);
    ids[0] = 0;
    for (size_t i = 1; i < n; i++)
        ids[i] = rng_next(&rng) % 4 > 0 ? (ids[i - 1] * 5 + 1) % 40 : (int32_t)(rng_next(&rng) % V);
}

static void setup(void)
{
    fill_chain(train_ids, N_TRAIN, 1);
    fill_chain(valid_ids, N_VALID, 2);
    config = (struct train_config){.B = B,
                                   .T = T,
                                   .epochs = 2,
                                   .reports = 4,
                                   .dropout = 0.2,
                                   .max_grad_norm = 5.0,
                                   .seed = 1,
                                   .optim = optim_find("sgd"),
                                   .schedule = schedule_find("decay"),
                                   .rate = {.lr = 1.0, .decay = 0.5, .hold = 2}};
    data = (struct train_data){train_ids, valid_ids, N_TRAIN, N_VALID, V - 1};
    heard = (struct heard){0};
}

static void on_window(void *ctx, const struct train_report *r)
{
    struct heard *h = ctx;
    h->windows++;
    h->last_window = *r;
    h->stop = h->windows == h->stop_at;
}

static enum status on_report(void *ctx, const struct train_report *r, struct err *e)
{
    struct heard *h = ctx;
    ck_assert_double_gt(r->words_per_second, 0.0);
    h->reports++;
    return h->report_fails == ST_OK ? ST_OK : err_set(e, h->report_fails, "the log is full");
}

static void on_evaluating(void *ctx, const struct train_report *r, uint64_t done, uint64_t all)
{
    struct heard *h = ctx;
    (void)r;
    ck_assert_uint_eq(all, N_VALID - 1);
    ck_assert_uint_le(done, all);
    h->evaluations++;
}

static enum status on_epoch(void *ctx, const struct train_report *r, struct err *e)
{
    struct heard *h = ctx;
    (void)e;
    h->ends[h->epochs++] = *r;
    return ST_OK;
}

static struct train_observer observer_of(struct heard *h)
{
    return (struct train_observer){h, on_window, on_report, on_evaluating, on_epoch, &h->stop};
}

static struct model *model_started(uint64_t seed)
{
    struct model *m = model_random(V, H, 2, 0.0f, 1);
    model_initialise(m, 0.1f, seed);
    return m;
}

static enum status train(struct model *m)
{
    const struct train_observer observer = observer_of(&heard);
    return train_run(m, &config, &data, &observer, &err);
}

/* The weights that a run with these settings ends with. */
static struct model *trained(uint64_t seed, int threads)
{
    struct model *m = model_started(1);
    compute_set_threads(threads);
    config.seed = seed;
    ASSERT_OK(train(m));
    compute_set_threads(1);
    return m;
}

static bool same_weights(const struct model *a, const struct model *b)
{
    return memcmp(a->weights, b->weights, a->params.total * sizeof *a->weights) == 0;
}

START_TEST(one_seed_gives_the_same_bits_with_1_2_and_3_threads)
{
    struct model *one = trained(1, 1);
    for (int threads = 1; threads <= 3; threads++) {
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
    ck_assert_double_lt(heard.ends[0].train_perplexity, V);
    for (int i = 1; i < 4; i++)
        ck_assert_double_lt(heard.ends[i].train_perplexity, heard.ends[i - 1].train_perplexity);
    ck_assert_double_lt(heard.ends[3].valid_perplexity, heard.ends[0].valid_perplexity);
    ck_assert_double_lt(heard.ends[3].valid_perplexity, 0.15 * V);
}
END_TEST

START_TEST(the_valid_perplexity_is_that_of_eval_over_b_streams)
{
    struct model *m = trained(1, 1);
    struct eval_result r;
    const struct eval_request request = {
        .ids = valid_ids, .n = N_VALID, .unk = data.unk, .streams = B};
    ASSERT_OK(eval_stream(&r, m, &request, &err));
    ck_assert_double_eq(heard.ends[1].valid_perplexity, eval_perplexity(&r));
    model_free(m);
}
END_TEST

START_TEST(the_observer_hears_windows_words_reports_and_epochs)
{
    const uint64_t windows = (N_TRAIN / B - 1) / T;
    model_free(trained(1, 1));
    ck_assert_uint_eq(heard.windows, 2 * windows);
    ck_assert_uint_eq(heard.reports, 2 * 4);
    ck_assert_uint_eq(heard.epochs, 2);
    ck_assert_uint_ge(heard.evaluations, 2);
    for (uint64_t i = 0; i < 2; i++) {
        const struct train_report *r = &heard.ends[i];
        ck_assert_int_eq(r->epoch, (int)i + 1);
        ck_assert_int_eq(r->epochs, 2);
        ck_assert_uint_eq(r->window, windows);
        ck_assert_uint_eq(r->windows, windows);
        ck_assert_uint_eq(r->step, (i + 1) * windows);
        ck_assert_uint_eq(r->words, (i + 1) * windows * B * T);
        ck_assert_double_gt(r->grad_norm, 0.0);
        ck_assert_double_gt(r->seconds, 0.0);
        ck_assert_double_ge(r->elapsed, r->seconds);
    }
}
END_TEST

START_TEST(more_reports_than_windows_are_one_for_each_window)
{
    config.reports = 1000;
    config.epochs = 1;
    model_free(trained(1, 1));
    ck_assert_uint_eq(heard.reports, heard.windows);
}
END_TEST

START_TEST(the_rate_holds_and_then_decays_epoch_by_epoch)
{
    static const double want[] = {1.0, 1.0, 0.5, 0.25};
    config.epochs = 4;
    model_free(trained(1, 1));
    for (int i = 0; i < 4; i++)
        ck_assert_double_eq(heard.ends[i].lr, want[i]);
}
END_TEST

START_TEST(best_is_an_epoch_below_all_before_it)
{
    config.epochs = 6;
    config.rate = (struct schedule_params){.lr = 14.0, .decay = 1.0, .hold = 1};
    config.max_grad_norm = 20.0;
    config.dropout = 0.0;
    model_free(trained(1, 1));
    double best = INFINITY;
    int worse = 0;
    for (int i = 0; i < 6; i++) {
        const bool better = heard.ends[i].valid_perplexity < best;
        ck_assert_int_eq(heard.ends[i].best, better);
        best = better ? heard.ends[i].valid_perplexity : best;
        worse += !better;
    }
    ck_assert_int_gt(worse, 0);
}
END_TEST

START_TEST(without_valid_text_every_epoch_is_the_best)
{
    data.n_valid = 0;
    model_free(trained(1, 1));
    ck_assert_uint_eq(heard.evaluations, 0);
    for (int i = 0; i < 2; i++) {
        ck_assert(heard.ends[i].best);
        ck_assert_double_eq(heard.ends[i].valid_perplexity, 0.0);
    }
}
END_TEST

START_TEST(divergence_is_told_with_step_norm_and_rate)
{
    struct model *m = model_started(1);
    config.rate.lr = 1e9;
    for (int with_valid = 0; with_valid < 2; with_valid++) {
        data.n_valid = with_valid ? N_VALID : 0;
        ASSERT_FAILS(train(m), ST_DIVERGED, "diverged in epoch 1 at step ");
        ck_assert_ptr_nonnull(strstr(err.text, "gradient norm "));
        ck_assert_ptr_nonnull(strstr(err.text, "learning rate 1e+09"));
        ck_assert_uint_eq(heard.epochs, 0);
    }
    model_free(m);
}
END_TEST

START_TEST(a_step_that_is_not_finite_leaves_the_weights_alone)
{
    struct model *m = model_started(1), *before = model_started(1);
    float *bias = m->weights + m->params.items[m->decoder_bias].offset;
    bias[V - 1] = before->weights[bias + V - 1 - m->weights] = NAN;
    ASSERT_FAILS(train(m), ST_DIVERGED, "at step 1: loss nan");
    ck_assert(same_weights(m, before));
    model_free(m);
    model_free(before);
}
END_TEST

START_TEST(a_stop_flag_ends_it_before_the_next_window)
{
    struct model *m = model_started(1);
    heard.stop_at = 45;
    ASSERT_FAILS(train(m), ST_INTERRUPTED, "epoch 2 after 3 of 42 windows");
    ck_assert_uint_eq(heard.windows, 45);
    ck_assert_uint_eq(heard.last_window.step, 45);
    ck_assert_uint_eq(heard.epochs, 1);
    model_free(m);
}
END_TEST

START_TEST(a_failing_observer_ends_it)
{
    struct model *m = model_started(1);
    heard.report_fails = ST_IO;
    ASSERT_FAILS(train(m), ST_IO, "the log is full");
    ck_assert_uint_eq(heard.reports, 1);
    model_free(m);
}
END_TEST

START_TEST(an_observer_may_be_deaf)
{
    struct model *deaf = model_started(1), *heard_of = trained(1, 1);
    const struct train_observer none = {0};
    ASSERT_OK(train_run(deaf, &config, &data, &none, &err));
    ck_assert(same_weights(deaf, heard_of));
    model_free(deaf);
    model_free(heard_of);
}
END_TEST

START_TEST(a_text_without_a_window_is_refused)
{
    struct model *m = model_started(1);
    data.n_train = B * (T + 1) - 1;
    ASSERT_FAILS(train(m), ST_INPUT, "needs 80");
    model_free(m);
}
END_TEST

/* w - lr * min(1, max / norm) * g, with g from a window of its own. */
START_TEST(a_step_is_the_clipped_gradient_times_the_rate)
{
    struct model *m = model_started(1), *before = model_started(1);
    struct window *w = NULL, *own = NULL;
    const struct train_step_settings settings = {optim_find("sgd"), 0.7, 0.01};
    ASSERT_OK(window_new(&w, m, B, T, WINDOW_TRAIN, &err));
    ASSERT_OK(window_new(&own, before, B, T, WINDOW_TRAIN, &err));
    const struct train_step_result r = train_step(m, w, train_ids, train_ids + 1, NULL, &settings);
    ck_assert_double_eq(window_train(own, train_ids, train_ids + 1, NULL), r.nats);
    const struct gradient *g = window_gradient(own);
    bool in_text[V] = {false};
    for (size_t i = 0; i < g->n_rows; i++)
        in_text[g->rows[i]] = true;
    double squares = 0.0;
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < m->params.total; i++) {
            const double gi = i < V * H && !in_text[i / H] ? 0.0 : (double)g->block[i];
            if (pass == 0)
                squares += gi * gi;
            else
                ck_assert_double_eq_tol((double)m->weights[i],
                                        (double)before->weights[i] - 0.7 * 0.01 / r.norm * gi,
                                        1e-8);
        }
    ck_assert_double_gt(r.norm, 0.01);
    ck_assert_double_eq_tol(r.norm / sqrt(squares), 1.0, 1e-9);
    window_free(w);
    window_free(own);
    model_free(m);
    model_free(before);
}
END_TEST

/* ptb_word_lm.py: SmallConfig, MediumConfig, LargeConfig. */
START_TEST(the_presets_are_the_tutorials)
{
    const struct preset *small = preset_find("small"), *medium = preset_find("medium"),
                        *large = preset_find("large");
    ck_assert(small->hidden == 200 && small->steps == 20 && small->epochs == 13);
    ck_assert(small->hold == 4 && small->init_scale == 0.1 && small->dropout == 0.0);
    ck_assert(medium->hidden == 650 && medium->steps == 35 && medium->epochs == 39);
    ck_assert(medium->hold == 6 && medium->lr_decay == 0.8 && medium->dropout == 0.5);
    ck_assert(large->hidden == 1500 && large->max_grad_norm == 10.0 && large->epochs == 55);
    ck_assert(large->hold == 14 && large->dropout == 0.65);
    ck_assert_ptr_null(preset_find("tiny"));
    for (size_t i = 0; preset_at(i) != NULL; i++) {
        ck_assert_int_eq(preset_at(i)->batch, 20);
        ck_assert_ptr_eq(preset_find(preset_at(i)->name), preset_at(i));
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("train");
    TCase *tc = tcase_create("train");
    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, setup, NULL);
    tcase_add_test(tc, one_seed_gives_the_same_bits_with_1_2_and_3_threads);
    tcase_add_test(tc, another_seed_gives_other_weights);
    tcase_add_test(tc, the_loss_falls);
    tcase_add_test(tc, the_valid_perplexity_is_that_of_eval_over_b_streams);
    tcase_add_test(tc, the_observer_hears_windows_words_reports_and_epochs);
    tcase_add_test(tc, more_reports_than_windows_are_one_for_each_window);
    tcase_add_test(tc, the_rate_holds_and_then_decays_epoch_by_epoch);
    tcase_add_test(tc, best_is_an_epoch_below_all_before_it);
    tcase_add_test(tc, without_valid_text_every_epoch_is_the_best);
    tcase_add_test(tc, divergence_is_told_with_step_norm_and_rate);
    tcase_add_test(tc, a_step_that_is_not_finite_leaves_the_weights_alone);
    tcase_add_test(tc, a_stop_flag_ends_it_before_the_next_window);
    tcase_add_test(tc, a_failing_observer_ends_it);
    tcase_add_test(tc, an_observer_may_be_deaf);
    tcase_add_test(tc, a_text_without_a_window_is_refused);
    tcase_add_test(tc, a_step_is_the_clipped_gradient_times_the_rate);
    tcase_add_test(tc, the_presets_are_the_tutorials);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
