/* Dropout: what share it keeps, and that its masks depend on seed, step and place alone. */
#include <math.h>
#include <string.h>

#include "lib/nn/dropout.h"
#include "tests/support/array_support.h"
#include "tests/support/tap.h"

enum { N_DROP = 20003 };

static void apply_to_ones(const struct dropout *d, uint32_t place, float *y)
{
    for (size_t i = 0; i < N_DROP; i++)
        y[i] = 1.0f;
    dropout_apply(d, place, N_DROP, y, y);
}

START_TEST(dropout_keeps_its_share_and_scales_it)
{
    static const double keeps[] = {0.001, 0.35, 0.5, 0.9, 0.999};
    float *y = zeroed(N_DROP, sizeof(float));
    for (size_t k = 0; k < N_OF(keeps); k++) {
        const double keep = keeps[k];
        apply_to_ones(&(struct dropout){.keep = keep, .seed = 3, .step = 8}, 1, y);
        double kept = 0.0;
        for (size_t i = 0; i < N_DROP; i++) {
            ck_assert(y[i] == 0.0f || y[i] == (float)(1.0 / keep));
            kept += y[i] != 0.0f;
        }
        const double sigma = sqrt(N_DROP * keep * (1.0 - keep));
        ASSERT_NEAR(kept, N_DROP * keep, 5.0 * sigma);
    }
    mem_free(y);
}
END_TEST

START_TEST(dropout_that_keeps_all_changes_nothing)
{
    float *x = numbers(1, N_DROP), *y = zeroed(N_DROP, sizeof(float));
    dropout_apply(&(struct dropout){.keep = 1.0}, 0, N_DROP, x, y);
    ck_assert_int_eq(memcmp(x, y, N_DROP * sizeof *x), 0);
    dropout_apply(&(struct dropout){.keep = 1.0}, 0, N_DROP, y, y);
    ck_assert_int_eq(memcmp(x, y, N_DROP * sizeof *x), 0);
    mem_free(x);
    mem_free(y);
}
END_TEST

START_TEST(a_mask_is_the_same_when_drawn_again)
{
    const struct dropout d = {.keep = 0.5, .seed = 3, .step = 8};
    float *a = zeroed(N_DROP, sizeof(float)), *b = zeroed(N_DROP, sizeof(float));
    apply_to_ones(&d, 1, a);
    apply_to_ones(&d, 1, b);
    ck_assert_int_eq(memcmp(a, b, N_DROP * sizeof *a), 0);
    mem_free(a);
    mem_free(b);
}
END_TEST

/* Independent masks of keep 1/2 agree in half of their elements. */
START_TEST(seeds_steps_and_places_have_masks_of_their_own)
{
    static const struct {
        struct dropout d;
        uint32_t place;
    } others[] = {
        {{.keep = 0.5, .seed = 4, .step = 8}, 1},
        {{.keep = 0.5, .seed = 3 + (UINT64_C(1) << 32), .step = 8}, 1},
        {{.keep = 0.5, .seed = 3, .step = 9}, 1},
        {{.keep = 0.5, .seed = 3, .step = 8 + (UINT64_C(1) << 33)}, 1},
        {{.keep = 0.5, .seed = 3, .step = 8}, 2},
    };
    float *a = zeroed(N_DROP, sizeof(float)), *b = zeroed(N_DROP, sizeof(float));
    apply_to_ones(&(struct dropout){.keep = 0.5, .seed = 3, .step = 8}, 1, a);
    for (size_t i = 0; i < N_OF(others); i++) {
        apply_to_ones(&others[i].d, others[i].place, b);
        double same = 0.0;
        for (size_t j = 0; j < N_DROP; j++)
            same += a[j] == b[j];
        ASSERT_NEAR(same, N_DROP / 2.0, 5.0 * sqrt(N_DROP / 4.0));
    }
    mem_free(a);
    mem_free(b);
}
END_TEST

START_TEST(the_masks_of_two_steps_overlap_nowhere)
{
    enum { N = 10 };
    float steps[2][N];
    for (size_t step = 0; step < 2; step++) {
        for (size_t i = 0; i < N; i++)
            steps[step][i] = 1.0f;
        const struct dropout d = {.keep = 0.5, .seed = 1, .step = step};
        dropout_apply(&d, 0, N, steps[step], steps[step]);
    }
    for (size_t i = 0; i < N; i++) {
        uint32_t bits[4];
        for (size_t step = 0; step < 2; step++) { /* a step takes three blocks of four numbers */
            rng_block(1, RNG_DROPOUT, 3 * step + i / 4, bits);
            ck_assert_int_eq(steps[step][i] != 0.0f, bits[i % 4] < UINT32_C(0x80000000));
        }
    }
}
END_TEST

static Suite *dropout_suite(void)
{
    Suite *s = suite_create("dropout");
    TCase *tc = tcase_create("dropout");
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, dropout_keeps_its_share_and_scales_it);
    tcase_add_test(tc, dropout_that_keeps_all_changes_nothing);
    tcase_add_test(tc, a_mask_is_the_same_when_drawn_again);
    tcase_add_test(tc, seeds_steps_and_places_have_masks_of_their_own);
    tcase_add_test(tc, the_masks_of_two_steps_overlap_nowhere);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(dropout_suite())
