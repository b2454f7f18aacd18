/* Conversions to float32: every F16 and BF16 against the formula of its form in double, and F64 at
 * the places where rounding decides. */
#include <check.h>
#include <float.h>
#include <math.h>
#include <string.h>

#include "lib/file/safetensors_float.h"
#include "tests/support/tap.h"

enum { ALL = 1 << 16 };

/* (-1)^sign * 2^(exponent - bias) * 1.fraction; with an exponent of 0, 2^(1 - bias) * 0.fraction;
 * with all ones, an infinity or NaN. IEEE 754-2008, 3.4. */
static double value_of(unsigned bits, int exponent_bits, int fraction_bits)
{
    const int bias = (1 << (exponent_bits - 1)) - 1, top = (1 << exponent_bits) - 1;
    const int exponent = (int)(bits >> fraction_bits) & top;
    const double fraction =
        (double)(bits & ((1u << fraction_bits) - 1)) / (double)(1u << fraction_bits);
    const double sign = (bits >> 15) != 0 ? -1.0 : 1.0;
    if (exponent == top)
        return fraction != 0.0 ? NAN : sign * INFINITY;
    return exponent == 0 ? sign * ldexp(fraction, 1 - bias)
                         : sign * ldexp(1.0 + fraction, exponent - bias);
}

static uint16_t patterns[ALL + 1];
static float converted[ALL];

static void assert_all(enum safetensors_dtype dtype, int exponent_bits, int fraction_bits)
{
    unsigned char *unaligned = (unsigned char *)patterns + 1;
    double value = 0.0;
    for (unsigned i = 0; i < ALL; i++)
        memcpy(unaligned + 2 * i, &(uint16_t){(uint16_t)i}, 2);
    const struct safetensors_tensor t = {"t", dtype, 1, {ALL}, unaligned};
    ck_assert_uint_eq(safetensors_to_float(&t, converted, &value), ALL);
    for (unsigned i = 0; i < ALL; i++) {
        const double want = value_of(i, exponent_bits, fraction_bits);
        const bool finite = safetensors_is_finite(dtype, unaligned + 2 * i, 2);
        if (isnan(want) ? !isnan(converted[i])
                        : (double)converted[i] != want || !signbit(converted[i]) != !signbit(want))
            ck_abort_msg("pattern %04x became %a, not %a", i, (double)converted[i], want);
        ck_assert_msg(finite == isfinite(want), "pattern %04x", i);
    }
}

START_TEST(every_f16_is_exact)
{
    assert_all(DTYPE_F16, 5, 10);
}
END_TEST

START_TEST(every_bf16_is_exact)
{
    assert_all(DTYPE_BF16, 8, 7);
}
END_TEST

START_TEST(f64_is_rounded_to_nearest_and_ties_to_even)
{
    static const struct {
        double from;
        float to;
    } rows[] = {
        {1.0 + 0x1p-24, 1.0f},
        {1.0 + 0x1.8p-23, 1.0f + 0x1p-22f},
        {1.0 + 0x1.000001p-24, 1.0f + 0x1p-23f},
        {-1.0 - 0x1.8p-23, -1.0f - 0x1p-22f},
        {0.1, 0.1f},
        {FLT_MAX, FLT_MAX},
        {0x1.fffffefffffffp127, FLT_MAX},
        {-0x1.fffffefffffffp127, -FLT_MAX},
        {0x1p-149, 0x1p-149f},
        {0x1p-150, 0.0f},
        {0x1.8p-149, 0x1p-148f},
        {-0x1p-1074, -0.0f},
        {-0.0, -0.0f},
        {INFINITY, INFINITY},
        {-INFINITY, -INFINITY},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct safetensors_tensor t = {"t", DTYPE_F64, 1, {1}, &rows[i].from};
        float out;
        double value;
        ck_assert_uint_eq(safetensors_to_float(&t, &out, &value), 1);
        ck_assert_msg(memcmp(&out, &rows[i].to, sizeof out) == 0, "%a became %a", rows[i].from,
                      (double)out);
    }
}
END_TEST

START_TEST(an_f64_that_is_too_large_ends_the_conversion)
{
    static const double bad[] = {0x1.ffffffp127, -0x1.ffffffp127, 1e300, -DBL_MAX};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const double numbers[] = {1.0, 2.0, bad[i], NAN};
        const struct safetensors_tensor t = {"t", DTYPE_F64, 2, {2, 2}, numbers};
        float out[4];
        double value = 0.0;
        ck_assert_uint_eq(safetensors_to_float(&t, out, &value), 2);
        ck_assert(value == bad[i]);
    }
}
END_TEST

START_TEST(nan_stays_nan_and_is_seen)
{
    const double numbers[] = {0.0, NAN, -NAN};
    const struct safetensors_tensor t = {"t", DTYPE_F64, 1, {3}, numbers};
    float out[3];
    double value;
    ck_assert_uint_eq(safetensors_to_float(&t, out, &value), 3);
    ck_assert(out[0] == 0.0f && isnan(out[1]) && isnan(out[2]));
    ck_assert(!safetensors_is_finite(DTYPE_F64, (const unsigned char *)numbers, sizeof numbers));
    ck_assert(safetensors_is_finite(DTYPE_F64, (const unsigned char *)numbers, sizeof *numbers));
    ck_assert(safetensors_is_finite(DTYPE_U64, (const unsigned char *)numbers, sizeof numbers));
}
END_TEST

static Suite *safetensors_float_suite(void)
{
    Suite *s = suite_create("safetensors_float");
    TCase *tc = tcase_create("safetensors_float");
    tcase_add_test(tc, every_f16_is_exact);
    tcase_add_test(tc, every_bf16_is_exact);
    tcase_add_test(tc, f64_is_rounded_to_nearest_and_ties_to_even);
    tcase_add_test(tc, an_f64_that_is_too_large_ends_the_conversion);
    tcase_add_test(tc, nan_stays_nan_and_is_seen);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(safetensors_float_suite())
