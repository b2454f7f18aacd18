/* Updates equal PyTorch's. */
#include <math.h>

#include "tests/lib/optim/golden_optim.h"
#include "tests/support/optim_support.h"

/* Errors of float32: 1e-5 of what the steps have made of the start (of a slot: of 0), and roundings
 * of the largest of the numbers that are added up. */
static void assert_close(const char *what, const double *want, const float *got, const float *start)
{
    double largest = 0.0;
    for (size_t i = 0; i < GOLDEN_WEIGHTS; i++)
        largest = fmax(largest, fabs(want[i]));
    for (size_t i = 0; i < GOLDEN_WEIGHTS; i++) {
        const double from = start != NULL ? (double)start[i] : 0.0;
        const double bound = 1e-5 * fabs(want[i] - from) + 1e-7 * largest;
        if (!oracle_agrees((double)got[i], want[i], bound))
            ck_abort_msg("%s[%zu]: %.9g, PyTorch's is %.9g", what, i, (double)got[i], want[i]);
    }
}

static void step_both(const struct rig *r, const struct golden_case *c, size_t step)
{
    const struct optim_step at = {
        .settings = &r->settings,
        .lr = c->lr,
        .scale = c->clips ? optim_clip_scale(golden_norm[step], golden_clip) : 1.0f,
        .step = step + 1};
    const struct optim_span dense = rig_span(r, 0, GOLDEN_DENSE, golden_grad + step * GOLDEN_DENSE);
    struct optim_span table = rig_span(r, GOLDEN_DENSE, GOLDEN_ROWS * GOLDEN_WIDTH,
                                       golden_row_grad + step * GOLDEN_SEEN * GOLDEN_WIDTH);
    table.rows = golden_rows + step * GOLDEN_SEEN;
    table.n_rows = GOLDEN_SEEN;
    table.row_len = GOLDEN_WIDTH;
    optim_update(r->ops, &at, &dense);
    optim_update(r->ops, &at, &table);
}

static const double *slot_values(const struct golden_case *c, const char *name)
{
    for (const struct golden_slot *slot = c->slots; slot->name != NULL; slot++)
        if (strcmp(slot->name, name) == 0)
            return slot->values;
    ck_abort_msg("PyTorch has no %s", name);
    return NULL;
}

START_TEST(updates_are_pytorchs)
{
    const struct golden_case *c = &golden_cases[_i];
    const struct optim_ops *ops = optim_find(c->optim);
    ck_assert_ptr_nonnull(ops);
    struct rig r = rig_new(ops, &c->settings, GOLDEN_WEIGHTS);
    memcpy(r.weights, golden_start, sizeof golden_start);
    for (int step = 0; step < c->steps; step++)
        step_both(&r, c, (size_t)step);
    assert_close("weights", c->weights, r.weights, golden_start);
    struct optim_slot slots[OPTIM_SLOTS_MAX];
    const size_t n = optim_slots(ops, &c->settings, slots);
    for (size_t i = 0; i < n; i++)
        assert_close(slots[i].name, slot_values(c, slots[i].name), r.slots[i], NULL);
    rig_free(&r);
}
END_TEST

/* Otherwise an optimiser of the table might be without numbers. */
START_TEST(every_optimiser_has_golden_numbers_and_pytorchs_defaults)
{
    size_t n = 0;
    for (; optim_at(n) != NULL; n++) {
        size_t cases = 0;
        for (size_t c = 0; c < N_OF(golden_cases); c++)
            cases += strcmp(golden_cases[c].optim, optim_at(n)->name) == 0;
        ck_assert_uint_ge(cases, 1);
    }
    ck_assert_uint_eq(n, N_OF(golden_defaults));
    for (size_t i = 0; i < n; i++) {
        const struct optim_ops *ops = optim_find(golden_defaults[i].optim);
        ck_assert_ptr_nonnull(ops);
        ck_assert_double_eq(ops->lr, golden_defaults[i].lr);
        ck_assert_mem_eq(&ops->defaults, &golden_defaults[i].settings, sizeof ops->defaults);
    }
}
END_TEST

static Suite *golden_suite(void)
{
    Suite *s = suite_create("optim_golden");
    TCase *tc = tcase_create("optim_golden");
    tcase_add_loop_test(tc, updates_are_pytorchs, 0, (int)N_OF(golden_cases));
    tcase_add_test(tc, every_optimiser_has_golden_numbers_and_pytorchs_defaults);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(golden_suite())
