/* The figures of classes: examples of scikit-learn's documentation, cases by hand, and counts made
 * anew from the guesses. */
#include <math.h>
#include <string.h>

#include "lib/task/use/classes.h"
#include "tests/support/array_support.h"
#include "tests/support/err_support.h"
#include "tests/support/tap.h"

static void count(struct classes *c, size_t C, size_t n, const int32_t *gold, const int32_t *guess)
{
    ASSERT_OK(classes_init(c, C, &err));
    for (size_t i = 0; i < n; i++)
        classes_add(c, (size_t)gold[i], (size_t)guess[i]);
}

static void assert_figures(struct class_figures f, double precision, double recall, double f1,
                           double bound)
{
    ASSERT_NEAR(f.precision, precision, bound);
    ASSERT_NEAR(f.recall, recall, bound);
    ASSERT_NEAR(f.f1, f1, bound);
}

START_TEST(figures_are_those_of_scikit_learn)
{
    struct classes c;
    static const int32_t gold[] = {0, 1, 2, 0, 1, 2}, guess[] = {0, 2, 1, 0, 0, 1};
    count(&c, 3, 6, gold, guess);
    assert_figures(classes_mean(&c, CLASSES_MACRO), 2.0 / 9, 1.0 / 3, 4.0 / 15, 1e-15);
    assert_figures(classes_mean(&c, CLASSES_WEIGHTED), 2.0 / 9, 1.0 / 3, 4.0 / 15, 1e-15);
    assert_figures(classes_mean(&c, CLASSES_MICRO), 1.0 / 3, 1.0 / 3, 1.0 / 3, 1e-15);
    classes_fini(&c);

    static const int32_t gold2[] = {0, 1, 2, 2, 2}, guess2[] = {0, 0, 2, 2, 1};
    static const uint64_t confusion[] = {1, 0, 0, 1, 0, 0, 0, 1, 2};
    count(&c, 3, 5, gold2, guess2);
    ck_assert_mem_eq(c.confusion, confusion, sizeof confusion);
    assert_figures(classes_figures(&c, 0), 0.5, 1.0, 2.0 / 3, 1e-15);
    assert_figures(classes_figures(&c, 1), 0.0, 0.0, 0.0, 1e-15);
    assert_figures(classes_figures(&c, 2), 1.0, 2.0 / 3, 0.8, 1e-15);
    assert_figures(classes_mean(&c, CLASSES_MACRO), 0.50, 0.56, 0.49, 0.005);
    assert_figures(classes_mean(&c, CLASSES_WEIGHTED), 0.70, 0.60, 0.61, 0.005);
    ASSERT_NEAR(classes_accuracy(&c), 0.6, 1e-15);
    ck_assert_uint_eq(classes_figures(&c, 2).support, 3);
    ck_assert_uint_eq(classes_mean(&c, CLASSES_MACRO).support, 5);
    classes_fini(&c);
}
END_TEST

START_TEST(what_has_nothing_to_divide_by_is_flagged)
{
    struct classes c;
    static const int32_t gold[] = {0, 0, 1}, guess[] = {0, 2, 0}; /* class 3 is nowhere */
    count(&c, 4, 3, gold, guess);
    const struct class_figures zero = classes_figures(&c, 0), one = classes_figures(&c, 1),
                               two = classes_figures(&c, 2), three = classes_figures(&c, 3);
    ck_assert(!zero.never_guessed && !zero.no_support);
    ck_assert(one.never_guessed && !one.no_support && one.precision == 0.0);
    ck_assert(!two.never_guessed && two.no_support && two.recall == 0.0);
    ck_assert(three.never_guessed && three.no_support);
    assert_figures(three, 0.0, 0.0, 0.0, 0.0);
    const struct class_figures macro = classes_mean(&c, CLASSES_MACRO);
    assert_figures(macro, 0.5 / 3, 0.5 / 3, 0.5 / 3, 1e-15);
    ck_assert(macro.never_guessed && macro.no_support);
    classes_fini(&c);

    count(&c, 2, 0, NULL, NULL);
    ck_assert(isnan(classes_accuracy(&c)));
    for (int mean = CLASSES_MACRO; mean <= CLASSES_MICRO; mean++) {
        const struct class_figures none = classes_mean(&c, (enum class_mean)mean);
        assert_figures(none, 0.0, 0.0, 0.0, 0.0);
        ck_assert(none.never_guessed && none.no_support && none.support == 0);
    }
    classes_fini(&c);
    classes_fini(&c);

    static const int32_t only[] = {0, 0};
    count(&c, 1, 2, only, only);
    assert_figures(classes_mean(&c, CLASSES_MACRO), 1.0, 1.0, 1.0, 0.0);
    ck_assert(!classes_mean(&c, CLASSES_MACRO).no_support);
    classes_fini(&c);
}
END_TEST

/* The harmonic mean of precision and recall, counted anew. */
static void assert_class(const struct classes *c, size_t n, const int32_t *gold,
                         const int32_t *guess, int32_t k, struct class_figures *sum)
{
    double right = 0.0, guessed = 0.0, support = 0.0;
    for (size_t i = 0; i < n; i++) {
        right += gold[i] == k && guess[i] == k;
        guessed += guess[i] == k;
        support += gold[i] == k;
    }
    const double precision = guessed > 0.0 ? right / guessed : 0.0;
    const double recall = support > 0.0 ? right / support : 0.0;
    const double f1 = right > 0.0 ? 2.0 / (1.0 / precision + 1.0 / recall) : 0.0;
    const struct class_figures f = classes_figures(c, (size_t)k);
    assert_figures(f, precision, recall, f1, 1e-14);
    ck_assert(f.never_guessed == (guessed == 0.0) && f.no_support == (support == 0.0));
    ck_assert((double)f.support == support);
    sum->precision += precision;
    sum->recall += recall;
    sum->f1 += f1 * support / (double)n;
    sum->support += guessed + support > 0.0;
}

START_TEST(figures_are_those_of_the_guesses)
{
    enum { N = 60, C = 7 };
    for (uint32_t draw = 0; draw < 40; draw++) {
        struct classes c;
        struct class_figures sum = {.support = 0};
        int32_t *gold = ids_below(draw, N, 2 + draw % 6), *guess = ids_below(draw + 99, N, 6);
        double right = 0.0;
        for (size_t i = 0; i < N; i++) {
            guess[i] = i % 3 == 0 ? gold[i] : guess[i];
            right += gold[i] == guess[i];
        }
        count(&c, C, N, gold, guess);
        for (int32_t k = 0; k < C; k++)
            assert_class(&c, N, gold, guess, k, &sum);
        const double present = (double)sum.support;
        const struct class_figures macro = classes_mean(&c, CLASSES_MACRO);
        ASSERT_NEAR(macro.precision, sum.precision / present, 1e-14);
        ASSERT_NEAR(macro.recall, sum.recall / present, 1e-14);
        ASSERT_NEAR(classes_mean(&c, CLASSES_WEIGHTED).f1, sum.f1, 1e-14);
        ASSERT_NEAR(classes_mean(&c, CLASSES_MICRO).f1, right / N, 1e-14);
        ASSERT_NEAR(classes_mean(&c, CLASSES_WEIGHTED).recall, classes_accuracy(&c), 1e-14);
        mem_free(gold);
        mem_free(guess);
        classes_fini(&c);
    }
}
END_TEST

START_TEST(more_classes_than_memory_has_are_refused)
{
    struct classes c;
    ASSERT_FAILS(classes_init(&c, (size_t)1 << 33, &err), ST_NOMEM, "");
    ASSERT_FAILS(classes_init(&c, (size_t)1 << 31, &err), ST_NOMEM, "");
}
END_TEST

static void assert_top(size_t C, const float *scores, const size_t *want)
{
    size_t top[8];
    for (size_t k = 1; k <= C; k++) {
        memset(top, 0xff, sizeof top);
        classes_top(scores, C, k, top);
        ck_assert_mem_eq(top, want, k * sizeof *top);
        ck_assert_uint_eq(classes_place(scores, C, want[k - 1]), k - 1);
        if (k < N_OF(top))
            ck_assert_uint_eq(top[k], SIZE_MAX);
    }
}

START_TEST(the_best_classes_come_first)
{
    assert_top(1, (const float[]){3.0f}, (const size_t[]){0});
    assert_top(4, (const float[]){0.1f, 0.5f, -2.0f, 0.4f}, (const size_t[]){1, 3, 0, 2});
    assert_top(5, (const float[]){1.0f, 2.0f, 2.0f, 1.0f, 2.0f}, (const size_t[]){1, 2, 4, 0, 3});
    assert_top(3, (const float[]){0.0f, -0.0f, 0.0f}, (const size_t[]){0, 1, 2});
    assert_top(6, (const float[]){NAN, -INFINITY, NAN, INFINITY, 1.0f, INFINITY},
               (const size_t[]){3, 5, 4, 1, 0, 2});
}
END_TEST

static Suite *classes_suite(void)
{
    Suite *s = suite_create("classes");
    TCase *tc = tcase_create("classes");
    tcase_add_test(tc, figures_are_those_of_scikit_learn);
    tcase_add_test(tc, what_has_nothing_to_divide_by_is_flagged);
    tcase_add_test(tc, figures_are_those_of_the_guesses);
    tcase_add_test(tc, more_classes_than_memory_has_are_refused);
    tcase_add_test(tc, the_best_classes_come_first);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(classes_suite())
