/* Models of n-grams: what they say of every word, after histories that the text has and others, is
 * what the definition of their smoothing gives. */
#include <math.h>

#include "tests/support/ngram_oracle.h"
#include "tests/support/ngram_support.h"
#include "tests/support/tap.h"

static const uint64_t keep_all[NGRAM_MAX];
static struct ngram_sample sample;
static struct ngram_oracle oracle;

/* Comparisons are written so that NaN fails. */
static bool is_near(double got, double want)
{
    return fabs(got - want) <= 1e-5 * want;
}

static void assert_says(const struct ngram *m, const struct ngram_walk *at, uint32_t w, double want)
{
    int used;
    const double p = exp(ngram_score(m, &at->state, (int32_t)w, NULL, &used));
    if (!is_near(p, want))
        ck_abort_msg("word %u after %d words: %.9g, expected %.9g", w, at->n, p, want);
    if (used != oracle_used(&oracle, at->words, at->n, w))
        ck_abort_msg("word %u after %d words is of order %d", w, at->n, used);
}

/* ngram_score_all adds floats where ngram_score adds doubles. */
static void assert_says_all(const struct ngram *m, const struct ngram_walk *at)
{
    float log_p[ORACLE_V_MAX];
    double sum = 0.0;
    ngram_score_all(m, &at->state, log_p);
    for (size_t w = 0; w < m->V; w++) {
        const double one = ngram_score(m, &at->state, (int32_t)w, NULL, NULL);
        if (!(fabs((double)log_p[w] - one) <= 1e-6 * (1.0 + fabs(one))))
            ck_abort_msg("word %zu: %.9g, alone %.9g", w, (double)log_p[w], one);
        sum += exp((double)log_p[w]);
    }
    if (!is_near(sum, 1.0))
        ck_abort_msg("the sum after %d words is %.9g", at->n, sum);
}

static void assert_is_defined(const struct ngram *m, const struct ngram_walk *at)
{
    double want[ORACLE_V_MAX];
    oracle_predict(&oracle, at->words, at->n, want);
    for (uint32_t w = 0; w < m->V; w++)
        assert_says(m, at, w, want[w]);
    assert_says_all(m, at);
}

/* Along the text, then among all words at random. */
static void walk_everywhere(const struct ngram *m, int n_random)
{
    struct ngram_walk at = walk_begin(m);
    struct rng rng;
    rng_init(&rng, 1, RNG_TEST);
    assert_is_defined(m, &at);
    for (size_t i = 0; i < sample.ids.n; i++) {
        walk_on(&at, m, sample.data[i]);
        assert_is_defined(m, &at);
    }
    for (int i = 0; i < n_random; i++) {
        walk_on(&at, m, (int32_t)rng_below(&rng, m->V));
        assert_is_defined(m, &at);
    }
}

static uint64_t count_left_out(int n)
{
    uint64_t left_out = 0;
    for (size_t i = 0; i < oracle.n[n - 1]; i++)
        left_out += !oracle.of[n - 1][i].kept;
    return left_out;
}

static void assert_facts(const struct ngram_built *b)
{
    for (int n = 1; n <= oracle.order; n++) {
        const struct ngram_discounts *d = &b->discounts[n - 1];
        ck_assert_int_eq(d->assumed, oracle.assumed[n - 1]);
        for (int k = 0; k <= 3; k++)
            ck_assert(fabs(d->off[k] - oracle.off[n - 1][k]) <= 1e-12);
        ck_assert_uint_eq(b->left_out[n - 1], count_left_out(n));
        const uint64_t kept = oracle.n[n - 1] - count_left_out(n);
        ck_assert_uint_eq(b->model.of[n - 1].n, n == 1 ? b->model.V : kept);
    }
}

/* The model of the sample is the one of the definition. */
static void assert_model(int order, const uint64_t *least, int n_random)
{
    struct ngram_built b;
    oracle_make(&oracle, &sample.text, order, least);
    build_sample(&b, &sample, order, least, 0);
    assert_facts(&b);
    walk_everywhere(&b.model, n_random);
    ngram_built_fini(&b);
}

/* Texts at random; some are too small for discounts of their own, others are not. */
START_TEST(a_model_is_what_the_definition_gives)
{
    const struct sample_form form = {.n = 40 + 20 * (size_t)(_i % 5),
                                     .V = 5 + 7 * (size_t)_i % 26,
                                     .longest = 12 - 5 * (_i % 2)};
    make_sample(&sample, &form, (uint64_t)_i);
    assert_model(_i % NGRAM_MAX + 1, keep_all, 40);
}
END_TEST

/* Enough n-grams of each count. */
START_TEST(a_model_with_estimated_discounts_is_what_the_definition_gives)
{
    make_sample(&sample, &(struct sample_form){.n = 500, .V = 10, .longest = 8}, 1);
    assert_model(4, keep_all, 100);
    for (int n = 2; n <= 4; n++)
        ck_assert(!oracle.assumed[n - 1]);
}
END_TEST

/* 0 is eos. */
START_TEST(odd_texts_are_what_the_definition_gives)
{
    static const struct {
        size_t n, V;
        int32_t ids[12];
    } cases[] = {
        {1, 1, {0}},
        {1, 5, {0}},
        {3, 2, {0, 0, 0}},
        {1, 5, {1}},
        {2, 5, {1, 0}},
        {2, 2, {1, 1}},
        {4, 3, {1, 0, 2, 0}},
        {5, 3, {0, 0, 1, 0, 0}},
        {4, 2, {1, 1, 1}},
        {3, 4, {1, 2, 1}},
        {6, 3, {1, 2, 0, 1, 2}},
        {8, 3, {0, 1, 0, 0, 1, 1}},
        {12, 2, {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}},
    };
    for (int order = 1; order <= 6; order++) {
        sample.ids = (struct ids){.data = sample.data, .n = cases[_i].n};
        sample.text = (struct ngram_text){&sample.ids, cases[_i].V, 0};
        memcpy(sample.data, cases[_i].ids, cases[_i].n * sizeof *sample.data);
        assert_model(order, keep_all, 30);
    }
}
END_TEST

/* From the beginning of a sentence, and from a place within one. */
START_TEST(all_histories_have_what_the_definition_gives)
{
    struct ngram_built b;
    make_sample(&sample, &(struct sample_form){.n = 60, .V = 8, .longest = 6}, 9);
    oracle_make(&oracle, &sample.text, 3, keep_all);
    build_sample(&b, &sample, 3, NULL, 0);
    for (int32_t i = 0; i < 9 * 9 * 2; i++) {
        const int32_t words[] = {_i, i / 9 % 9, i % 9};
        struct ngram_walk at = walk_begin(&b.model);
        for (int k = i / 81; k < 3; k++)
            if (words[k] < 8) /* 8 stands for no word */
                walk_on(&at, &b.model, words[k]);
        assert_is_defined(&b.model, &at);
    }
    ngram_built_fini(&b);
}
END_TEST

START_TEST(a_model_without_rare_ngrams_is_what_the_definition_gives)
{
    struct rng rng;
    uint64_t least[NGRAM_MAX] = {100}; /* order 1 is always whole */
    const struct sample_form form = {
        .n = 60 + 20 * (size_t)(_i % 4), .V = 5 + 5 * (size_t)_i % 13, .longest = 10};
    rng_init(&rng, (uint64_t)_i, RNG_TEST);
    make_sample(&sample, &form, (uint64_t)_i + 1000);
    for (int n = 2; n <= NGRAM_MAX; n++)
        least[n - 1] = (n > 2 ? least[n - 2] : 0) + rng_below(&rng, 3);
    assert_model(_i % 5 + 2, least, 40);
}
END_TEST

START_TEST(a_model_without_any_higher_order_is_that_of_order_1)
{
    static const uint64_t least[NGRAM_MAX] = {0, UINT64_MAX, UINT64_MAX};
    struct ngram_built b;
    make_sample(&sample, &(struct sample_form){.n = 80, .V = 10, .longest = 9}, 2);
    assert_model(3, least, 20);
    build_sample(&b, &sample, 3, least, 0);
    ck_assert_uint_eq(b.model.of[1].n + b.model.of[2].n, 0);
    ngram_built_fini(&b);
}
END_TEST

/* a b c is there twice, all else once; but a b and b c have the count 1, for there is one word
 * before them. */
START_TEST(what_is_left_out_goes_by_the_text_not_by_the_count)
{
    static const int32_t ids[] = {1, 2, 3, 0, 4, 1, 2, 3, 4, 0};
    static const uint64_t least[NGRAM_MAX] = {0, 2, 2};
    static const uint32_t a_b_c[] = {1, 2, 3}, b_c[] = {2, 3};
    struct ngram_built b;
    memcpy(sample.data, ids, sizeof ids);
    sample.ids = (struct ids){.data = sample.data, .n = N_OF(ids)};
    sample.text = (struct ngram_text){&sample.ids, 5, 0};
    build_sample(&b, &sample, 3, least, 0);
    ck_assert_uint_eq(ngram_find(&b.model, a_b_c, 2), 0);
    ck_assert_uint_eq(ngram_find(&b.model, a_b_c, 3), 0);
    ck_assert_uint_eq(ngram_find(&b.model, b_c, 2), 1);
    ck_assert_uint_eq(b.model.of[1].n, 2);
    ck_assert_uint_eq(b.model.of[2].n, 1);
    ngram_built_fini(&b);
    assert_model(3, least, 50);
}
END_TEST

START_TEST(an_empty_text_is_an_error)
{
    struct ngram_counts counts;
    struct ngram_built b;
    sample.ids = (struct ids){.data = sample.data};
    sample.text = (struct ngram_text){&sample.ids, 5, 0};
    for (int order = 1; order <= NGRAM_MAX; order++) {
        ASSERT_OK(ngram_count(&counts, &sample.text, order, NULL, 0, test_file, &err));
        ASSERT_FAILS(ngram_build(&b, &counts, &sample.text, test_file, &err), ST_INPUT,
                     "the text has no words");
        ngram_built_fini(&b);
        ngram_counts_fini(&counts);
    }
}
END_TEST

START_TEST(scratch_files_that_cannot_be_made_are_an_error_that_names_their_path)
{
    struct ngram_counts counts;
    struct ngram_built b;
    const char *path = test_path("none/x");
    make_sample(&sample, &(struct sample_form){.n = 80, .V = 10, .longest = 9}, 2);
    ASSERT_OK(ngram_count(&counts, &sample.text, 2, NULL, 0, path, &err)); /* it fits in memory */
    ASSERT_FAILS(ngram_build(&b, &counts, &sample.text, path, &err), ST_IO, path);
    ngram_built_fini(&b);
    ngram_counts_fini(&counts);
    make_sample(&sample, &(struct sample_form){.n = 3000, .V = 900, .longest = 9}, 2);
    ASSERT_FAILS(ngram_count(&counts, &sample.text, 2, NULL, 0, path, &err), ST_IO, path);
    ngram_counts_fini(&counts);
}
END_TEST

static Suite *ngram_build_suite(void)
{
    Suite *s = suite_create("ngram_build");
    TCase *tc = tcase_create("ngram_build");
    tcase_add_checked_fixture(tc, test_dir_make, test_dir_remove_strictly);
    tcase_add_loop_test(tc, a_model_is_what_the_definition_gives, 0, 4 * NGRAM_MAX);
    tcase_add_test(tc, a_model_with_estimated_discounts_is_what_the_definition_gives);
    tcase_add_loop_test(tc, odd_texts_are_what_the_definition_gives, 0, 13);
    tcase_add_loop_test(tc, all_histories_have_what_the_definition_gives, 0, 9);
    tcase_add_loop_test(tc, a_model_without_rare_ngrams_is_what_the_definition_gives, 0, 20);
    tcase_add_test(tc, a_model_without_any_higher_order_is_that_of_order_1);
    tcase_add_test(tc, what_is_left_out_goes_by_the_text_not_by_the_count);
    tcase_add_test(tc, an_empty_text_is_an_error);
    tcase_add_test(tc, scratch_files_that_cannot_be_made_are_an_error_that_names_their_path);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(ngram_build_suite())
