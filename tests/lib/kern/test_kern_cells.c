/* The steps of the cells without memory, forward and backward, of every kernel set, against their
 * formulas in double. */
#include <math.h>

#include "tests/support/kern_support.h"

/* Of a sum of products, each with a rounding or two: K times the sum of their sizes. Where a factor
 * has an error of its own, that counts once more. */
static double bound_of(double size)
{
    return 2.0 * K * size + TINY;
}

/* a b, and 0 where a is, whatever b: a slope that is 0 carries no error on. */
static double times(double a, double b)
{
    return a == 0.0 ? 0.0 : a * b;
}

/* GRU ------------------------------------------------------------------------ */

static void check_gru_forward(const struct trial *t)
{
    const size_t H = t->n;
    float *rz = changed(t, 0, 2 * H), *a = changed(t, 1, H), *q = changed(t, 2, H);
    float *out = changed(t, 3, H);
    const float *b = input(t, 4, H), *h_prev = input(t, 5, H);
    float *was_rz = copy_of(rz, 2 * H), *was_a = copy_of(a, H), *was_q = copy_of(q, H);
    t->k->gru_forward(H, H, rz, a, q, b, h_prev, out);
    for (size_t j = 0; j < H; j++) {
        const double r = oracle_sigmoid((double)was_rz[j]), prev = (double)h_prev[j];
        const double z = oracle_sigmoid((double)was_rz[H + j]), x = (double)was_a[j];
        const double product = (double)was_q[j] + (double)b[j], n = tanh(x + r * product);
        const double to_n = times(1.0 - n * n, fabs(x) + 2.0 * times(r, fabs(product)));
        const double n_bound = bound_of(fabs(n) + to_n);
        ASSERT_AGREES(t, "r", j, (double)rz[j], r, bound_of(r));
        ASSERT_AGREES(t, "z", j, (double)rz[H + j], z, bound_of(z));
        ASSERT_AGREES(t, "q", j, (double)q[j], product, bound_of(fabs(product)));
        ASSERT_AGREES(t, "n", j, (double)a[j], n, n_bound);
        ASSERT_AGREES(t, "h", j, (double)out[j], (1.0 - z) * n + z * prev,
                      n_bound + bound_of(2.0 * fabs(n) + times(z, fabs(n) + fabs(prev))));
    }
    free(was_rz);
    free(was_a);
    free(was_q);
    arrays_check_and_free(t);
}

START_TEST(gru_forward_agrees_with_its_formula)
{
    each_trial(check_gru_forward);
}
END_TEST

static void check_gru_backward(const struct trial *t)
{
    const size_t H = t->n;
    float *rz = changed(t, 0, 2 * H), *a = changed(t, 1, H), *q = changed(t, 2, H);
    float *dh_prev = changed(t, 3, H);
    const float *h_prev = input(t, 4, H), *dh = input(t, 5, H);
    float *was_rz = copy_of(rz, 2 * H), *was_a = copy_of(a, H), *was_q = copy_of(q, H);
    float *was = copy_of(dh_prev, H);
    t->k->gru_backward(H, H, rz, a, q, h_prev, dh, dh_prev);
    for (size_t j = 0; j < H; j++) {
        const double r = (double)was_rz[j], z = (double)was_rz[H + j], n = (double)was_a[j];
        const double d = (double)dh[j], product = (double)was_q[j], prev = (double)h_prev[j];
        const double dn = d * (1.0 - z) * (1.0 - n * n);
        const double n_size = fabs(d) * (1.0 + fabs(z)) * (1.0 + n * n);
        const double z_size = fabs(d) * (fabs(prev) + fabs(n)) * fabs(z) * (1.0 + fabs(z));
        const double r_size = n_size * fabs(product * r) * (1.0 + fabs(r));
        ASSERT_AGREES(t, "dr", j, (double)rz[j], dn * product * r * (1.0 - r), bound_of(r_size));
        ASSERT_AGREES(t, "dz", j, (double)rz[H + j], d * (prev - n) * z * (1.0 - z),
                      bound_of(z_size));
        ASSERT_AGREES(t, "dn", j, (double)a[j], dn, bound_of(n_size));
        ASSERT_AGREES(t, "dq", j, (double)q[j], dn * r, bound_of(n_size * fabs(r)));
        ASSERT_AGREES(t, "dh_prev", j, (double)dh_prev[j], (double)was[j] + d * z,
                      bound_of(fabs((double)was[j]) + fabs(d * z)));
    }
    free(was_rz);
    free(was_a);
    free(was_q);
    free(was);
    arrays_check_and_free(t);
}

START_TEST(gru_backward_agrees_with_its_formula)
{
    each_trial(check_gru_backward);
}
END_TEST

/* Cho's ---------------------------------------------------------------------- */

static void check_cho_forward(const struct trial *t)
{
    const size_t H = t->n;
    float *gates = changed(t, 0, 2 * H), *reset = changed(t, 2, H), *was = copy_of(gates, 2 * H);
    float *a = changed(t, 3, H), *out = changed(t, 5, H), *was_a = copy_of(a, H);
    const float *h_prev = input(t, 1, H), *z_in = input(t, 4, H);
    t->k->cho_gates_forward(H, H, gates, h_prev, reset);
    t->k->cho_forward(H, z_in, a, h_prev, out);
    for (size_t j = 0; j < H; j++) {
        const double r = oracle_sigmoid((double)was[j]), z = oracle_sigmoid((double)was[H + j]);
        const double prev = (double)h_prev[j], n = tanh((double)was_a[j]), gate = (double)z_in[j];
        ASSERT_AGREES(t, "r", j, (double)gates[j], r, bound_of(r));
        ASSERT_AGREES(t, "z", j, (double)gates[H + j], z, bound_of(z));
        ASSERT_AGREES(t, "r h", j, (double)reset[j], r * prev, bound_of(fabs(r * prev)));
        ASSERT_AGREES(t, "n", j, (double)a[j], n, bound_of(fabs(n)));
        ASSERT_AGREES(t, "h", j, (double)out[j], (1.0 - gate) * n + gate * prev,
                      bound_of((1.0 + fabs(gate)) * fabs(n) + fabs(gate * prev)));
    }
    free(was);
    free(was_a);
    arrays_check_and_free(t);
}

START_TEST(chos_forward_agrees_with_its_formula)
{
    each_trial(check_cho_forward);
}
END_TEST

static void check_cho_backward(const struct trial *t)
{
    const size_t H = t->n;
    float *z = changed(t, 0, H), *a = changed(t, 1, H), *r = changed(t, 2, H);
    float *dh_prev = changed(t, 3, H);
    const float *h_prev = input(t, 4, H), *dh = input(t, 5, H), *dreset = input(t, 6, H);
    float *was_z = copy_of(z, H), *was_a = copy_of(a, H), *was_r = copy_of(r, H);
    float *was = copy_of(dh_prev, H);
    t->k->cho_backward(H, z, a, h_prev, dh, dh_prev);
    t->k->cho_gates_backward(H, r, h_prev, dreset, dh_prev);
    for (size_t j = 0; j < H; j++) {
        const double gate = (double)was_z[j], n = (double)was_a[j], s = (double)was_r[j];
        const double d = (double)dh[j], e = (double)dreset[j], prev = (double)h_prev[j];
        ASSERT_AGREES(t, "dn", j, (double)a[j], d * (1.0 - gate) * (1.0 - n * n),
                      bound_of(fabs(d) * (1.0 + fabs(gate)) * (1.0 + n * n)));
        ASSERT_AGREES(t, "dz", j, (double)z[j], d * (prev - n) * gate * (1.0 - gate),
                      bound_of(fabs(d) * (fabs(prev) + fabs(n)) * fabs(gate) * (1.0 + fabs(gate))));
        ASSERT_AGREES(t, "dr", j, (double)r[j], e * prev * s * (1.0 - s),
                      bound_of(fabs(e * prev * s) * (1.0 + fabs(s))));
        ASSERT_AGREES(t, "dh_prev", j, (double)dh_prev[j], (double)was[j] + d * gate + e * s,
                      bound_of(fabs((double)was[j]) + fabs(d * gate) + fabs(e * s)));
    }
    free(was_z);
    free(was_a);
    free(was_r);
    free(was);
    arrays_check_and_free(t);
}

START_TEST(chos_backward_agrees_with_its_formula)
{
    each_trial(check_cho_backward);
}
END_TEST

/* Simple networks ------------------------------------------------------------ */

static void check_activations(const struct trial *t)
{
    const size_t n = t->n;
    const float *h = input(t, 0, n);
    float *u = changed(t, 1, n), *du = changed(t, 2, n), *v = changed(t, 1, n);
    float *dv = changed(t, 2, n), *was = copy_of(u, n), *was_d = copy_of(du, n);
    t->k->tanh_forward(n, u);
    t->k->tanh_backward(n, h, du);
    t->k->relu_forward(n, v);
    t->k->relu_backward(n, h, dv);
    for (size_t j = 0; j < n; j++) {
        const double x = (double)was[j], y = (double)h[j], d = (double)was_d[j];
        ASSERT_AGREES(t, "tanh", j, (double)u[j], tanh(x), bound_of(fabs(tanh(x))));
        ASSERT_AGREES(t, "its gradient", j, (double)du[j], d * (1.0 - y * y),
                      bound_of(fabs(d) * (1.0 + y * y)));
        ASSERT_AGREES(t, "relu", j, (double)v[j], x <= 0.0 ? 0.0 : x, 0.0);
        ASSERT_AGREES(t, "its gradient", j, (double)dv[j], d * (y <= 0.0 ? 0.0 : 1.0), 0.0);
    }
    free(was);
    free(was_d);
    arrays_check_and_free(t);
}

START_TEST(activations_agree_with_their_formulas)
{
    each_trial(check_activations);
}
END_TEST

static Suite *kern_cells_suite(void)
{
    Suite *s = suite_create("kern_cells");
    TCase *tc = tcase_create("kern_cells");
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, gru_forward_agrees_with_its_formula);
    tcase_add_test(tc, gru_backward_agrees_with_its_formula);
    tcase_add_test(tc, chos_forward_agrees_with_its_formula);
    tcase_add_test(tc, chos_backward_agrees_with_its_formula);
    tcase_add_test(tc, activations_agree_with_their_formulas);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(kern_cells_suite())
