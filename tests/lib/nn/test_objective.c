/* Label smoothing and the mean of several samples: values and gradients against differences of the
 * formulas in double. */
#include <math.h>
#include <string.h>

#include "lib/kern/kern.h"
#include "lib/nn/head/objective.h"
#include "tests/support/array_support.h"
#include "tests/support/tap.h"

enum { ROWS = 12, V = 37 };

static double minus_log_p(const double *logits, size_t y)
{
    double sum = 0.0;
    for (size_t j = 0; j < V; j++)
        sum += exp(logits[j]);
    return log(sum) - logits[y];
}

/* (1 - s) (-ln p_y) + s / V sum_j -ln p_j, or -ln of the mean probability of each group. */
static double value(const struct objective *o, const double *logits, const int32_t *y)
{
    const size_t N = objective_group(o);
    double all = 0.0;
    for (size_t r = 0; r < ROWS; r += N) {
        double p = 0.0, uniform = 0.0;
        for (size_t k = 0; k < N; k++)
            p += exp(-minus_log_p(logits + (r + k) * V, (size_t)y[r + k])) / (double)N;
        for (size_t j = 0; j < V; j++)
            uniform += minus_log_p(logits + r * V, j) / V;
        all += -(1.0 - o->smoothing) * log(p) + o->smoothing * uniform;
    }
    return all;
}

static const struct objective objectives[] = {
    {.samples = 0}, {.samples = 1}, {.smoothing = 0.1}, {.smoothing = 0.9, .samples = 1},
    {.samples = 2}, {.samples = 3}, {.samples = 12},
};

START_TEST(the_gradients_are_those_of_the_formula)
{
    const struct objective *o = &objectives[_i];
    const float scale = 0.25f;
    float *logits = zeroed((size_t)ROWS * V, sizeof *logits);
    int32_t *y = ids_below(1, ROWS, V);
    double nats[ROWS];
    rng_fill_uniform(1, RNG_TEST, logits, (size_t)ROWS * V, -3.0f, 3.0f);
    for (size_t r = 0; r < ROWS; r++)
        y[r] = y[r / objective_group(o) * objective_group(o)];
    double *wide = widened(logits, (size_t)ROWS * V);
    kern_cross_entropy(ROWS, V, logits, y, scale, nats);
    objective_apply(o, ROWS, V, scale, y, logits, nats);
    for (size_t i = 0; i < (size_t)ROWS * V; i++) {
        const double kept = wide[i], step = 1e-5;
        wide[i] = kept + step;
        const double above = value(o, wide, y);
        wide[i] = kept - step;
        const double below = value(o, wide, y);
        wide[i] = kept;
        ASSERT_NEAR((double)logits[i], (double)scale * (above - below) / (2.0 * step), 1e-6);
    }
    mem_free(logits);
    mem_free(wide);
    mem_free(y);
}
END_TEST

/* Of smoothing those of the targets; of samples the group's in its first row, whose sum is the
 * objective. */
START_TEST(the_nats_are_comparable)
{
    const struct objective *o = &objectives[_i];
    const size_t N = objective_group(o);
    const struct objective unsmoothed = {.samples = o->samples};
    float *logits = zeroed((size_t)ROWS * V, sizeof *logits);
    int32_t *y = zeroed(ROWS, sizeof *y);
    double nats[ROWS], sum = 0.0;
    rng_fill_uniform(2, RNG_TEST, logits, (size_t)ROWS * V, -3.0f, 3.0f);
    double *wide = widened(logits, (size_t)ROWS * V);
    kern_cross_entropy(ROWS, V, logits, y, 1.0f, nats);
    objective_apply(o, ROWS, V, 1.0f, y, logits, nats);
    for (size_t r = 0; r < ROWS; r++) {
        ck_assert(r % N == 0 ? nats[r] > 0.0 : nats[r] == 0.0);
        sum += nats[r];
    }
    ASSERT_NEAR(sum, value(&unsmoothed, wide, y), 1e-4);
    mem_free(logits);
    mem_free(wide);
    mem_free(y);
}
END_TEST

/* Of probabilities too small for a double, and of one that is no number. */
START_TEST(unlikely_targets_do_not_vanish)
{
    const struct objective two = {.samples = 2};
    const int32_t y[2] = {0, 0};
    float gradients[4] = {1.0f, 1.0f, 1.0f, 1.0f};
    double nats[2] = {2000.0, 2001.0};
    objective_apply(&two, 2, 2, 1.0f, y, gradients, nats);
    ASSERT_NEAR(nats[0], 2000.0 - log((1.0 + exp(-1.0)) / 2.0), 1e-9);
    ASSERT_NEAR((double)gradients[0], 1.0 / (1.0 + exp(-1.0)), 1e-7);
    for (int bad = 0; bad < 2; bad++) {
        nats[bad] = (double)NAN;
        nats[1 - bad] = 1.0;
        objective_apply(&two, 2, 2, 1.0f, y, gradients, nats);
        ck_assert(isnan(nats[0]));
    }
}
END_TEST

static Suite *objective_suite(void)
{
    Suite *s = suite_create("objective");
    TCase *tc = tcase_create("objective");
    tcase_add_loop_test(tc, the_gradients_are_those_of_the_formula, 0, N_OF(objectives));
    tcase_add_loop_test(tc, the_nats_are_comparable, 0, N_OF(objectives));
    tcase_add_test(tc, unlikely_targets_do_not_vanish);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(objective_suite())
