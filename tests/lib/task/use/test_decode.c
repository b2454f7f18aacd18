/* The distribution of the next word, the filters on it, and the state behind it. */
#include <math.h>

#include "tests/support/decode_support.h"

START_TEST(the_distribution_sums_to_one_and_falls)
{
    struct candidate c[V];
    bool seen[V] = {false};
    double sum = 0.0;
    distribution(c);
    for (size_t i = 0; i < V; i++) {
        ck_assert_int_ge(c[i].id, 0);
        ck_assert_int_lt(c[i].id, V);
        ck_assert(!seen[c[i].id]);
        seen[c[i].id] = true;
        ck_assert_double_gt(c[i].p, 0.0);
        ck_assert(i == 0 || c[i - 1].p >= c[i].p);
        sum += c[i].p;
    }
    ck_assert_double_eq_tol(sum, 1.0, 1e-12);
}
END_TEST

START_TEST(the_first_of_the_distribution_are_its_likeliest)
{
    struct candidate all[V];
    const struct decode_settings plain = decode_settings_plain();
    for (size_t i = 0; i < V; i += 3) /* equally likely words among them */
        memset(m->weights + param_find(&m->params, "decoder.weight")->offset + i * m->shape.H[0], 0,
               m->shape.H[0] * sizeof *m->weights);
    distribution(all);
    struct decoder *d = decoder_of(&plain);
    for (size_t n = 1; n <= V; n++) {
        const struct candidate *c = decoder_distribution(d, n);
        double rest = 0.0;
        for (size_t i = 0; i < n; i++) {
            ck_assert_int_eq(c[i].id, all[i].id);
            ck_assert_double_eq(c[i].p, all[i].p);
        }
        for (size_t i = 0; i < V; i++)
            rest += c[i].p;
        ck_assert_double_eq_tol(rest, 1.0, 1e-12);
    }
    decoder_free(d);
}
END_TEST

START_TEST(the_distribution_is_what_scoring_says)
{
    const size_t n = sizeof context / sizeof *context;
    struct candidate c[V];
    distribution(c);
    for (size_t i = 0; i < V; i++) {
        int32_t ids[sizeof context / sizeof *context + 1];
        memcpy(ids, context, sizeof context);
        ids[n] = c[i].id;
        const double nats = nats_one_by_one(m, ids, 1, n + 1) - nats_one_by_one(m, ids, 1, n);
        ck_assert_double_eq_tol(-log(c[i].p), nats, 1e-5);
    }
}
END_TEST

START_TEST(equally_likely_words_come_by_id)
{
    struct candidate c[V];
    memset(m->weights, 0, m->params.total * sizeof *m->weights);
    float *bias = m->weights + param_find(&m->params, "decoder.bias")->offset;
    bias[30] = bias[20] = 1.0f;
    distribution(c);
    ck_assert_int_eq(c[0].id, 20);
    ck_assert_int_eq(c[1].id, 30);
    for (int i = 2; i < V; i++)
        ck_assert_int_eq(c[i].id, i < 22 ? i - 2 : i < 31 ? i - 1 : i);
}
END_TEST

START_TEST(temperature_zero_is_the_likeliest)
{
    struct candidate c[V];
    struct decode_settings settings = decode_settings_plain();
    distribution(c);
    settings.temperature = 0.0;
    struct decoder *d = decoder_of(&settings);
    for (int i = 0; i < 10; i++)
        ck_assert_int_eq(decoder_draw(d), c[0].id);
    decoder_free(d);
    settings.banned = c[0].id;
    d = decoder_of(&settings);
    ck_assert_int_eq(decoder_draw(d), c[1].id);
    decoder_free(d);
}
END_TEST

/* --- filters --- */

/* Falling numbers, some of them equal; they need not sum to 1. */
static size_t random_candidates(struct candidate c[V], uint64_t seed)
{
    struct rng rng;
    rng_init(&rng, seed, RNG_TEST);
    const size_t n = 1 + rng_next(&rng) % V;
    double p = 0.9;
    for (size_t i = 0; i < n; i++) {
        c[i] = (struct candidate){(int32_t)i, p};
        if (rng_next(&rng) % 4 > 0)
            p *= rng_uniform(&rng);
    }
    return n;
}

/* By definition: i is kept where fewer than k are before it. */
static bool keeps_top_k(const struct candidate *c, size_t n, size_t i, double k)
{
    (void)c;
    (void)n;
    return (double)i < k;
}

/* i is kept where those before it do not reach the share on their own. */
static bool keeps_top_p(const struct candidate *c, size_t n, size_t i, double share)
{
    double before = 0.0, all = 0.0;
    for (size_t j = 0; j < n; j++) {
        all += c[j].p;
        before += j < i ? c[j].p : 0.0;
    }
    return before < share * all;
}

static bool keeps_min_p(const struct candidate *c, size_t n, size_t i, double share)
{
    (void)n;
    return c[i].p >= share * c[0].p;
}

static void check_filter(const char *name, const double *values, size_t n_values,
                         bool (*keeps)(const struct candidate *, size_t, size_t, double))
{
    const struct filter_ops *filter = filter_find(name);
    for (uint64_t seed = 0; seed < 200; seed++)
        for (size_t v = 0; v < n_values; v++) {
            struct candidate c[V];
            const size_t n = random_candidates(c, seed);
            size_t kept = n;
            filter->apply(c, &kept, values[v]);
            ck_assert_uint_ge(kept, 1);
            for (size_t i = 0; i < n; i++)
                ck_assert_int_eq(i < kept, keeps(c, n, i, values[v]));
        }
}

START_TEST(each_filter_keeps_what_its_definition_says)
{
    static const double ks[] = {1, 2, 5, V - 1, V, 1e6};
    static const double ps[] = {1e-6, 0.1, 0.5, 0.9, 0.999};
    static const double mins[] = {1e-6, 0.05, 0.3, 0.99, 1.0};
    check_filter("top-k", ks, 6, keeps_top_k);
    check_filter("top-p", ps, 5, keeps_top_p);
    check_filter("min-p", mins, 5, keeps_min_p);
}
END_TEST

/* --- state --- */

static void draw_words(uint64_t seed, int32_t *words, size_t n)
{
    struct decode_settings settings = decode_settings_plain();
    settings.seed = seed;
    struct decoder *d = decoder_of(&settings);
    for (size_t i = 0; i < n; i++) {
        words[i] = decoder_draw(d);
        decoder_feed(d, &words[i], 1);
    }
    decoder_free(d);
}

START_TEST(one_seed_gives_the_same_words_another_others)
{
    int32_t a[100], b[100], c[100];
    draw_words(1, a, 100);
    draw_words(1, b, 100);
    draw_words(2, c, 100);
    ck_assert_mem_eq(a, b, sizeof a);
    ck_assert_mem_ne(a, c, sizeof a);
}
END_TEST

START_TEST(words_fed_at_once_are_words_fed_one_by_one)
{
    enum { N = 75 };
    int32_t ids[N];
    double p[V];
    const struct decode_settings plain = decode_settings_plain();
    struct decoder *once = NULL, *single = NULL;
    fill_random_ids(ids, N, V, 3);
    ASSERT_OK(decoder_new(&once, m, &plain, &err));
    ASSERT_OK(decoder_new(&single, m, &plain, &err));
    decoder_feed(once, ids, N);
    for (size_t i = 0; i < N; i++)
        decoder_feed(single, ids + i, 1);
    const struct candidate *c = decoder_distribution(once, V);
    for (size_t i = 0; i < V; i++)
        p[c[i].id] = c[i].p;
    c = decoder_distribution(single, V);
    for (size_t i = 0; i < V; i++)
        ck_assert_double_eq_tol(c[i].p / p[c[i].id], 1.0, 1e-5);
    decoder_free(once);
    decoder_free(single);
}
END_TEST

START_TEST(a_reset_forgets_what_was_read)
{
    struct candidate want[V];
    const struct decode_settings plain = decode_settings_plain();
    struct decoder *d = decoder_of(&plain);
    distribution(want);
    decoder_feed(d, context, 3);
    decoder_reset(d);
    decoder_feed(d, context, sizeof context / sizeof *context);
    const struct candidate *c = decoder_distribution(d, V);
    for (size_t i = 0; i < V; i++) {
        ck_assert_int_eq(c[i].id, want[i].id);
        ck_assert_double_eq(c[i].p, want[i].p);
    }
    decoder_free(d);
}
END_TEST

static Suite *decode_suite(void)
{
    Suite *suite = suite_create("decode");
    TCase *tc = tcase_create("decode");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, the_distribution_sums_to_one_and_falls);
    tcase_add_test(tc, the_first_of_the_distribution_are_its_likeliest);
    tcase_add_test(tc, the_distribution_is_what_scoring_says);
    tcase_add_test(tc, equally_likely_words_come_by_id);
    tcase_add_test(tc, temperature_zero_is_the_likeliest);
    tcase_add_test(tc, each_filter_keeps_what_its_definition_says);
    tcase_add_test(tc, one_seed_gives_the_same_words_another_others);
    tcase_add_test(tc, words_fed_at_once_are_words_fed_one_by_one);
    tcase_add_test(tc, a_reset_forgets_what_was_read);
    suite_add_tcase(suite, tc);
    return suite;
}

TAP_MAIN(decode_suite())
