/* Initialisers: what the definition of each says of its numbers, and which parameters they fill. */
#include <math.h>
#include <string.h>

#include "lib/model/model.h"
#include "lib/nn/init.h"
#include "tests/support/array_support.h"
#include "tests/support/model_support.h"
#include "tests/support/tap.h"

enum { GATES = 3, ROWS = 20, COLS = 20, N = GATES * ROWS * COLS };

/* A list of one parameter of three gates, filled by the initialiser of that name. */
static float *filled(const char *name, double x, size_t rows, size_t cols)
{
    struct param_list list = {0};
    struct init_settings settings = init_uniform(0.1);
    struct err err;
    param_add(&list, "w", GATES * rows, cols, PARAM_RECURRENT);
    list.items[0].gates = GATES;
    settings.of[PARAM_RECURRENT] = (struct init){init_find(name), x};
    ck_assert_ptr_nonnull(settings.of[PARAM_RECURRENT].ops);
    float *block = zeroed(list.total, sizeof *block);
    ck_assert_int_eq(init_params(&list, block, &settings, 3, &err), ST_OK);
    return block;
}

/* Mean, standard deviation and the largest size of n numbers. */
struct moments {
    double mean, deviation, largest;
};

static struct moments moments_of(size_t n, const float *x)
{
    struct moments m = {0.0, 0.0, 0.0};
    for (size_t i = 0; i < n; i++) {
        m.mean += (double)x[i] / (double)n;
        m.largest = fmax(m.largest, fabs((double)x[i]));
    }
    for (size_t i = 0; i < n; i++)
        m.deviation += ((double)x[i] - m.mean) * ((double)x[i] - m.mean) / (double)n;
    m.deviation = sqrt(m.deviation);
    return m;
}

/* That of a normal cut at two deviations: sqrt(1 - 4 phi(2) / (2 Phi(2) - 1)). */
static const double CUT = 0.879626;

START_TEST(random_ones_have_their_moments)
{
    static const struct {
        const char *name;
        double x, deviation, most;
    } cases[] = {
        {"uniform", 0.5, 0.5 / 1.7320508, 0.5},
        {"normal", 0.5, 0.5, 5.0},
        {"truncated-normal", 0.5, 0.5 * 0.879626, 1.0},
    };
    for (size_t i = 0; i < N_OF(cases); i++) {
        float *w = filled(cases[i].name, cases[i].x, ROWS, COLS);
        const struct moments m = moments_of(N, w);
        ASSERT_NEAR(m.mean, 0.0, 4.0 * cases[i].deviation / sqrt(N));
        ASSERT_NEAR(m.deviation, cases[i].deviation, 4.0 * cases[i].deviation / sqrt(2.0 * N));
        ck_assert(m.largest <= cases[i].most && m.largest > 0.9 * cases[i].x);
        mem_free(w);
    }
    ASSERT_NEAR(CUT, sqrt(1.0 - 4.0 * 0.0539909665 / 0.9544997361), 1e-6);
}
END_TEST

/* Gram's matrix of the rows, or of the columns where they are fewer, is x^2 I, gate by gate. */
static void check_orthogonal(size_t rows, size_t cols)
{
    const double x = 1.5;
    float *w = filled("orthogonal", x, rows, cols);
    const bool wide = rows <= cols;
    const size_t n = wide ? rows : cols, len = wide ? cols : rows;
    for (size_t gate = 0; gate < GATES; gate++) {
        const float *g = w + gate * rows * cols;
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < n; j++) {
                double dot = 0.0;
                for (size_t k = 0; k < len; k++)
                    dot += wide ? (double)g[i * cols + k] * (double)g[j * cols + k]
                                : (double)g[k * cols + i] * (double)g[k * cols + j];
                ASSERT_NEAR(dot, i == j ? x * x : 0.0, 1e-5);
            }
    }
    ck_assert(n == 1 || memcmp(w, w + rows * cols, rows * cols * sizeof *w) != 0);
    mem_free(w);
}

START_TEST(an_orthogonal_matrix_has_orthogonal_rows_or_columns)
{
    check_orthogonal(ROWS, COLS);
    check_orthogonal(7, 30);
    check_orthogonal(30, 7);
    check_orthogonal(1, 1);
}
END_TEST

START_TEST(the_plain_ones_are_what_they_say)
{
    float *constant = filled("constant", 0.25, ROWS, COLS);
    float *zero = filled("zero", 0.0, ROWS, COLS), *identity = filled("identity", 2.0, ROWS, COLS);
    for (size_t i = 0; i < N; i++) {
        const size_t row = i / COLS % ROWS, col = i % COLS;
        ck_assert_float_eq(constant[i], 0.25f);
        ck_assert_float_eq(zero[i], 0.0f);
        ck_assert_float_eq(identity[i], row == col ? 2.0f : 0.0f);
    }
    mem_free(constant);
    mem_free(zero);
    mem_free(identity);
}
END_TEST

START_TEST(every_one_is_found_and_parsed)
{
    static const char *const wrong[] = {
        "",       "uniform:",   "uniform:x",    "uniform:-1", "uniform:1e9", "uniform:nan",
        "unifor", "uniform:1 ", "normal:0.1:2", "zero:1"};
    struct init init;
    struct err err;
    char text[64];
    for (size_t i = 0; init_at(i) != NULL; i++) {
        ck_assert_ptr_eq(init_find(init_at(i)->name), init_at(i));
        ck_assert_int_eq(init_parse(&init, init_at(i)->name, &err), ST_OK);
        ck_assert(init.ops == init_at(i) && init.x == init_at(i)->x);
        snprintf(text, sizeof text, "%s:0.375", init_at(i)->name);
        ck_assert_int_eq(init_parse(&init, text, &err), init_at(i)->takes_x ? ST_OK : ST_USAGE);
        ck_assert(!init_at(i)->takes_x || (init.ops == init_at(i) && init.x == 0.375));
    }
    for (size_t i = 0; i < N_OF(wrong); i++)
        ck_assert_int_eq(init_parse(&init, wrong[i], &err), ST_USAGE);
}
END_TEST

/* The tutorial's: everything uniform, but the biases of the cells; and the same bits as ever. */
START_TEST(the_tutorials_start_is_uniform_with_cell_biases_of_zero)
{
    struct model *m = model_of(lstm_shape(9, 4, 5, 2), 0.0f);
    model_start(m, 0.1, 7);
    for (size_t i = 0; i < m->params.n; i++) {
        const struct param *p = &m->params.items[i];
        float *want = zeroed(param_size(p), sizeof *want);
        if (p->role != PARAM_BIAS)
            rng_fill_uniform(7, RNG_INIT + (uint32_t)i, want, param_size(p), -0.1f, 0.1f);
        ck_assert_mem_eq(m->weights + p->offset, want, param_size(p) * sizeof *want);
        mem_free(want);
    }
    model_free(m);
}
END_TEST

/* And the forget bias is added to that of the gates. */
START_TEST(gains_of_a_normalisation_start_at_one_and_its_shifts_at_zero)
{
    enum { H = 5 };
    struct model *m = model_of(model_shape_even(cell_find("lstm-norm"), 9, 4, H, 2), 0.5f);
    struct init_settings settings = init_uniform(0.1);
    struct err err;
    settings.of[PARAM_BIAS] = (struct init){init_find("constant"), 0.25};
    settings.forget_bias = 1.0;
    ck_assert_int_eq(model_initialise(m, &settings, 1, &err), ST_OK);
    for (size_t i = 0; i < m->params.n; i++) {
        const struct param *p = &m->params.items[i];
        for (size_t j = 0; j < param_size(p); j++) {
            const float got = m->weights[p->offset + j];
            if (strncmp(p->name, "rnn.gain", 8) == 0)
                ck_assert_float_eq(got, 1.0f);
            else if (strncmp(p->name, "rnn.shift", 9) == 0)
                ck_assert_float_eq(got, 0.0f);
            else if (strncmp(p->name, "rnn.bias", 8) == 0)
                ck_assert_float_eq(got, j / H == 1 ? 1.25f : 0.25f);
            else
                ck_assert(got >= -0.1f && got < 0.1f);
        }
    }
    model_free(m);
}
END_TEST

START_TEST(a_forget_bias_is_added_to_the_forget_gates_first_bias)
{
    enum { H = 5 };
    struct model *m = model_of(lstm_shape(9, 4, H, 2), 0.0f);
    struct init_settings settings = init_uniform(0.1);
    struct err err;
    settings.of[PARAM_BIAS] = (struct init){init_find("constant"), 0.25};
    settings.forget_bias = 1.0;
    ck_assert_int_eq(model_initialise(m, &settings, 1, &err), ST_OK);
    for (size_t l = 0; l < 2; l++) {
        char name[PARAM_NAME_MAX];
        snprintf(name, sizeof name, "rnn.bias_ih_l%zu", l);
        const float *ih = m->weights + param_find(&m->params, name)->offset;
        snprintf(name, sizeof name, "rnn.bias_hh_l%zu", l);
        const float *hh = m->weights + param_find(&m->params, name)->offset;
        for (size_t i = 0; i < (size_t)4 * H; i++) { /* gates i, f, g, o */
            ck_assert_float_eq(ih[i], i / H == 1 ? 1.25f : 0.25f);
            ck_assert_float_eq(hh[i], 0.25f);
        }
    }
    model_free(m);
}
END_TEST

START_TEST(a_cell_without_forget_gate_takes_no_forget_bias)
{
    for (size_t i = 0; cell_at(i) != NULL; i++) {
        struct model *m = model_of(model_shape_even(cell_at(i), 9, 4, 5, 1), 0.0f);
        struct init_settings settings = init_uniform(0.1);
        struct err err;
        settings.forget_bias = 1.0;
        const enum status status = model_initialise(m, &settings, 1, &err);
        ck_assert_int_eq(status, cell_at(i)->forget_gate > 0 ? ST_OK : ST_USAGE);
        ck_assert(status == ST_OK || strstr(err.text, cell_at(i)->name) != NULL);
        model_free(m);
    }
}
END_TEST

/* u is uniform in [1, longest - 1): ln u in [0, ln(longest - 1)), and e^bias has the mean and the
 * spread of u. */
START_TEST(chrono_gives_each_unit_a_time_of_its_own)
{
    enum { H = 4000, LONGEST = 102 };
    struct model *m = model_of(lstm_shape(9, 4, H, 1), 0.0f);
    struct init_settings settings = init_uniform(0.1);
    struct err err;
    double sum = 0.0, squares = 0.0;
    settings.chrono = LONGEST;
    settings.of[PARAM_RECURRENT] = (struct init){init_find("zero"), 0.0};
    ck_assert_int_eq(model_initialise(m, &settings, 1, &err), ST_OK);
    const float *bias = m->weights + param_find(&m->params, "rnn.bias_ih_l0")->offset;
    for (size_t i = 0; i < H; i++) { /* gates i, f, g, o */
        const double u = exp((double)bias[H + i]);
        ck_assert(u >= 1.0 && u < LONGEST - 1);
        ck_assert_float_eq(bias[i], -bias[H + i]);
        ck_assert(bias[2 * H + i] == 0.0f && bias[3 * H + i] == 0.0f);
        sum += u;
        squares += u * u;
    }
    const double mean = sum / H, spread = sqrt(squares / H - mean * mean);
    ck_assert(fabs(mean - 51.0) < 1.5 && fabs(spread - 100.0 / sqrt(12.0)) < 1.0);
    model_free(m);
}
END_TEST

/* Both layers of both directions draw their own. */
START_TEST(chrono_differs_by_layer_and_direction)
{
    enum { H = 5 };
    struct model_shape shape = lstm_shape(9, 4, H, 2);
    struct init_settings settings = init_uniform(0.1);
    struct err err;
    shape.bidirectional = true;
    shape.head = &head_last;
    shape.C = 2;
    struct model *m = model_of(shape, 0.0f);
    settings.chrono = 50.0;
    settings.forget_bias = 2.0;
    ck_assert_int_eq(model_initialise(m, &settings, 1, &err), ST_OK);
    static const char *const names[] = {"rnn.bias_ih_l0", "rnn.bias_ih_l0_reverse",
                                        "rnn.bias_ih_l1", "rnn.bias_ih_l1_reverse"};
    for (size_t i = 0; i < 4; i++) {
        const float *a = m->weights + param_find(&m->params, names[i])->offset;
        ck_assert(a[H] >= 2.0f && a[0] <= 0.0f);
        for (size_t j = 0; j < i; j++)
            ck_assert(a[H] != m->weights[param_find(&m->params, names[j])->offset + H]);
    }
    model_free(m);
}
END_TEST

static Suite *init_suite(void)
{
    Suite *s = suite_create("init");
    TCase *tc = tcase_create("init");
    tcase_add_test(tc, random_ones_have_their_moments);
    tcase_add_test(tc, an_orthogonal_matrix_has_orthogonal_rows_or_columns);
    tcase_add_test(tc, the_plain_ones_are_what_they_say);
    tcase_add_test(tc, every_one_is_found_and_parsed);
    tcase_add_test(tc, the_tutorials_start_is_uniform_with_cell_biases_of_zero);
    tcase_add_test(tc, gains_of_a_normalisation_start_at_one_and_its_shifts_at_zero);
    tcase_add_test(tc, a_forget_bias_is_added_to_the_forget_gates_first_bias);
    tcase_add_test(tc, a_cell_without_forget_gate_takes_no_forget_bias);
    tcase_add_test(tc, chrono_gives_each_unit_a_time_of_its_own);
    tcase_add_test(tc, chrono_differs_by_layer_and_direction);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(init_suite())
