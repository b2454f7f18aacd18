/* Every cell of the table, alone and stacked: forward against the oracle in double, backward
 * against central differences of the oracle. A cell that has no oracle here fails the first test.
 *
 * The loss is sum_r,j q[r][j] h[r][j] over the outputs of the last layer, with fixed q; and so its
 * gradient begins with q. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "lib/nn/cell/cell.h"
#include "tests/support/array_support.h"
#include "tests/support/oracle_network.h"
#include "tests/support/tap.h"

/* A stack of layers of one cell ------------------------------------------------ */

enum { LAYERS_MAX = 2, STATES_MAX = 4, BATCH_MAX = 4, WIDEST = 8, I0 = 5 };

struct stack {
    const struct cell_ops *cell;
    size_t L, H, T, B;
    size_t rounds, rank;      /* of a Mogrifier */
    struct param_list params; /* those of all layers */
    bool masks_state;
    float *weights, *gradient, *x, *q, *scratch, *dh, *dx;
    float *state_mask; /* [B, H] of all layers; used if masks_state */
    float *h[LAYERS_MAX], *tape[LAYERS_MAX];
    double *wide;  /* the weights, and behind them x */
    size_t n_wide; /* their number */
    double *start; /* state [L][n_state][B][H] before the window */
};

static size_t width_of(const struct stack *s, size_t layer)
{
    return layer == 0 ? I0 : s->H;
}

static struct cell_shape shape_of(const struct stack *s, size_t layer)
{
    return (struct cell_shape){width_of(s, layer), s->H, s->rounds, s->rank};
}

/* Parameters of a layer. */
static size_t params_of(const struct stack *s)
{
    return s->params.n / s->L;
}

/* Enough for all layers. */
static size_t scratch_of(const struct stack *s)
{
    size_t most = 0;
    for (size_t l = 0; l < s->L; l++) {
        const struct cell_shape shape = shape_of(s, l);
        const size_t n = s->cell->scratch_size(s->B, s->T, &shape);
        most = n > most ? n : most;
    }
    return most;
}

static float *carried(const struct stack *s, size_t layer, size_t i)
{
    return i == 0 ? s->h[layer] : s->tape[layer] + (i - 1) * s->B * s->H;
}

static void fill_start(struct stack *s)
{
    const size_t n = s->B * s->H, states = s->cell->n_state;
    s->start = zeroed(s->L * states * n, sizeof *s->start);
    for (size_t l = 0; l < s->L; l++)
        for (size_t i = 0; i < states; i++) {
            float *state = carried(s, l, i);
            rng_fill_uniform(3, RNG_TEST + (uint32_t)(l * states + i), state, n, -0.7f, 0.7f);
            for (size_t j = 0; j < n; j++)
                s->start[(l * states + i) * n + j] = (double)state[j];
        }
}

static void stack_init(struct stack *s)
{
    const size_t rows = s->T * s->B, widest = s->H > I0 ? s->H : I0;
    ck_assert_uint_le(s->cell->n_state, STATES_MAX);
    ck_assert_uint_le(s->H, WIDEST);
    ck_assert_uint_le(s->B, BATCH_MAX);
    for (size_t l = 0; l < s->L; l++) {
        const struct cell_shape shape = shape_of(s, l);
        s->cell->params(&s->params, l, false, &shape);
        s->h[l] = zeroed((rows + s->B) * s->H, sizeof(float));
        s->tape[l] = zeroed(s->cell->tape_size(s->B, s->T, &shape), sizeof(float));
    }
    const size_t rounds = s->rounds * (s->rank > 0 ? 3 : 2);
    ck_assert_uint_eq(s->params.n, s->L * (s->cell->n_params + rounds));
    const size_t total = s->params.total;
    s->weights = zeroed(total, sizeof(float));
    s->gradient = zeroed(total, sizeof(float));
    s->x = zeroed(rows * I0, sizeof(float));
    s->q = zeroed(rows * s->H, sizeof(float));
    s->dh = zeroed(rows * widest, sizeof(float));
    s->dx = zeroed(rows * widest, sizeof(float));
    s->scratch = zeroed(scratch_of(s), sizeof(float));
    rng_fill_uniform(1, RNG_TEST, s->weights, total, -0.6f, 0.6f);
    rng_fill_uniform(1, RNG_TEST + 1, s->gradient, total, -9.0f, 9.0f); /* to be overwritten */
    rng_fill_uniform(1, RNG_TEST + 2, s->x, rows * I0, -1.0f, 1.0f);
    rng_fill_uniform(1, RNG_TEST + 3, s->q, rows * s->H, -1.0f, 1.0f);
    s->state_mask = zeroed(s->B * s->H, sizeof(float));
    for (size_t i = 0; i < s->B * s->H; i++)
        s->state_mask[i] = i % 3 == 1 ? 0.0f : 1.0f + 0.125f * (float)(i % 4);
    s->n_wide = total + rows * I0;
    s->wide = zeroed(s->n_wide, sizeof *s->wide);
    for (size_t i = 0; i < s->n_wide; i++)
        s->wide[i] = (double)(i < total ? s->weights[i] : s->x[i - total]);
    fill_start(s);
}

static void stack_fini(struct stack *s)
{
    for (size_t l = 0; l < s->L; l++) {
        mem_free(s->h[l]);
        mem_free(s->tape[l]);
    }
    mem_free(s->weights);
    mem_free(s->gradient);
    mem_free(s->x);
    mem_free(s->q);
    mem_free(s->state_mask);
    mem_free(s->dh);
    mem_free(s->dx);
    mem_free(s->scratch);
    mem_free(s->wide);
    mem_free(s->start);
}

static struct cell_call call_of(const struct stack *s, size_t l)
{
    struct cell_call call = {.B = s->B,
                             .T = s->T,
                             .shape = {width_of(s, l), s->H, s->rounds, s->rank},
                             .x = l == 0 ? s->x : s->h[l - 1] + s->B * s->H,
                             .h = s->h[l],
                             .tape = s->tape[l],
                             .scratch = s->scratch,
                             .state_mask = s->masks_state ? s->state_mask : NULL};
    for (size_t i = 0; i < params_of(s); i++)
        call.weights[i] = s->weights + s->params.items[l * params_of(s) + i].offset;
    return call;
}

static void run_forward(const struct stack *s)
{
    for (size_t l = 0; l < s->L; l++) {
        const struct cell_call call = call_of(s, l);
        s->cell->forward(&call);
    }
}

/* Leaves the gradient of x in s->dh. */
static void run_backward(struct stack *s)
{
    memcpy(s->dh, s->q, s->T * s->B * s->H * sizeof *s->dh);
    for (size_t l = s->L; l-- > 0;) {
        const struct cell_call call = call_of(s, l);
        struct cell_grad grad = {.dh = s->dh, .dx = s->dx};
        for (size_t i = 0; i < params_of(s); i++)
            grad.dweights[i] = s->gradient + s->params.items[l * params_of(s) + i].offset;
        s->cell->backward(&call, &grad);
        float *swap = s->dh;
        s->dh = s->dx;
        s->dx = swap;
    }
}

/* One row of one step through all layers; v holds the input, and then the last layer's output. */
static void oracle_row(const struct stack *s, size_t b, double *state, double *v)
{
    const size_t n = s->B * s->H, states = s->cell->n_state;
    const float *mask = s->masks_state ? s->state_mask + b * s->H : NULL;
    for (size_t l = 0; l < s->L; l++) {
        const double *weights[CELL_PARAMS_MAX];
        double *rows[STATES_MAX];
        for (size_t i = 0; i < params_of(s); i++)
            weights[i] = s->wide + s->params.items[l * params_of(s) + i].offset;
        for (size_t i = 0; i < states; i++)
            rows[i] = state + (l * states + i) * n + b * s->H;
        const struct cell_shape shape = shape_of(s, l);
        oracle_step_of(s->cell)(&shape, weights, v, mask, rows);
        memcpy(v, rows[0], s->H * sizeof *v);
    }
}

/* The loss by the oracle; outputs of the last layer [T*B, H], where not NULL, are set, and so is
 * the state. */
static double oracle_loss(const struct stack *s, double *outputs, double *state_after)
{
    double state[LAYERS_MAX * STATES_MAX * BATCH_MAX * WIDEST], v[WIDEST], loss = 0.0;
    const size_t n_state = s->L * s->cell->n_state * s->B * s->H;
    memcpy(state, s->start, n_state * sizeof *state);
    for (size_t r = 0; r < s->T * s->B; r++) {
        memcpy(v, s->wide + s->params.total + r * I0, I0 * sizeof *v);
        oracle_row(s, r % s->B, state, v);
        for (size_t j = 0; j < s->H; j++) {
            loss += (double)s->q[r * s->H + j] * v[j];
            if (outputs != NULL)
                outputs[r * s->H + j] = v[j];
        }
    }
    if (state_after != NULL)
        memcpy(state_after, state, n_state * sizeof *state);
    return loss;
}

/* Tests ---------------------------------------------------------------------- */

/* B and T of 4 and more take the way of large windows. */
static const size_t all_B[] = {1, 3, 4}, all_T[] = {1, 2, 5}, all_H[] = {1, 3, 8};

static void each_stack(void (*check)(struct stack *))
{
    for (size_t c = 0; cell_at(c) != NULL; c++)
        for (size_t i = 0; i < 2 * LAYERS_MAX * N_OF(all_B) * N_OF(all_T) * N_OF(all_H); i++) {
            struct stack s = {.cell = cell_at(c),
                              .masks_state =
                                  i >= LAYERS_MAX * N_OF(all_B) * N_OF(all_T) * N_OF(all_H),
                              .L = 1 + i % LAYERS_MAX,
                              .B = all_B[i / LAYERS_MAX % 3],
                              .T = all_T[i / LAYERS_MAX / 3 % 3],
                              .H = all_H[i / LAYERS_MAX / 9 % 3]};
            if (s.cell->mogrifies) {
                s.rounds = (size_t[]){5, 1, 2, 4, CELL_ROUNDS_MAX}[i % 5];
                s.rank = i / 2 % 3;
            }
            stack_init(&s);
            check(&s);
            stack_fini(&s);
        }
}

/* ck_assert_msg writes down every place that it passes, which is slow in loops. */
#define ASSERT_AGREES(s, what, i, got, want, bound)                                                \
    do {                                                                                           \
        if (!oracle_agrees(got, want, bound))                                                      \
            ck_abort_msg("%s, L %zu, B %zu, T %zu, H %zu: %s[%zu] is %.9g, expected %.9g +- %.3g", \
                         (s)->cell->name, (s)->L, (s)->B, (s)->T, (s)->H, what, (size_t)(i),       \
                         (double)(got), want, bound);                                              \
    } while (0)

START_TEST(every_cell_has_an_oracle_and_is_found_by_its_name)
{
    ck_assert_ptr_nonnull(cell_at(0));
    for (size_t c = 0; cell_at(c) != NULL; c++) {
        ck_assert_msg(oracle_step_of(cell_at(c)) != NULL, "no oracle for '%s'", cell_at(c)->name);
        ck_assert_ptr_eq(cell_find(cell_at(c)->name), cell_at(c));
        ck_assert_uint_le(cell_at(c)->n_params, CELL_PARAMS_MAX);
    }
    ck_assert_ptr_null(cell_find("perceptron"));
    ck_assert_ptr_null(cell_find(""));
}
END_TEST

/* Outputs lie in (-1, 1); five steps of two layers make some hundred roundings of them. */
static const double FORWARD = 64.0 * ORACLE_EPS;

static void check_forward(struct stack *s)
{
    double outputs[5 * 4 * 8];
    ck_assert_uint_le(s->T * s->B * s->H, N_OF(outputs));
    run_forward(s);
    oracle_loss(s, outputs, NULL);
    const float *h = s->h[s->L - 1] + s->B * s->H;
    for (size_t i = 0; i < s->T * s->B * s->H; i++)
        ASSERT_AGREES(s, "h", i, (double)h[i], outputs[i], FORWARD);
}

START_TEST(outputs_agree_with_the_oracle)
{
    each_stack(check_forward);
}
END_TEST

/* Central differences in double, of a step so short that it hardly ever crosses the kink of a
 * capped gate: the error of the step is some 1e-12, of rounding 1e-10; what is left is that of the
 * float gradient, sums of up to 20 terms of a size of up to 3. */
static double difference(const struct stack *s, size_t i)
{
    const double kept = s->wide[i], step = 1e-6;
    s->wide[i] = kept + step;
    const double above = oracle_loss(s, NULL, NULL);
    s->wide[i] = kept - step;
    const double below = oracle_loss(s, NULL, NULL);
    s->wide[i] = kept;
    return (above - below) / (2.0 * step);
}

static double gradient_bound(double want)
{
    return 3e-6 + 3e-6 * fabs(want);
}

static void check_backward(struct stack *s)
{
    run_forward(s);
    run_backward(s);
    for (size_t p = 0; p < s->params.n; p++) {
        const struct param *param = &s->params.items[p];
        for (size_t i = 0; i < param_size(param); i++) {
            const double want = difference(s, param->offset + i);
            ASSERT_AGREES(s, param->name, i, (double)s->gradient[param->offset + i], want,
                          gradient_bound(want));
        }
    }
    for (size_t i = 0; i < s->T * s->B * I0; i++) {
        const double want = difference(s, s->params.total + i);
        ASSERT_AGREES(s, "dx", i, (double)s->dh[i], want, gradient_bound(want));
    }
}

START_TEST(gradients_agree_with_central_differences)
{
    each_stack(check_backward);
}
END_TEST

/* The state that a cell carries is where the oracle stands after the window. */
static void check_carry(struct stack *s)
{
    const size_t n = s->B * s->H, states = s->cell->n_state;
    double after[LAYERS_MAX * STATES_MAX * BATCH_MAX * WIDEST];
    run_forward(s);
    oracle_loss(s, NULL, after);
    for (size_t l = 0; l < s->L; l++) {
        const struct cell_call call = call_of(s, l);
        s->cell->carry(&call);
        for (size_t i = 1; i < states; i++)
            for (size_t j = 0; j < n; j++)
                ASSERT_AGREES(s, "state", i, (double)carried(s, l, i)[j],
                              after[(l * states + i) * n + j], FORWARD);
    }
}

START_TEST(the_state_after_a_window_is_carried)
{
    each_stack(check_carry);
}
END_TEST

static Suite *cell_suite(void)
{
    Suite *s = suite_create("cell");
    TCase *tc = tcase_create("cell");
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, every_cell_has_an_oracle_and_is_found_by_its_name);
    tcase_add_test(tc, outputs_agree_with_the_oracle);
    tcase_add_test(tc, gradients_agree_with_central_differences);
    tcase_add_test(tc, the_state_after_a_window_is_carried);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(cell_suite())
