/* Words are drawn as often as their probabilities say: chi-square tests with fixed seeds. */
#include <math.h>

#include "tests/support/decode_support.h"

enum { DRAWS = 20000 };

/* Draws behind the context, and counts them. */
static void count_draws(const struct decode_settings *settings, uint64_t counts[V])
{
    struct decoder *d = decoder_of(settings);
    memset(counts, 0, V * sizeof *counts);
    for (int i = 0; i < DRAWS; i++)
        counts[decoder_draw(d)]++;
    decoder_free(d);
}

/* The chi-square value that k degrees of freedom pass with probability 1e-6, by Wilson and
 * Hilferty (1931); 4.7534 is the same point of the normal distribution. */
static double chi_square_limit(double k)
{
    const double a = 2.0 / (9.0 * k);
    return k * pow(1.0 - a + 4.7534 * sqrt(a), 3.0);
}

/* Pearson's test of the counts against probabilities by id; words expected fewer than five times
 * are one cell, and what cannot come must not come. */
static void check_frequencies(const uint64_t counts[V], const double p[V])
{
    double chi = 0.0, rest_expected = 0.0, rest = 0.0, cells = 0.0;
    for (size_t i = 0; i < V; i++) {
        const double expected = DRAWS * p[i], got = (double)counts[i];
        ck_assert(p[i] > 0.0 || counts[i] == 0);
        if (expected < 5.0) {
            rest_expected += expected;
            rest += got;
            continue;
        }
        chi += (got - expected) * (got - expected) / expected;
        cells++;
    }
    if (rest_expected > 0.0) {
        chi += (rest - rest_expected) * (rest - rest_expected) / rest_expected;
        cells++;
    }
    ck_assert_double_ge(cells, 2.0);
    ck_assert_msg(chi < chi_square_limit(cells - 1.0), "chi-square %g of %g cells", chi, cells);
}

/* Probabilities by id of c[0..n), to the power of 1 / temperature and made to sum to 1. */
static void normalise(const struct candidate *c, size_t n, double temperature, double p[V])
{
    double sum = 0.0;
    for (size_t i = 0; i < V; i++)
        p[i] = 0.0;
    for (size_t i = 0; i < n; i++) {
        p[c[i].id] = pow(c[i].p, 1.0 / temperature);
        sum += p[c[i].id];
    }
    for (size_t i = 0; i < V; i++)
        p[i] /= sum;
}

static const uint64_t seeds[] = {1, 2, 20260101};

static void check_draws(struct decode_settings settings, const double p[V])
{
    uint64_t counts[V];
    for (size_t i = 0; i < sizeof seeds / sizeof *seeds; i++) {
        settings.seed = seeds[i];
        count_draws(&settings, counts);
        check_frequencies(counts, p);
    }
}

START_TEST(frequencies_are_those_of_the_distribution)
{
    struct candidate c[V];
    double p[V];
    distribution(c);
    normalise(c, V, 1.0, p);
    check_draws(decode_settings_plain(), p);
}
END_TEST

START_TEST(frequencies_follow_the_temperature)
{
    static const double temperatures[] = {0.5, 3.0};
    struct candidate c[V];
    double p[V];
    distribution(c);
    for (size_t i = 0; i < 2; i++) {
        struct decode_settings settings = decode_settings_plain();
        settings.temperature = temperatures[i];
        normalise(c, V, temperatures[i], p);
        check_draws(settings, p);
    }
}
END_TEST

START_TEST(frequencies_under_a_filter_are_those_of_what_is_kept)
{
    static const struct {
        const char *name;
        double value;
    } cases[] = {{"top-k", 5.0}, {"top-p", 0.8}, {"min-p", 0.2}};
    struct candidate c[V];
    double p[V];
    distribution(c);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct decode_settings settings = decode_settings_plain();
        size_t n = V;
        decode_settings_filter(&settings, cases[i].name, cases[i].value);
        filter_find(cases[i].name)->apply(c, &n, cases[i].value);
        ck_assert_uint_lt(n, V);
        normalise(c, n, 1.0, p);
        check_draws(settings, p);
    }
}
END_TEST

START_TEST(a_banned_word_is_never_drawn_and_the_others_share_its_part)
{
    struct candidate c[V];
    double p[V];
    struct decode_settings settings = decode_settings_plain();
    distribution(c);
    settings.banned = c[0].id;
    normalise(c + 1, V - 1, 1.0, p);
    check_draws(settings, p);
    decode_settings_filter(&settings, "top-k", 1.0);
    struct decoder *d = decoder_of(&settings);
    ck_assert_int_eq(decoder_draw(d), c[1].id);
    decoder_free(d);
}
END_TEST

static Suite *sample_suite(void)
{
    Suite *suite = suite_create("sample");
    TCase *tc = tcase_create("sample");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, frequencies_are_those_of_the_distribution);
    tcase_add_test(tc, frequencies_follow_the_temperature);
    tcase_add_test(tc, frequencies_under_a_filter_are_those_of_what_is_kept);
    tcase_add_test(tc, a_banned_word_is_never_drawn_and_the_others_share_its_part);
    suite_add_tcase(suite, tc);
    return suite;
}

TAP_MAIN(sample_suite())
