/* The continuous cache, against its formula in double over a list of all that was read. */
#include <check.h>
#include <math.h>

#include "lib/base/rng.h"
#include "lib/nn/neural_cache.h"
#include "tests/support/err_support.h"
#include "tests/support/tap.h"

enum { H = 7, V = 5, N = 300, T = 16 };

static float h[N][H];
static int32_t words[N];

static void setup(void)
{
    struct rng rng;
    rng_init(&rng, 1, RNG_TEST);
    for (int i = 0; i < N; i++) {
        words[i] = (int32_t)(rng_next(&rng) % V);
        for (int k = 0; k < H; k++)
            h[i][k] = (float)(rng_next(&rng) % 2001) / 1000.0f - 1.0f;
    }
}

/* p(w | state of step t), of the `window` words before it; -1 where there are none. */
static double oracle(int t, int window, double theta, int32_t w)
{
    double sum = 0.0, of_w = 0.0;
    for (int i = t > window ? t - window : 0; i < t; i++) {
        double dot = 0.0;
        for (int k = 0; k < H; k++)
            dot += (double)h[t][k] * (double)h[i][k];
        sum += exp(theta * dot);
        of_w += words[i] == w ? exp(theta * dot) : 0.0;
    }
    return t > 0 ? of_w / sum : -1.0;
}

static const int windows[] = {1, 2, 15, 16, 17, 100, 1000};

/* In calls of 1 to T steps. */
START_TEST(words_have_the_shares_of_the_formula)
{
    struct neural_cache c;
    struct rng rng;
    double p[T], theta = _i % 2 == 0 ? 0.3 : 2.0;
    const int window = windows[_i];
    rng_init(&rng, (uint64_t)_i, RNG_TEST);
    ASSERT_OK(neural_cache_init(&c, H, (size_t)window, T, &err));
    for (int at = 0, steps; at < N; at += steps) {
        steps = 1 + (int)(rng_next(&rng) % T);
        steps = steps < N - at ? steps : N - at;
        neural_cache_score(&c, (size_t)steps, h[at], words + at, theta, p);
        for (int t = 0; t < steps; t++)
            ck_assert(fabs(p[t] - oracle(at + t, window, theta, words[at + t])) <= 1e-6);
    }
    neural_cache_fini(&c);
}
END_TEST

START_TEST(the_shares_of_all_words_add_up)
{
    struct neural_cache c;
    double p[V], nothing[T];
    ASSERT_OK(neural_cache_init(&c, H, 50, T, &err));
    for (int at = 0; at + T < N; at += T) {
        double sum = 0.0;
        for (int w = 0; w < V; w++)
            p[w] = 0.0;
        const double added = neural_cache_add(&c, h[at], 0.7, 0.25, p);
        ck_assert(added == (at == 0 ? 0.0 : 0.25));
        for (int w = 0; w < V; w++) {
            ck_assert(fabs(p[w] - added * fabs(oracle(at, 50, 0.7, w))) <= 1e-6);
            sum += p[w];
        }
        ck_assert(fabs(sum - added) <= 1e-6);
        neural_cache_score(&c, T, h[at], words + at, 0.7, nothing);
    }
    neural_cache_fini(&c);
}
END_TEST

/* More rows than there is room for. */
START_TEST(a_long_text_is_read_as_a_short_one)
{
    struct neural_cache c;
    double p[T];
    ASSERT_OK(neural_cache_init(&c, H, 100, T, &err));
    for (int round = 0; round < 40; round++)
        for (int at = 0; at + T <= N; at += T)
            neural_cache_score(&c, T, h[at], words + at, 1.0, p);
    ck_assert_uint_eq(c.n, 100);
    neural_cache_reset(&c);
    neural_cache_score(&c, T, h[0], words, 1.0, p);
    for (int t = 0; t < T; t++)
        ck_assert(fabs(p[t] - oracle(t, 100, 1.0, words[t])) <= 1e-6);
    neural_cache_fini(&c);
    neural_cache_fini(&c);
}
END_TEST

static Suite *neural_cache_suite(void)
{
    Suite *suite = suite_create("neural_cache");
    TCase *tc = tcase_create("neural_cache");
    tcase_add_checked_fixture(tc, setup, NULL);
    tcase_add_loop_test(tc, words_have_the_shares_of_the_formula, 0,
                        (int)(sizeof windows / sizeof *windows));
    tcase_add_test(tc, the_shares_of_all_words_add_up);
    tcase_add_test(tc, a_long_text_is_read_as_a_short_one);
    suite_add_tcase(suite, tc);
    return suite;
}

TAP_MAIN(neural_cache_suite())
