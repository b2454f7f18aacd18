/* Softmax, flat stretches and random numbers of every kernel set, against the oracle in double, and
 * the choice of a set. */
#include <math.h>

#include "tests/support/kern_support.h"

/* Softmax -------------------------------------------------------------------- */

/* Terms have a relative error of 2 EPS, up to 32 of them are added in float (16 EPS), and the
 * differences x - max, of which the mean is at most ln n, are rounded; what is relative in the sum
 * is absolute in its logarithm. */
static void check_logsumexp(const struct trial *t)
{
    if (t->n == 0)
        return;
    const float *x = input(t, 0, t->n);
    double *wide = malloc(t->n * sizeof *wide);
    ck_assert_ptr_nonnull(wide);
    for (size_t j = 0; j < t->n; j++)
        wide[j] = (double)x[j];
    const double want = oracle_logsumexp(t->n, wide);
    const double bound = EPS * (18.0 + log((double)t->n));
    ASSERT_AGREES(t, "logsumexp", t->n, t->k->logsumexp(t->n, x), want, bound);
    free(wide);
    arrays_check_and_free(t);
}

START_TEST(logsumexp_agrees_with_the_oracle)
{
    each_trial(check_logsumexp);
}
END_TEST

static void check_nan_beside(const struct kern_ops *k, size_t n, size_t at, float others)
{
    float x[40];
    for (size_t j = 0; j < n; j++)
        x[j] = j == at ? NAN : others;
    ck_assert_msg(isnan(k->logsumexp(n, x)), "%s: NaN at %zu of %zu beside %g is lost", k->name, at,
                  n, (double)others);
    x[at] = others;
    const double want = isinf(others) ? (double)others : log((double)n);
    ck_assert(oracle_agrees(k->logsumexp(n, x), want, 32.0 * EPS));
}

START_TEST(logsumexp_of_a_nan_beside_infinities_is_nan)
{
    for (size_t i = 0; kern_set_at(i) != NULL; i++)
        for (size_t n = 1; n <= 40 && kern_set_at(i)->usable(); n++)
            for (size_t at = 0; at < n; at++) {
                check_nan_beside(kern_set_at(i), n, at, -INFINITY);
                check_nan_beside(kern_set_at(i), n, at, INFINITY);
                check_nan_beside(kern_set_at(i), n, at, 0.0f);
            }
}
END_TEST

/* The difference x - lse is rounded, which the exponential makes a relative error of half an EPS
 * of it. */
static void check_softmax(const struct trial *t)
{
    static const float scale = 0.05f;
    if (t->n == 0)
        return;
    float *x = changed(t, 0, t->n), *before = copy_of(x, t->n);
    const double lse = t->k->logsumexp(t->n, x);
    ck_assert_msg(oracle_agrees(t->k->softmax(t->n, x, scale), lse, 0.0), "%s", show(t));
    double odd = 0.0;
    for (size_t j = 0; j < t->n; j++) {
        const double d = (double)before[j] - lse, want = (double)scale * exp(d);
        odd += (double)x[j];
        if (isfinite(lse))
            ASSERT_AGREES(t, "p", j, (double)x[j], want, (K + EPS * fabs(d)) * want + TINY);
    }
    ck_assert_msg(isfinite(lse) || isnan(odd), "%s: no NaN is left", show(t));
    free(before);
    arrays_check_and_free(t);
}

START_TEST(softmax_agrees_with_the_oracle)
{
    each_trial(check_softmax);
}
END_TEST

/* Of logits 0 and x <= 0: exp(x) / (1 + exp(x)). */
START_TEST(the_exponential_is_right_down_to_the_least_float)
{
    for (size_t i = 0; kern_set_at(i) != NULL; i++) {
        for (float x = -110.0f; x < 0.0f && kern_set_at(i)->usable(); x += 0.0173f) {
            float y[2] = {0.0f, x};
            kern_set_at(i)->softmax(2, y, 1.0f);
            const double want = exp((double)x) / (1.0 + exp((double)x));
            const double bound = (4.0 + fabs((double)x) / 2.0) * EPS * want + 0x1p-149;
            ck_assert_msg(oracle_agrees((double)y[1], want, bound), "%s: exp(%g) is %.9g",
                          kern_set_at(i)->name, (double)x, (double)y[1]);
        }
    }
}
END_TEST

/* Flat stretches ------------------------------------------------------------- */

static void check_axpy(const struct trial *t)
{
    static const float a = -0.37f;
    const float *x = input(t, 0, t->n);
    float *y = changed(t, 1, t->n), *before = copy_of(y, t->n);
    t->k->axpy(t->n, a, x, y);
    for (size_t j = 0; j < t->n; j++) {
        const double product = (double)a * (double)x[j], want = (double)before[j] + product;
        const double bound = EPS * (fabs(product) + fabs(want)) + 0x1p-149;
        ASSERT_AGREES(t, "y", j, (double)y[j], want, bound);
    }
    free(before);
    arrays_check_and_free(t);
}

START_TEST(axpy_agrees_with_the_oracle)
{
    each_trial(check_axpy);
}
END_TEST

/* Each square is rounded, and up to 32 of them are added in float: 33 roundings, all of one sign
 * at worst; a square below float's range is lost. */
static void check_sum_squares(const struct trial *t)
{
    const float *x = input(t, 0, t->n);
    double want = 0.0;
    for (size_t j = 0; j < t->n; j++)
        want += (double)x[j] * (double)x[j];
    const double bound = 16.5 * EPS * want + (double)t->n * 0x1p-149;
    ASSERT_AGREES(t, "sum_squares", t->n, t->k->sum_squares(t->n, x), want, bound);
    arrays_check_and_free(t);
}

START_TEST(sum_squares_agrees_with_the_oracle)
{
    each_trial(check_sum_squares);
}
END_TEST

static void check_mask_of(const struct trial *t, const uint32_t *bits, const float *x, float *y)
{
    static const uint32_t keep = UINT32_C(0x40000000);
    static const float scale = 4.0f;
    float *before = copy_of(x, t->n);
    t->k->mask(t->n, bits, keep, scale, x, y);
    for (size_t j = 0; j < t->n; j++) {
        const float want = before[j] * (bits[j] < keep ? scale : 0.0f);
        ASSERT_AGREES(t, "y", j, (double)y[j], (double)want, 0.0);
    }
    free(before);
}

static void check_mask(const struct trial *t)
{
    uint32_t *bits = malloc((t->n + 4) * sizeof *bits);
    ck_assert_ptr_nonnull(bits);
    for (size_t j = 0; j < t->n; j += 4)
        rng_block(3, RNG_TEST, j, bits + j);
    if (t->n > 1) { /* the number `keep` itself is not below it */
        bits[0] = UINT32_C(0x40000000);
        bits[t->n - 1] = UINT32_C(0x3FFFFFFF);
    }
    float *y = changed(t, 1, t->n);
    check_mask_of(t, bits, input(t, 0, t->n), y);
    check_mask_of(t, bits, y, y);
    free(bits);
    arrays_check_and_free(t);
}

START_TEST(mask_keeps_what_is_below_and_is_exact)
{
    each_trial(check_mask);
}
END_TEST

/* Random numbers ------------------------------------------------------------- */

static void check_random(const struct kern_ops *k, uint64_t seed, uint64_t block, size_t n)
{
    uint32_t *out = malloc((4 * n + 1) * sizeof *out);
    ck_assert_ptr_nonnull(out);
    out[4 * n] = 77;
    k->random(seed, RNG_TEST + 5, block, n, out);
    for (size_t i = 0; i < n; i++) {
        uint32_t want[4];
        rng_block(seed, RNG_TEST + 5, block + i, want);
        ck_assert_msg(memcmp(out + 4 * i, want, sizeof want) == 0,
                      "%s: block %zu of %zu differs, seed %#llx", k->name, i, n,
                      (unsigned long long)seed);
    }
    ck_assert_uint_eq(out[4 * n], 77);
    free(out);
}

START_TEST(random_gives_the_bits_of_rng_block)
{
    static const uint64_t seeds[] = {0, 1, UINT64_MAX, UINT64_C(0x123456789ABCDEF0)};
    static const uint64_t blocks[] = {0, 3, UINT64_C(0xFFFFFFFC), UINT64_C(0x7FFFFFFFFFFFFFF0)};
    for (size_t i = 0; kern_set_at(i) != NULL; i++)
        for (size_t s = 0; s < N_OF(seeds) && kern_set_at(i)->usable(); s++)
            for (size_t b = 0; b < N_OF(blocks); b++)
                for (size_t n = 0; n < N_OF(sizes); n++)
                    check_random(kern_set_at(i), seeds[s], blocks[b], sizes[n]);
}
END_TEST

/* The choice of a set -------------------------------------------------------- */

START_TEST(a_set_is_chosen_by_name_and_an_unknown_name_changes_nothing)
{
    for (size_t i = 0; kern_set_at(i) != NULL; i++) {
        const struct kern_ops *before = kern();
        const bool chosen = kern_choose(kern_set_at(i)->name);
        ck_assert_int_eq(chosen, kern_set_at(i)->usable());
        ck_assert_ptr_eq(kern(), chosen ? kern_set_at(i) : before);
        ck_assert(!kern_choose("abacus"));
        ck_assert_ptr_eq(kern(), chosen ? kern_set_at(i) : before);
    }
    ck_assert_str_eq(kern()->name, "ref");
    ck_assert(kern_choose(NULL));
    size_t fastest = 0;
    while (!kern_set_at(fastest)->usable())
        fastest++;
    ck_assert_ptr_eq(kern(), kern_set_at(fastest));
}
END_TEST

static Suite *kern_suite(void)
{
    Suite *s = suite_create("kern");
    TCase *tc = tcase_create("kern");
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, logsumexp_agrees_with_the_oracle);
    tcase_add_test(tc, logsumexp_of_a_nan_beside_infinities_is_nan);
    tcase_add_test(tc, softmax_agrees_with_the_oracle);
    tcase_add_test(tc, the_exponential_is_right_down_to_the_least_float);
    tcase_add_test(tc, axpy_agrees_with_the_oracle);
    tcase_add_test(tc, sum_squares_agrees_with_the_oracle);
    tcase_add_test(tc, mask_keeps_what_is_below_and_is_exact);
    tcase_add_test(tc, random_gives_the_bits_of_rng_block);
    tcase_add_test(tc, a_set_is_chosen_by_name_and_an_unknown_name_changes_nothing);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(kern_suite())
