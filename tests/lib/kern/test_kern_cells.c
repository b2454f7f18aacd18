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
    float *x = changed(t, 0, 3 * H), *out = changed(t, 3, H), *before = copy_of(x, 3 * H);
    const float *h = input(t, 1, 3 * H), *h_prev = input(t, 2, H);
    t->k->gru_forward(H, H, x, h, h_prev, out);
    for (size_t j = 0; j < H; j++) {
        const double ar = (double)before[j] + (double)h[j];
        const double az = (double)before[H + j] + (double)h[H + j];
        const double r = oracle_sigmoid(ar), z = oracle_sigmoid(az);
        const double hn = (double)h[2 * H + j], an = (double)before[2 * H + j];
        const double n = tanh(an + r * hn), prev = (double)h_prev[j];
        /* sums of two floats carry their rounding into the exponential */
        const double to_r = 1.0 + fabs(ar), to_z = 1.0 + fabs(az);
        const double to_n = times(1.0 - n * n, fabs(an) + 2.0 * times(r, to_r * fabs(hn)));
        const double n_bound = bound_of(fabs(n) + to_n);
        ASSERT_AGREES(t, "r", j, (double)x[j], r, bound_of(times(r, to_r)));
        ASSERT_AGREES(t, "z", j, (double)x[H + j], z, bound_of(times(z, to_z)));
        ASSERT_AGREES(t, "n", j, (double)x[2 * H + j], n, n_bound);
        ASSERT_AGREES(t, "h", j, (double)out[j], (1.0 - z) * n + z * prev,
                      n_bound + bound_of(2.0 * fabs(n) + times(z, to_z * (fabs(n) + fabs(prev)))));
    }
    free(before);
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
    float *x = changed(t, 0, 3 * H), *h = changed(t, 1, 3 * H), *dh_prev = changed(t, 4, H);
    const float *h_prev = input(t, 2, H), *dh = input(t, 3, H);
    float *was_x = copy_of(x, 3 * H), *was_h = copy_of(h, 3 * H), *was = copy_of(dh_prev, H);
    t->k->gru_backward(H, H, x, h, h_prev, dh, dh_prev);
    for (size_t j = 0; j < H; j++) {
        const double r = (double)was_x[j], z = (double)was_x[H + j], n = (double)was_x[2 * H + j];
        const double d = (double)dh[j], hn = (double)was_h[2 * H + j], prev = (double)h_prev[j];
        const double dn = d * (1.0 - z) * (1.0 - n * n);
        const double n_size = fabs(d) * (1.0 + fabs(z)) * (1.0 + n * n);
        const double z_size = fabs(d) * (fabs(prev) + fabs(n)) * fabs(z) * (1.0 + fabs(z));
        const double r_size = n_size * fabs(hn * r) * (1.0 + fabs(r));
        const double dz = d * (prev - n) * z * (1.0 - z), dr = dn * hn * r * (1.0 - r);
        ASSERT_AGREES(t, "dr", j, (double)x[j], dr, bound_of(r_size));
        ASSERT_AGREES(t, "dr of h", j, (double)h[j], dr, bound_of(r_size));
        ASSERT_AGREES(t, "dz", j, (double)x[H + j], dz, bound_of(z_size));
        ASSERT_AGREES(t, "dz of h", j, (double)h[H + j], dz, bound_of(z_size));
        ASSERT_AGREES(t, "dn", j, (double)x[2 * H + j], dn, bound_of(n_size));
        ASSERT_AGREES(t, "dn of h", j, (double)h[2 * H + j], dn * r, bound_of(n_size * fabs(r)));
        ASSERT_AGREES(t, "dh_prev", j, (double)dh_prev[j], (double)was[j] + d * z,
                      bound_of(fabs((double)was[j]) + fabs(d * z)));
    }
    free(was_x);
    free(was_h);
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
    const float *a = input(t, 0, n), *dh = input(t, 1, n), *h = input(t, 2, n);
    float *u = changed(t, 3, n), *du = changed(t, 4, n);
    float *v = changed(t, 5, n), *dv = changed(t, 6, n);
    t->k->tanh_forward(n, a, u);
    t->k->tanh_backward(n, h, dh, du);
    t->k->relu_forward(n, a, v);
    t->k->relu_backward(n, h, dh, dv);
    for (size_t j = 0; j < n; j++) {
        const double x = (double)a[j], y = (double)h[j], d = (double)dh[j];
        ASSERT_AGREES(t, "tanh", j, (double)u[j], tanh(x), bound_of(fabs(tanh(x))));
        ASSERT_AGREES(t, "its gradient", j, (double)du[j], d * (1.0 - y * y),
                      bound_of(fabs(d) * (1.0 + y * y)));
        ASSERT_AGREES(t, "relu", j, (double)v[j], x <= 0.0 ? 0.0 : x, 0.0);
        ASSERT_AGREES(t, "its gradient", j, (double)dv[j], y <= 0.0 ? 0.0 : d, 0.0);
    }
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
