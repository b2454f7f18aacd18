/* A step of two products over every kernel set against plain loops in double: units around the
 * width of a panel, rows around those of a tile, packed weights and weights as they lie, by one
 * thread and by three. The pointwise part must find the products of its units made, and come once.
 */
#include <string.h>

#include "lib/kern/kern.h"
#include "lib/kern/recurrent_step.h"
#include "tests/support/array_support.h"
#include "tests/support/tap.h"

enum { GATES = 3, K = 37 };

/* The first product is left [B, K] W^T added to `gates`, W [3H, K]; the second gates' rows of
 * before, [B, 3H] W, W [3H, H], which `back` is set to. */
struct trial {
    size_t B, H;
    bool packs, first, second; /* whether W is packed, and which products there are */
    float *left, *w, *w_back, *w_turned, *before, *packed, *packed_back;
    float *gates, *back; /* what is made */
    float *seen, *calls; /* [B, H] the sum of a unit's numbers, how often it was seen */
    double *seconds, spent;
};

static void see_units(const void *ctx, size_t row, size_t unit, size_t units)
{
    const struct trial *t = ctx;
    for (size_t j = unit; j < unit + units; j++) {
        float sum = t->back[row * t->H + j];
        for (size_t g = 0; g < GATES; g++)
            sum += t->gates[(row * GATES + g) * t->H + j];
        t->seen[row * t->H + j] = sum;
        t->calls[row * t->H + j] += 1.0f;
    }
}

static void trial_init(struct trial *t)
{
    const size_t n = t->B * t->H;
    t->left = numbers(1, t->B * K);
    t->w = numbers(2, GATES * t->H * K);
    t->w_back = numbers(3, GATES * t->H * t->H);
    t->w_turned = zeroed(GATES * t->H * t->H, sizeof(float));
    t->before = numbers(4, GATES * n);
    t->packed = zeroed(recurrent_packed_size(GATES, t->H, K), sizeof(float));
    t->packed_back = zeroed(recurrent_packed_size(1, t->H, GATES * t->H), sizeof(float));
    t->gates = numbers(4, GATES * n);
    t->back = numbers(5, n);
    t->seen = zeroed(n, sizeof(float));
    t->calls = zeroed(n, sizeof(float));
    kern_transpose(GATES * t->H, t->H, t->w_back, t->w_turned);
    recurrent_pack(GATES, t->H, K, t->w, t->packed);
    recurrent_pack_back(t->H, GATES * t->H, t->w_back, t->packed_back);
}

static void trial_fini(struct trial *t)
{
    float *arrays[] = {t->left,        t->w,     t->w_back, t->w_turned, t->before, t->packed,
                       t->packed_back, t->gates, t->back,   t->seen,     t->calls};
    for (size_t i = 0; i < N_OF(arrays); i++)
        mem_free(arrays[i]);
}

static void run(struct trial *t)
{
    const struct recurrent_step step = {.B = t->B,
                                        .H = t->H,
                                        .products = {{.left = t->first ? t->left : NULL,
                                                      .gates = GATES,
                                                      .k = K,
                                                      .packed = t->packs ? t->packed : NULL,
                                                      .weight = t->w,
                                                      .out = t->gates},
                                                     {.left = t->second ? t->before : NULL,
                                                      .gates = 1,
                                                      .k = GATES * t->H,
                                                      .packed = t->packs ? t->packed_back : NULL,
                                                      .weight = t->w_turned,
                                                      .set = true,
                                                      .out = t->back}},
                                        .pointwise = see_units,
                                        .ctx = t,
                                        .seconds = t->seconds};
    recurrent_step_run(&step);
}

static double gate_of(const struct trial *t, size_t row, size_t column, double *size)
{
    double sum = (double)t->before[row * GATES * t->H + column];
    *size = 1.0 + 3.0;
    for (size_t p = 0; t->first && p < K; p++) {
        sum += (double)t->left[row * K + p] * (double)t->w[column * K + p];
        *size += 9.0;
    }
    return sum;
}

static double back_of(const struct trial *t, const float *was, size_t row, size_t unit,
                      double *size)
{
    double sum = t->second ? 0.0 : (double)was[row * t->H + unit];
    *size = 1.0 + 3.0;
    for (size_t p = 0; t->second && p < GATES * t->H; p++) {
        sum += (double)t->before[row * GATES * t->H + p] * (double)t->w_back[p * t->H + unit];
        *size += 9.0;
    }
    return sum;
}

/* Numbers below 3 give products below 9; each of the n additions of a sum may cost half of EPS of
 * what the sum has become. */
static double bound_of(double size)
{
    return size * size / 9.0 * ORACLE_EPS / 2.0 + size * ORACLE_EPS;
}

static void check_unit(const struct trial *t, const float *was, size_t row, size_t unit)
{
    double size, all = 0.0, bounds = 0.0;
    for (size_t g = 0; g < GATES; g++) {
        const double want = gate_of(t, row, g * t->H + unit, &size);
        ASSERT_NEAR((double)t->gates[(row * GATES + g) * t->H + unit], want, bound_of(size));
        all += want;
        bounds += bound_of(size) + size * ORACLE_EPS;
    }
    const double want = back_of(t, was, row, unit, &size);
    ASSERT_NEAR((double)t->back[row * t->H + unit], want, bound_of(size));
    bounds += bound_of(size) + size * ORACLE_EPS;
    ASSERT_NEAR((double)t->seen[row * t->H + unit], all + want, bounds);
    ASSERT_NEAR((double)t->calls[row * t->H + unit], 1.0, 0.0);
}

static void check_trial(struct trial t)
{
    float *was = numbers(5, t.B * t.H);
    trial_init(&t);
    run(&t);
    for (size_t row = 0; row < t.B; row++)
        for (size_t unit = 0; unit < t.H; unit++)
            check_unit(&t, was, row, unit);
    trial_fini(&t);
    mem_free(was);
}

static const size_t all_B[] = {1, 13, 25}, all_H[] = {1, 32, 70};

/* By every kernel set. */
static void each_trial(void (*check)(struct trial))
{
    kern_set_threads(1);
    for (size_t set = 0; kern_set_at(set) != NULL; set++) {
        if (!kern_choose(kern_set_at(set)->name))
            continue;
        for (size_t b = 0; b < N_OF(all_B); b++)
            for (size_t h = 0; h < N_OF(all_H); h++)
                for (unsigned i = 0; i < 8; i++)
                    check((struct trial){.B = all_B[b],
                                         .H = all_H[h],
                                         .packs = (i & 1) != 0,
                                         .first = (i & 2) != 0,
                                         .second = (i & 4) != 0});
    }
}

START_TEST(products_agree_with_plain_loops_and_units_come_once)
{
    each_trial(check_trial);
}
END_TEST

/* Where a BLAS multiplies, test_gemm tries its threads. */
static void check_bits(struct trial one)
{
    struct trial many = one;
    if (kern()->panels == NULL)
        return;
    kern_set_threads(1);
    trial_init(&one);
    run(&one);
    kern_set_threads(3);
    trial_init(&many);
    run(&many);
    const size_t bytes = one.B * one.H * sizeof(float);
    ck_assert_int_eq(memcmp(one.gates, many.gates, GATES * bytes), 0);
    ck_assert_int_eq(memcmp(one.back, many.back, bytes), 0);
    ck_assert_int_eq(memcmp(one.seen, many.seen, bytes), 0);
    trial_fini(&one);
    trial_fini(&many);
}

START_TEST(threads_change_no_bit)
{
    each_trial(check_bits);
}
END_TEST

START_TEST(the_pointwise_part_is_timed_where_asked)
{
    struct trial t = {.B = 25, .H = 70, .packs = true, .first = true, .second = true};
    t.seconds = &t.spent;
    trial_init(&t);
    run(&t);
    ck_assert(t.spent > 0.0 && t.spent < 10.0);
    trial_fini(&t);
}
END_TEST

static Suite *recurrent_step_suite(void)
{
    Suite *s = suite_create("recurrent_step");
    TCase *tc = tcase_create("recurrent_step");
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, products_agree_with_plain_loops_and_units_come_once);
    tcase_add_test(tc, threads_change_no_bit);
    tcase_add_test(tc, the_pointwise_part_is_timed_where_asked);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(recurrent_step_suite())
