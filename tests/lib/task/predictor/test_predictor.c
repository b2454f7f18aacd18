/* Predictors: every kind scores the words that it said were likely, however the text is cut into
 * calls; networks as evaluation does; caches and mixtures as their formulas say. */
#include <check.h>
#include <math.h>

#include "lib/nn/neural_cache.h"
#include "lib/task/predictor/predictor.h"
#include "lib/task/use/eval.h"
#include "tests/support/model_support.h"
#include "tests/support/ngram_support.h"
#include "tests/support/tap.h"

enum { V = 30, N = 150 };

static struct ngram_sample sample;
static struct model *networks[2];
static struct ngram_built ngrams;
static const int32_t *ids;

static void setup(void)
{
    const struct model_shape shape = lstm_shape(V, 6, 6, 2);
    test_dir_make();
    make_sample(&sample, &(struct sample_form){.n = N, .V = V, .longest = 12}, 4);
    ids = sample.data;
    networks[0] = model_filled(shape, 0.9f, 1, RNG_TEST);
    networks[1] = model_filled(shape, 0.9f, 2, RNG_TEST);
    build_sample(&ngrams, &sample, 3, NULL, 1 << 20);
}

static void teardown(void)
{
    model_free(networks[0]);
    model_free(networks[1]);
    ngram_built_fini(&ngrams);
    test_dir_remove();
}

/* --- every kind --- */

static struct predictor *network(int i, double temperature, size_t window)
{
    const struct cache_settings cache = {.window = window, .theta = 0.8, .weight = 0.3};
    struct predictor *p;
    ASSERT_OK(predictor_of_network(&p, networks[i], sample.text.eos, temperature, &cache, &err));
    return p;
}

static struct predictor *of_ngrams(void)
{
    struct predictor *p;
    ASSERT_OK(predictor_of_ngrams(&p, &ngrams.model, &err));
    return p;
}

static const double weights[] = {0.5, 0.3, 0.2};

static struct predictor *several(enum predictor_mixing mixing)
{
    struct predictor *parts[] = {network(0, 1.0, 0), network(1, 1.3, 20), of_ngrams()};
    struct predictor *p;
    ASSERT_OK(predictor_of_several(&p, parts, weights, 3, mixing, &err));
    return p;
}

enum { KINDS = 7 };

static struct predictor *kind(int i)
{
    return i == 0   ? network(0, 1.0, 0)
           : i == 1 ? network(0, 0.7, 0)
           : i == 2 ? network(0, 1.0, 1)
           : i == 3 ? network(0, 1.4, 50)
           : i == 4 ? of_ngrams()
                    : several(i == 5 ? MIX_LINEAR : MIX_LOG_LINEAR);
}

/* nats of the words after the first, in one call. */
static void score_all(int i, double nats[N])
{
    struct predictor *p = kind(i);
    predictor_begin_with(p, ids[0]);
    ASSERT_OK(predictor_score(p, ids + 1, N - 1, nats, &err));
    predictor_free(p);
}

START_TEST(a_text_may_be_cut_anywhere)
{
    struct rng rng;
    double whole[N], parts[N], probabilities[V];
    score_all(_i, whole);
    for (uint64_t seed = 0; seed < 5; seed++) {
        struct predictor *p = kind(_i);
        rng_init(&rng, seed, RNG_TEST);
        predictor_begin_with(p, ids[0]);
        for (size_t at = 0, n; at < N - 1; at += n) {
            n = rng_below(&rng, 20);
            n = n < N - 1 - at ? n : N - 1 - at;
            if (rng_below(&rng, 2) == 0) /* a look ahead changes nothing */
                ASSERT_OK(predictor_next(p, probabilities, &err));
            ASSERT_OK(predictor_score(p, ids + 1 + at, n, parts + at, &err));
        }
        for (size_t i = 0; i + 1 < N; i++)
            ck_assert_msg(fabs(parts[i] - whole[i]) <= 2e-5, "word %zu: %g, %g", i, parts[i],
                          whole[i]);
        predictor_free(p);
    }
}
END_TEST

START_TEST(the_probabilities_of_all_words_add_up_to_one)
{
    double probabilities[V], nats;
    struct predictor *p = kind(_i);
    predictor_begin(p);
    for (size_t i = 0; i < N; i++) {
        double sum = 0.0;
        ASSERT_OK(predictor_next(p, probabilities, &err));
        ASSERT_OK(predictor_score(p, ids + i, 1, &nats, &err));
        for (int w = 0; w < V; w++)
            sum += probabilities[w];
        ck_assert(fabs(sum - 1.0) <= 1e-5);
        ck_assert(fabs(nats + log(probabilities[ids[i]])) <= 2e-5);
    }
    predictor_free(p);
}
END_TEST

START_TEST(a_text_that_begins_again_is_predicted_as_at_first)
{
    double first[N], again[N];
    struct predictor *p = kind(_i);
    predictor_begin(p);
    ASSERT_OK(predictor_score(p, ids, 20, first, &err));
    predictor_begin(p);
    ASSERT_OK(predictor_score(p, ids, 20, again, &err));
    const bool learns = _i == 2 || _i == 3 || _i >= 5; /* a cache keeps what it has read */
    for (size_t i = 0; i < 20; i++)
        ck_assert(learns || fabs(first[i] - again[i]) <= 1e-6);
    predictor_free(p);
}
END_TEST

/* --- formulas --- */

START_TEST(a_network_is_evaluated_as_by_evaluation)
{
    double nats[N], sum = 0.0;
    struct eval_result r;
    const struct eval_request request = {.ids = ids, .n = N, .unk = 0, .streams = 1};
    ASSERT_OK(eval_stream(&r, networks[0], &request, &err));
    score_all(0, nats);
    for (size_t i = 0; i + 1 < N; i++)
        sum += nats[i];
    ck_assert(fabs(sum - r.nats) <= 1e-5 * r.nats);
}
END_TEST

/* From the logits of a network of its own, in double. */
START_TEST(the_temperature_divides_the_logits)
{
    double nats[N];
    float logits[V];
    struct window *w = window_of(networks[0], 1, 1, WINDOW_SCORE);
    score_all(1, nats);
    for (size_t i = 0; i + 1 < N; i++) {
        double sum = 0.0;
        window_feed(w, 1, ids + i, logits);
        for (int k = 0; k < V; k++)
            sum += exp((double)logits[k] / 0.7);
        ck_assert(fabs(nats[i] - (log(sum) - (double)logits[ids[i + 1]] / 0.7)) <= 2e-5);
    }
    window_free(w);
}
END_TEST

/* The cache is one of its own. */
START_TEST(a_cache_takes_its_weight)
{
    double nats[N], plain, share;
    struct neural_cache cache;
    struct window *w = window_of(networks[0], 1, 1, WINDOW_SCORE);
    window_set_temperature(w, 1.4);
    ASSERT_OK(neural_cache_init(&cache, 6, 50, 1, &err));
    score_all(3, nats);
    for (size_t i = 0; i + 1 < N; i++) {
        window_score(w, 1, ids + i, ids + i + 1, &plain);
        neural_cache_score(&cache, 1, window_outputs(w), ids + i + 1, 0.8, &share);
        const double p = share < 0.0 ? exp(-plain) : 0.7 * exp(-plain) + 0.3 * share;
        ck_assert(fabs(nats[i] + log(p)) <= 2e-5);
    }
    neural_cache_fini(&cache);
    window_free(w);
}
END_TEST

/* The parts one by one. */
START_TEST(mixtures_are_sums_and_products)
{
    double linear[N], products[N], nats[3], p[3][V];
    struct predictor *parts[] = {network(0, 1.0, 0), network(1, 1.3, 20), of_ngrams()};
    score_all(5, linear);
    score_all(6, products);
    for (size_t k = 0; k < 3; k++)
        predictor_begin_with(parts[k], ids[0]);
    for (size_t i = 0; i + 1 < N; i++) {
        double sum = 0.0, product[V], all = 0.0;
        for (size_t k = 0; k < 3; k++) {
            ASSERT_OK(predictor_next(parts[k], p[k], &err));
            ASSERT_OK(predictor_score(parts[k], ids + i + 1, 1, &nats[k], &err));
            sum += weights[k] * exp(-nats[k]);
        }
        for (int w = 0; w < V; w++) {
            product[w] = pow(p[0][w], 0.5) * pow(p[1][w], 0.3) * pow(p[2][w], 0.2);
            all += product[w];
        }
        ck_assert(fabs(linear[i] + log(sum)) <= 2e-5);
        ck_assert(fabs(products[i] + log(product[ids[i + 1]] / all)) <= 2e-5);
    }
    for (size_t k = 0; k < 3; k++)
        predictor_free(parts[k]);
}
END_TEST

START_TEST(an_output_that_is_not_finite_is_an_error)
{
    double nats[N], probabilities[V];
    for (size_t i = 0; i < networks[0]->params.total; i++)
        networks[0]->weights[i] = 1e38f;
    struct predictor *p = network(0, 1.0, 0);
    predictor_begin(p);
    ASSERT_FAILS(predictor_score(p, ids, N, nats, &err), ST_INPUT, "not finite");
    predictor_begin(p);
    ASSERT_FAILS(predictor_next(p, probabilities, &err), ST_INPUT, "not finite");
    predictor_free(p);
    predictor_free(NULL);
}
END_TEST

static Suite *predictor_suite(void)
{
    Suite *suite = suite_create("predictor");
    TCase *tc = tcase_create("predictor");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, a_text_may_be_cut_anywhere, 0, KINDS);
    tcase_add_loop_test(tc, the_probabilities_of_all_words_add_up_to_one, 0, KINDS);
    tcase_add_loop_test(tc, a_text_that_begins_again_is_predicted_as_at_first, 0, KINDS);
    tcase_add_test(tc, a_network_is_evaluated_as_by_evaluation);
    tcase_add_test(tc, the_temperature_divides_the_logits);
    tcase_add_test(tc, a_cache_takes_its_weight);
    tcase_add_test(tc, mixtures_are_sums_and_products);
    tcase_add_test(tc, an_output_that_is_not_finite_is_an_error);
    suite_add_tcase(suite, tc);
    return suite;
}

TAP_MAIN(predictor_suite())
