/* The LSTM's step, plain and with a capped input gate, forward and backward, of every kernel set,
 * against the oracle in double. */
#include <math.h>

#include "tests/support/kern_support.h"

/* Whether a capped gate is at its cap; false where it may be either by rounding, too. */
static bool is_capped(double i, double f)
{
    return i > 1.0 - f;
}

/* What the gate lets in. */
static double let_in(bool capped, double i, double f)
{
    return capped && is_capped(i, f) ? 1.0 - f : i;
}

static void check_forward_unit(const struct trial *t, bool capped, size_t j, const float *before,
                               const float *gates, double c_prev, double got_c, double got_h)
{
    const size_t H = t->n;
    const double i = oracle_sigmoid((double)before[j]), f = oracle_sigmoid((double)before[H + j]);
    const double g = tanh((double)before[2 * H + j]);
    const double o = oracle_sigmoid((double)before[3 * H + j]);
    ASSERT_AGREES(t, "i", j, gates[j], i, K * i + TINY);
    ASSERT_AGREES(t, "f", j, gates[H + j], f, K * f + TINY);
    ASSERT_AGREES(t, "g", j, gates[2 * H + j], g, K * fabs(g) + TINY);
    ASSERT_AGREES(t, "o", j, gates[3 * H + j], o, K * o + TINY);
    const double in = let_in(capped, i, f), c = f * c_prev + in * g, u = tanh(c), h = o * u,
                 slope = 1.0 - u * u;
    const double c_bound = K * (fabs(f * c_prev) + fabs((capped ? fmax(in, 1.0) : in) * g)) + TINY;
    ASSERT_AGREES(t, "c", j, got_c, c, c_bound);
    ASSERT_AGREES(t, "h", j, got_h, h,
                  K * fabs(h) + TINY + (slope > 0.0 ? o * slope * c_bound : 0.0));
}

static void check_forward(const struct trial *t, bool capped)
{
    const size_t H = t->n;
    float *gates = changed(t, 0, 4 * H);
    const float *c_prev = input(t, 1, H);
    float *c = changed(t, 2, H), *h = changed(t, 3, H), *before = copy_of(gates, 4 * H);
    (capped ? t->k->lstm_capped_forward : t->k->lstm_forward)(H, H, gates, c_prev, c, h);
    for (size_t j = 0; j < H; j++)
        check_forward_unit(t, capped, j, before, gates, (double)c_prev[j], (double)c[j],
                           (double)h[j]);
    free(before);
    arrays_check_and_free(t);
}

static void check_lstm_forward(const struct trial *t)
{
    check_forward(t, false);
}

static void check_lstm_capped_forward(const struct trial *t)
{
    check_forward(t, true);
}

START_TEST(lstm_forward_agrees_with_the_oracle)
{
    each_trial(check_lstm_forward);
    each_trial(check_lstm_capped_forward);
}
END_TEST

/* The numbers of one unit that its gradient is made of. */
struct unit {
    double i, f, g, o, c_prev, c, dh, dc;
};

static void check_backward_unit(const struct trial *t, bool capped, size_t j, const struct unit *s,
                                const float *gates, double got_dc)
{
    const size_t H = t->n;
    const double u = tanh(s->c), d = s->dc + s->dh * s->o * (1.0 - u * u);
    /* 1 - u^2 cancels: its error is that of 1 */
    const double d_bound = K * (fabs(s->dc) + fabs(s->dh * s->o)) + TINY;
    const bool at_cap = capped && is_capped(s->i, s->f);
    const double in = let_in(capped, s->i, s->f), kept = at_cap ? s->c_prev - s->g : s->c_prev;
    const double to_i = at_cap ? 0.0 : s->g * s->i * (1.0 - s->i),
                 to_f = kept * s->f * (1.0 - s->f);
    const double to_g = in * (1.0 - s->g * s->g), go = s->dh * u * s->o * (1.0 - s->o);
    const double to_g_bound = K * fabs(in) * (1.0 + s->g * s->g);
    ASSERT_AGREES(t, "di", j, gates[j], d * to_i, (d_bound + K * fabs(d)) * fabs(to_i) + TINY);
    ASSERT_AGREES(t, "df", j, gates[H + j], d * to_f, (d_bound + K * fabs(d)) * fabs(to_f) + TINY);
    ASSERT_AGREES(t, "dg", j, gates[2 * H + j], d * to_g,
                  d_bound * fabs(to_g) + fabs(d) * to_g_bound + TINY);
    ASSERT_AGREES(t, "do", j, gates[3 * H + j], go, K * fabs(go) + TINY);
    ASSERT_AGREES(t, "dc", j, got_dc, d * s->f, d_bound * fabs(s->f) + K * fabs(d * s->f) + TINY);
}

static void check_backward(const struct trial *t, bool capped)
{
    const size_t H = t->n;
    float *gates = changed(t, 0, 4 * H), *dc = changed(t, 1, H);
    const float *c_prev = input(t, 2, H), *c = input(t, 3, H), *dh = input(t, 4, H);
    float *before = copy_of(gates, 4 * H), *dc_before = copy_of(dc, H);
    (capped ? t->k->lstm_capped_backward : t->k->lstm_backward)(H, H, gates, c_prev, c, dh, dc);
    for (size_t j = 0; j < H; j++) {
        const struct unit unit = {(double)before[j],
                                  (double)before[H + j],
                                  (double)before[2 * H + j],
                                  (double)before[3 * H + j],
                                  (double)c_prev[j],
                                  (double)c[j],
                                  (double)dh[j],
                                  (double)dc_before[j]};
        check_backward_unit(t, capped, j, &unit, gates, (double)dc[j]);
    }
    free(before);
    free(dc_before);
    arrays_check_and_free(t);
}

static void check_lstm_backward(const struct trial *t)
{
    check_backward(t, false);
}

static void check_lstm_capped_backward(const struct trial *t)
{
    check_backward(t, true);
}

START_TEST(lstm_backward_agrees_with_the_oracle)
{
    each_trial(check_lstm_backward);
    each_trial(check_lstm_capped_backward);
}
END_TEST

static Suite *kern_lstm_suite(void)
{
    Suite *s = suite_create("kern_lstm");
    TCase *tc = tcase_create("kern_lstm");
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, lstm_forward_agrees_with_the_oracle);
    tcase_add_test(tc, lstm_backward_agrees_with_the_oracle);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(kern_lstm_suite())
