/* Every operation of every kernel set that this processor runs, against the oracle in double: over
 * sizes around the width of a vector, aligned and not, and inputs from denormals to NaN.
 *
 * The bounds count roundings. EPS is the distance from 1 to the next float, so a rounding costs
 * EPS / 2. exp, sigma and tanh are polynomials with a relative error below 2e-7 (under 2 EPS); a
 * sigmoid adds two roundings. K = 8 roundings and polynomials stand for the longest chain, that of
 * a gradient. TINY is what is lost where float has no normal numbers left. */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/rng.h"
#include "lib/kern/kern.h"
#include "tests/oracle.h"
#include "tests/tap.h"

static const double EPS = ORACLE_EPS, K = 8.0 * ORACLE_EPS, TINY = FLT_MIN;

enum kind { NORMAL, ZEROS, DENORMALS, LARGE, INFINITIES, NANS, N_KINDS };
static const char *const kinds[] = {"normal", "zeros", "denormals", "large", "infinities", "nans"};

/* One combination of all that the operations are tried on. */
struct trial {
    const struct kern_ops *k;
    size_t n, offset; /* offset in floats from an aligned place */
    enum kind kind;
};

static const size_t sizes[] = {0, 1, 15, 16, 17, 53, 1000};

static const char *show(const struct trial *t)
{
    static char text[80];
    snprintf(text, sizeof text, "%s, %zu %s at offset %zu", t->k->name, t->n, kinds[t->kind],
             t->offset);
    return text;
}

static void each_trial(void (*check)(const struct trial *))
{
    for (size_t i = 0; kern_set_at(i) != NULL; i++) {
        if (!kern_set_at(i)->usable())
            continue;
        for (size_t s = 0; s < N_OF(sizes); s++)
            for (size_t offset = 0; offset < 2; offset++)
                for (int kind = 0; kind < N_KINDS; kind++)
                    check(&(struct trial){kern_set_at(i), sizes[s], offset, (enum kind)kind});
    }
}

/* Arrays ------------------------------------------------------------------- */

enum { GUARD = 64, GUARD_BYTE = 0xA5, ARRAYS_MAX = 8 };

/* Arrays of one trial. What lies before and behind an array that is written must stay; one that is
 * only read ends where its memory does, for a memory checker to see. */
static struct array {
    char *block;
    float *x;
    size_t bytes;
    bool guarded;
} arrays[ARRAYS_MAX];
static size_t n_arrays;

static float *array_new(const struct trial *t, size_t n, bool guarded)
{
    ck_assert_uint_lt(n_arrays, ARRAYS_MAX);
    struct array *a = &arrays[n_arrays++];
    const size_t front = GUARD + t->offset * sizeof(float), bytes = n * sizeof(float);
    a->block = aligned_alloc(64, (front + bytes + GUARD + 63) / 64 * 64);
    a->block = guarded ? a->block : realloc(a->block, front + bytes);
    ck_assert_ptr_nonnull(a->block);
    memset(a->block, GUARD_BYTE, front + bytes + (guarded ? GUARD : 0));
    a->x = (float *)(void *)(a->block + front);
    a->bytes = bytes;
    a->guarded = guarded;
    return a->x;
}

static void arrays_check_and_free(const struct trial *t)
{
    while (n_arrays > 0) {
        const struct array *a = &arrays[--n_arrays];
        const char *end = (const char *)a->x + a->bytes;
        for (const char *p = a->block; p < (const char *)a->x; p++)
            if (*p != (char)GUARD_BYTE)
                ck_abort_msg("%s: written before the array", show(t));
        for (const char *p = end; a->guarded && p < end + GUARD; p++)
            if (*p != (char)GUARD_BYTE)
                ck_abort_msg("%s: written behind the array", show(t));
        free(a->block);
    }
}

static float special(enum kind kind, uint32_t bits, float usual)
{
    switch (kind) {
    case ZEROS:
        return bits & 1 ? -0.0f : 0.0f;
    case DENORMALS:
        return usual * 1e-39f;
    case LARGE:
        return bits & 1 ? -1e4f : 1e4f;
    case INFINITIES:
        return bits % 10 > 1 ? usual : (bits & 1 ? -INFINITY : INFINITY);
    case NANS:
        return bits % 7 > 0 ? usual : NAN;
    default:
        return usual;
    }
}

/* Fills x by the trial's kind; `place` tells the arrays of a trial apart. The last element is
 * always special, for the tails of the loops. */
static void fill(const struct trial *t, uint32_t place, size_t n, float *x)
{
    struct rng rng;
    rng_init(&rng, 7, RNG_TEST + place);
    for (size_t j = 0; j < n; j++) {
        const float usual = 6.0f * rng_unit_float(rng_next(&rng)) - 3.0f;
        const uint32_t bits = rng_next(&rng);
        x[j] = special(t->kind, j + 1 < n ? bits : bits % 2 * 70, usual);
    }
}

static float *input(const struct trial *t, uint32_t place, size_t n)
{
    float *x = array_new(t, n, false);
    fill(t, place, n, x);
    return x;
}

static float *changed(const struct trial *t, uint32_t place, size_t n)
{
    float *x = array_new(t, n, true);
    fill(t, place, n, x);
    return x;
}

/* What an array held before the operation; the caller frees it. */
static float *copy_of(const float *x, size_t n)
{
    float *copy = malloc((n + 1) * sizeof *copy);
    ck_assert_ptr_nonnull(copy);
    memcpy(copy, x, n * sizeof *copy);
    return copy;
}

/* ck_assert_msg writes down every place that it passes, which is slow in loops. */
#define ASSERT_AGREES(t, what, j, got, want, bound)                                                \
    do {                                                                                           \
        if (!oracle_agrees(got, want, bound))                                                      \
            ck_abort_msg("%s: %s[%zu] is %.9g, expected %.9g +- %.3g", show(t), what, (size_t)(j), \
                         (double)(got), want, bound);                                              \
    } while (0)

/* The LSTM's step ------------------------------------------------------------ */

static void check_forward_unit(const struct trial *t, size_t j, const float *before,
                               const float *gates, double c_prev, double got_c, double got_h)
{
    const size_t H = t->n;
    const double i = oracle_sigmoid((double)before[j]), f = oracle_sigmoid((double)before[H + j]);
    const double g = tanh((double)before[2 * H + j]);
    const double o = oracle_sigmoid((double)before[3 * H + j]);
    ASSERT_AGREES(t, "i", j, gates[j], i, K * i + TINY);
    ASSERT_AGREES(t, "f", j, gates[H + j], f, K * f + TINY);
    ASSERT_AGREES(t, "g", j, gates[2 * H + j], g, K * fabs(g) + TINY);
    ASSERT_AGREES(t, "o", j, gates[3 * H + j], o, K * o + TINY);
    const double c = f * c_prev + i * g, u = tanh(c), h = o * u, slope = 1.0 - u * u;
    const double c_bound = K * (fabs(f * c_prev) + fabs(i * g)) + TINY;
    ASSERT_AGREES(t, "c", j, got_c, c, c_bound);
    ASSERT_AGREES(t, "h", j, got_h, h,
                  K * fabs(h) + TINY + (slope > 0.0 ? o * slope * c_bound : 0.0));
}

static void check_lstm_forward(const struct trial *t)
{
    const size_t H = t->n;
    float *gates = changed(t, 0, 4 * H);
    const float *c_prev = input(t, 1, H);
    float *c = changed(t, 2, H), *h = changed(t, 3, H), *before = copy_of(gates, 4 * H);
    t->k->lstm_forward(H, H, gates, c_prev, c, h);
    for (size_t j = 0; j < H; j++)
        check_forward_unit(t, j, before, gates, (double)c_prev[j], (double)c[j], (double)h[j]);
    free(before);
    arrays_check_and_free(t);
}

START_TEST(lstm_forward_agrees_with_the_oracle)
{
    each_trial(check_lstm_forward);
}
END_TEST

/* The numbers of one unit that its gradient is made of. */
struct unit {
    double i, f, g, o, c_prev, c, dh, dc;
};

static void check_backward_unit(const struct trial *t, size_t j, const struct unit *s,
                                const float *gates, double got_dc)
{
    const size_t H = t->n;
    const double u = tanh(s->c), d = s->dc + s->dh * s->o * (1.0 - u * u);
    /* 1 - u^2 cancels: its error is that of 1 */
    const double d_bound = K * (fabs(s->dc) + fabs(s->dh * s->o)) + TINY;
    const double to_i = s->g * s->i * (1.0 - s->i), to_f = s->c_prev * s->f * (1.0 - s->f);
    const double to_g = s->i * (1.0 - s->g * s->g), go = s->dh * u * s->o * (1.0 - s->o);
    const double to_g_bound = K * fabs(s->i) * (1.0 + s->g * s->g);
    ASSERT_AGREES(t, "di", j, gates[j], d * to_i, (d_bound + K * fabs(d)) * fabs(to_i) + TINY);
    ASSERT_AGREES(t, "df", j, gates[H + j], d * to_f, (d_bound + K * fabs(d)) * fabs(to_f) + TINY);
    ASSERT_AGREES(t, "dg", j, gates[2 * H + j], d * to_g,
                  d_bound * fabs(to_g) + fabs(d) * to_g_bound + TINY);
    ASSERT_AGREES(t, "do", j, gates[3 * H + j], go, K * fabs(go) + TINY);
    ASSERT_AGREES(t, "dc", j, got_dc, d * s->f, d_bound * fabs(s->f) + K * fabs(d * s->f) + TINY);
}

static void check_lstm_backward(const struct trial *t)
{
    const size_t H = t->n;
    float *gates = changed(t, 0, 4 * H), *dc = changed(t, 1, H);
    const float *c_prev = input(t, 2, H), *c = input(t, 3, H), *dh = input(t, 4, H);
    float *before = copy_of(gates, 4 * H), *dc_before = copy_of(dc, H);
    t->k->lstm_backward(H, H, gates, c_prev, c, dh, dc);
    for (size_t j = 0; j < H; j++) {
        const struct unit unit = {(double)before[j],
                                  (double)before[H + j],
                                  (double)before[2 * H + j],
                                  (double)before[3 * H + j],
                                  (double)c_prev[j],
                                  (double)c[j],
                                  (double)dh[j],
                                  (double)dc_before[j]};
        check_backward_unit(t, j, &unit, gates, (double)dc[j]);
    }
    free(before);
    free(dc_before);
    arrays_check_and_free(t);
}

START_TEST(lstm_backward_agrees_with_the_oracle)
{
    each_trial(check_lstm_backward);
}
END_TEST

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
    tcase_add_test(tc, lstm_forward_agrees_with_the_oracle);
    tcase_add_test(tc, lstm_backward_agrees_with_the_oracle);
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

int main(void)
{
    return tap_run(kern_suite());
}
