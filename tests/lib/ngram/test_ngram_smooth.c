/* Discounts, by hand. */
#include <math.h>

#include "lib/ngram/ngram_smooth.h"
#include "tests/support/tap.h"

/* Y = n1 / (n1 + 2 n2), D1 = 1 - 2 Y n2 / n1, D2 = 2 - 3 Y n3 / n2, D3 = 3 - 4 Y n4 / n3 */
static const struct {
    uint64_t n_with[5];
    double off[4];
} cases[] = {
    {{7, 100, 50, 25, 10}, {0.0, 0.5, 1.25, 2.2}},                 /* Y = 1 / 2 */
    {{0, 1000, 300, 120, 72}, {0.0, 0.625, 1.25, 1.5}},            /* Y = 5 / 8 */
    {{0, 4, 2, 1, 0}, {0.0, 0.5, 1.25, 3.0}},                      /* no count of 4 */
    {{0, 8, 4, 2, 2}, {0.0, 0.5, 1.25, 1.0}},                      /* D3 below D2 */
    {{0, 3000000000000, 500000000000, 200000000000, 100000000000}, /* above 32 bits */
     {0.0, 0.75, 1.1, 1.5}},                                       /* Y = 3 / 4 */
};

START_TEST(discounts_are_those_of_the_formula)
{
    const struct ngram_discounts d = ngram_discounts_of(cases[_i].n_with);
    ck_assert(!d.assumed);
    for (int k = 0; k <= 3; k++)
        if (!(fabs(d.off[k] - cases[_i].off[k]) <= 1e-12))
            ck_abort_msg("D%d is %.17g, expected %.17g", k, d.off[k], cases[_i].off[k]);
}
END_TEST

/* The formula divides by 0, or takes nothing, or more than there is. */
static const uint64_t useless[][5] = {
    {0, 0, 0, 0, 0},  {9, 0, 5, 2, 1},  {9, 9, 0, 2, 1},  {9, 9, 5, 0, 1},   {9, 9, 5, 0, 0},
    {0, 10, 1, 1, 1}, {0, 10, 5, 9, 1}, {0, 10, 5, 2, 3}, {0, 10, 5, 2, 30},
};

START_TEST(a_text_that_is_too_small_has_the_assumed_discounts)
{
    const struct ngram_discounts d = ngram_discounts_of(useless[_i]);
    ck_assert(d.assumed);
    for (int k = 0; k <= 3; k++)
        ck_assert_double_eq(d.off[k], 0.5 * k);
}
END_TEST

START_TEST(a_discount_is_that_of_the_count)
{
    static const struct {
        uint64_t count;
        double off;
    } of[] = {{0, 0.0}, {1, 0.25}, {2, 0.75}, {3, 1.125}, {4, 1.125}, {UINT64_MAX, 1.125}};
    static const struct ngram_discounts d = {{0.0, 0.25, 0.75, 1.125}, false};
    for (size_t i = 0; i < N_OF(of); i++)
        ck_assert_double_eq(ngram_discount(&d, of[i].count), of[i].off);
}
END_TEST

static Suite *ngram_smooth_suite(void)
{
    Suite *s = suite_create("ngram_smooth");
    TCase *tc = tcase_create("ngram_smooth");
    tcase_add_loop_test(tc, discounts_are_those_of_the_formula, 0, (int)N_OF(cases));
    tcase_add_loop_test(tc, a_text_that_is_too_small_has_the_assumed_discounts, 0,
                        (int)N_OF(useless));
    tcase_add_test(tc, a_discount_is_that_of_the_count);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(ngram_smooth_suite())
