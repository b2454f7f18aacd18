/* Optimisers: the table, clipping, which settings they read, and that they find a minimum. */
#include <math.h>
#include <stddef.h>

#include "lib/kern/kern.h"
#include "tests/support/optim_support.h"

START_TEST(optimisers_are_found_by_name)
{
    ck_assert_ptr_nonnull(optim_at(0));
    for (size_t i = 0; optim_at(i) != NULL; i++)
        ck_assert_ptr_eq(optim_find(optim_at(i)->name), optim_at(i));
    ck_assert_ptr_eq(optim_find("sgd"), &optim_sgd);
    ck_assert_ptr_null(optim_find("SGD"));
    ck_assert_ptr_null(optim_find(""));
}
END_TEST

/* Clipping ------------------------------------------------------------------- */

START_TEST(a_gradient_is_scaled_to_the_largest_norm_and_a_smaller_one_is_left)
{
    static const struct {
        double norm, max;
        float scale;
    } cases[] = {
        {0.0, 5.0, 1.0f},          {4.999, 5.0, 1.0f},  {5.0, 5.0, 1.0f},     {10.0, 5.0, 0.5f},
        {1e30, 5.0, 5.0f / 1e30f}, {2.0, 0.25, 0.125f}, {1e-30, 1e-31, 0.1f},
    };
    for (size_t i = 0; i < N_OF(cases); i++) {
        const float got = optim_clip_scale(cases[i].norm, cases[i].max);
        ck_assert(fabsf(got - cases[i].scale) <= 1e-6f * cases[i].scale);
    }
    ck_assert(optim_clip_scale(nextafter(5.0, 6.0), 5.0) <= 1.0f);
}
END_TEST

START_TEST(the_sum_of_squares_is_that_of_all_elements)
{
    enum { N = 1003 };
    float grad[N];
    double want = 0.0;
    for (size_t i = 0; i < N; i++) {
        grad[i] = (float)i * 0.25f - 100.0f;
        want += (double)grad[i] * (double)grad[i];
    }
    ck_assert(fabs(optim_sum_squares(N, grad) - want) <= 2e-6 * want);
    ck_assert_double_eq(optim_sum_squares(0, grad), 0.0);
}
END_TEST

/* SGD ------------------------------------------------------------------------ */

/* The bits that runs have had since there were runs. */
START_TEST(plain_sgd_is_one_axpy)
{
    enum { N = 40003 };
    struct rig r = rig_new(&optim_sgd, &optim_sgd.defaults, N);
    float *grad = numbers(2, N), *want = numbers(1, N);
    const struct optim_step step = {&optim_sgd.defaults, 0.7, 0.3f, 1};
    const struct optim_span span = rig_span(&r, 0, N, grad);
    optim_update(&optim_sgd, &step, &span);
    kern_axpy(N, -0.7f * 0.3f, grad, want);
    ck_assert(same_floats(r.weights, want, N));
    rig_free(&r);
    mem_free(grad);
    mem_free(want);
}
END_TEST

START_TEST(sgd_subtracts_the_scaled_gradient)
{
    enum { N = 37 };
    float weights[N + 1], grad[N];
    for (size_t i = 0; i < N; i++) {
        weights[i] = (float)i;
        grad[i] = (float)i - 5.0f;
    }
    weights[N] = 77.0f;
    const struct optim_step step = {&optim_sgd.defaults, 0.5, 0.25f, 1};
    const struct optim_span span = {.weights = weights, .grad = grad, .n = N, .decays = true};
    ck_assert_uint_eq(optim_slots(&optim_sgd, &optim_sgd.defaults, NULL), 0);
    optim_update(&optim_sgd, &step, &span);
    for (size_t i = 0; i < N; i++) /* all exact in float */
        ck_assert_float_eq(weights[i], (float)i - 0.125f * ((float)i - 5.0f));
    ck_assert_float_eq(weights[N], 77.0f);
}
END_TEST

/* Settings ------------------------------------------------------------------- */

#define NUMBER(name, member, value)                                                                \
    {                                                                                              \
        name, offsetof(struct optim_settings, member), value, false                                \
    }
#define SWITCH(name, member)                                                                       \
    {                                                                                              \
        name, offsetof(struct optim_settings, member), 0.0, true                                   \
    }

/* Every setting, with another value than any default. */
static const struct {
    const char *name;
    size_t offset;
    double value;
    bool is_switch;
} settings[] = {
    NUMBER("momentum", momentum, 0.25),
    SWITCH("nesterov", nesterov),
    SWITCH("centered", centered),
    NUMBER("beta1", beta1, 0.5),
    NUMBER("beta2", beta2, 0.5),
    NUMBER("alpha", alpha, 0.5),
    NUMBER("eps", eps, 0.25),
    NUMBER("weight-decay", weight_decay, 0.25),
    NUMBER("adagrad-decay", lr_decay, 0.5),
    NUMBER("initial-sum", initial_accumulator, 0.5),
};

static struct optim_settings changed(const struct optim_settings *from, size_t i)
{
    struct optim_settings s = *from;
    void *at = (char *)&s + settings[i].offset;
    if (settings[i].is_switch)
        *(bool *)at = true;
    else
        *(double *)at = settings[i].value;
    return s;
}

/* Eight steps, and so past RAdam's first ones. */
static struct rig stepped(const struct optim_ops *ops, const struct optim_settings *s, bool decays)
{
    enum { N = 30 };
    struct rig r = rig_new(ops, s, N);
    float *grad = numbers(2, N);
    for (uint64_t step = 1; step <= 8; step++) {
        struct optim_span span = rig_span(&r, 0, N, grad);
        span.decays = decays;
        rig_update(&r, &span, step);
        grad[step] = 1.0f;
    }
    mem_free(grad);
    return r;
}

START_TEST(an_optimiser_reads_the_settings_that_it_lists_and_no_others)
{
    const struct optim_ops *ops = optim_at((size_t)_i);
    size_t known = 0;
    struct optim_settings base = ops->defaults;
    base.momentum = 0.5;
    struct rig before = stepped(ops, &base, true);
    for (size_t i = 0; i < N_OF(settings); i++) {
        const struct optim_settings other = changed(&base, i);
        struct rig after = stepped(ops, &other, true);
        const bool same = same_floats(before.weights, after.weights, before.n);
        if (same == optim_uses(ops, settings[i].name))
            ck_abort_msg("%s and %s", ops->name, settings[i].name);
        known += optim_uses(ops, settings[i].name);
        rig_free(&after);
    }
    for (size_t i = 0; ops->uses[i] != NULL; i++)
        known--;
    ck_assert_uint_eq(known, 0);
    rig_free(&before);
}
END_TEST

START_TEST(weights_that_do_not_decay_are_left_by_weight_decay)
{
    const struct optim_ops *ops = optim_at((size_t)_i);
    for (int v = 0; v < VARIANTS; v++) {
        struct optim_settings with = variant(ops, v), without = with;
        with.weight_decay = 0.25;
        without.weight_decay = 0.0;
        struct rig a = stepped(ops, &with, false), b = stepped(ops, &without, true);
        ck_assert(rig_same(&a, &b));
        rig_free(&a);
        rig_free(&b);
    }
}
END_TEST

START_TEST(slots_have_names_of_their_own)
{
    const struct optim_ops *ops = optim_at((size_t)_i);
    for (int v = 0; v < VARIANTS; v++) {
        const struct optim_settings s = variant(ops, v);
        struct optim_slot slots[OPTIM_SLOTS_MAX];
        const size_t n = optim_slots(ops, &s, slots);
        ck_assert_uint_le(n, OPTIM_SLOTS_MAX);
        for (size_t i = 0; i < n; i++)
            for (size_t k = 0; k < i; k++)
                ck_assert_str_ne(slots[i].name, slots[k].name);
    }
}
END_TEST

START_TEST(nesterovs_momentum_needs_momentum)
{
    struct err err;
    struct optim_settings s = {.nesterov = true};
    ck_assert_int_eq(optim_check(&optim_sgd, &s, &err), ST_USAGE);
    ck_assert_ptr_nonnull(strstr(err.text, "momentum above 0, not 0"));
    ck_assert_int_eq(optim_check(&optim_adam, &s, &err), ST_OK);
    s.momentum = 0.1;
    ck_assert_int_eq(optim_check(&optim_sgd, &s, &err), ST_OK);
}
END_TEST

/* Convergence ---------------------------------------------------------------- */

/* How far from its minimum, c, steps on 1/2 sum a_i (w_i - c_i)^2 end, with a between 1/2 and 2.
 * Rates fall as 1 / sqrt(step); but Adagrad's do so by themselves. */
static double distance_left(const struct optim_ops *ops, const struct optim_settings *s)
{
    enum { N = 20, LAST = 3000 };
    struct rig r = rig_new(ops, s, N);
    float *centre = numbers(3, N), grad[N], far = 0.0f;
    for (uint64_t step = 1; step <= LAST; step++) {
        for (size_t i = 0; i < N; i++)
            grad[i] = (0.5f + 1.5f * (float)i / N) * (r.weights[i] - centre[i]);
        const double falling = ops == &optim_adagrad ? 1.0 : sqrt((double)step);
        const struct optim_step at = {s, 0.3 / falling, 1.0f, step};
        const struct optim_span span = rig_span(&r, 0, N, grad);
        optim_update(ops, &at, &span);
    }
    for (size_t i = 0; i < N; i++)
        far = fmaxf(far, fabsf(r.weights[i] - centre[i]));
    rig_free(&r);
    mem_free(centre);
    return (double)far;
}

START_TEST(a_convex_minimum_is_found)
{
    const struct optim_ops *ops = optim_at((size_t)_i);
    for (int v = 0; v < VARIANTS; v++) {
        struct optim_settings s = variant(ops, v);
        s.weight_decay = s.lr_decay = 0.0; /* which change the minimum, and end the way to it */
        const double far = distance_left(ops, &s);
        ck_assert_msg(far <= 0.02, "%s, settings %d: %g", ops->name, v, far);
    }
}
END_TEST

static Suite *optim_suite(void)
{
    Suite *s = suite_create("optim");
    TCase *tc = tcase_create("optim");
    int n = 0;
    while (optim_at((size_t)n) != NULL)
        n++;
    tcase_add_test(tc, optimisers_are_found_by_name);
    tcase_add_test(tc, a_gradient_is_scaled_to_the_largest_norm_and_a_smaller_one_is_left);
    tcase_add_test(tc, the_sum_of_squares_is_that_of_all_elements);
    tcase_add_test(tc, plain_sgd_is_one_axpy);
    tcase_add_test(tc, sgd_subtracts_the_scaled_gradient);
    tcase_add_loop_test(tc, an_optimiser_reads_the_settings_that_it_lists_and_no_others, 0, n);
    tcase_add_loop_test(tc, weights_that_do_not_decay_are_left_by_weight_decay, 0, n);
    tcase_add_loop_test(tc, slots_have_names_of_their_own, 0, n);
    tcase_add_test(tc, nesterovs_momentum_needs_momentum);
    tcase_add_loop_test(tc, a_convex_minimum_is_found, 0, n);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(optim_suite())
