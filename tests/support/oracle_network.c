#include "tests/support/oracle_network.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/oracle.h"

enum { WIDTH_MAX = 64, WORDS_MAX = 64, STATES_MAX = 4, ROWS_MAX = 16 };

static void require(bool holds)
{
    if (!holds)
        abort();
}

/* What the recurrent weights see of a state. */
static double *seen(size_t H, const double *h, const float *mask, double *room)
{
    for (size_t j = 0; j < H; j++)
        room[j] = mask != NULL ? (double)mask[j] * h[j] : h[j];
    return room;
}

static void step_lstm(const struct cell_shape *shape, const double *const *w, const double *x,
                      const float *mask, double *const *state)
{
    const size_t I = shape->I, H = shape->H;
    const struct oracle_lstm lstm = {
        .I = I, .H = H, .w_ih = w[0], .w_hh = w[1], .b_ih = w[2], .b_hh = w[3]};
    double room[WIDTH_MAX];
    memcpy(state[0], seen(H, state[0], mask, room), H * sizeof *room);
    oracle_lstm_step(&lstm, x, state[0], state[1]);
}

static double dot(size_t n, const double *a, const double *b)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

/* Row r of w x + b. */
static double row(size_t r, size_t n, const double *w, const double *x, const double *b)
{
    return dot(n, w + r * n, x) + b[r];
}

/* Melis et al. 2018: c = f c + min(i, 1 - f) g. */
static void step_lstm_capped(const struct cell_shape *shape, const double *const *w,
                             const double *x, const float *mask, double *const *state)
{
    const size_t I = shape->I, H = shape->H;
    double *h = state[0], *c = state[1], a[4 * WIDTH_MAX], room[WIDTH_MAX];
    const double *s = seen(H, h, mask, room);
    for (size_t r = 0; r < 4 * H; r++)
        a[r] = row(r, I, w[0], x, w[2]) + dot(H, w[1] + r * H, s);
    for (size_t j = 0; j < H; j++) {
        const double i = oracle_sigmoid(a[j]), f = oracle_sigmoid(a[H + j]);
        c[j] = f * c[j] + fmin(i, 1.0 - f) * tanh(a[2 * H + j]);
        h[j] = oracle_sigmoid(a[3 * H + j]) * tanh(c[j]);
    }
}

/* torch.nn.GRU: w is weight_ih, weight_hh, bias_ih, bias_hh in the order r, z, n. */
static void step_gru(const struct cell_shape *shape, const double *const *w, const double *x,
                     const float *mask, double *const *state)
{
    const size_t I = shape->I, H = shape->H;
    double *h = state[0], next[WIDTH_MAX], room[WIDTH_MAX];
    const double *s = seen(H, h, mask, room);
    for (size_t j = 0; j < H; j++) {
        const double r = oracle_sigmoid(row(j, I, w[0], x, w[2]) + row(j, H, w[1], s, w[3]));
        const double z =
            oracle_sigmoid(row(H + j, I, w[0], x, w[2]) + row(H + j, H, w[1], s, w[3]));
        const double n =
            tanh(row(2 * H + j, I, w[0], x, w[2]) + r * row(2 * H + j, H, w[1], s, w[3]));
        next[j] = (1.0 - z) * n + z * h[j];
    }
    memcpy(h, next, H * sizeof *h);
}

/* TensorFlow's GRUCell: one bias, and the reset gate before the product. */
static void step_gru_cho(const struct cell_shape *shape, const double *const *w, const double *x,
                         const float *mask, double *const *state)
{
    const size_t I = shape->I, H = shape->H;
    double *h = state[0], reset[WIDTH_MAX], z[WIDTH_MAX], room[WIDTH_MAX];
    const double *s = seen(H, h, mask, room);
    for (size_t j = 0; j < H; j++) {
        reset[j] = oracle_sigmoid(row(j, I, w[0], x, w[2]) + dot(H, w[1] + j * H, s)) * s[j];
        z[j] = oracle_sigmoid(row(H + j, I, w[0], x, w[2]) + dot(H, w[1] + (H + j) * H, s));
    }
    for (size_t j = 0; j < H; j++) {
        const double a = row(2 * H + j, I, w[0], x, w[2]) + dot(H, w[1] + (2 * H + j) * H, reset);
        h[j] = (1.0 - z[j]) * tanh(a) + z[j] * h[j];
    }
}

/* torch.nn.RNN before its activation; a [H]. */
static void sum_rnn(size_t I, size_t H, const double *const *w, const double *x, const double *h,
                    double *a)
{
    for (size_t j = 0; j < H; j++)
        a[j] = row(j, I, w[0], x, w[2]) + row(j, H, w[1], h, w[3]);
}

static void step_rnn(const struct cell_shape *shape, const double *const *w, const double *x,
                     const float *mask, double *const *state)
{
    const size_t I = shape->I, H = shape->H;
    double a[WIDTH_MAX], room[WIDTH_MAX] = {0.0};
    sum_rnn(I, H, w, x, seen(H, state[0], mask, room), a);
    for (size_t j = 0; j < H; j++)
        state[0][j] = tanh(a[j]);
}

static void step_rnn_relu(const struct cell_shape *shape, const double *const *w, const double *x,
                          const float *mask, double *const *state)
{
    const size_t I = shape->I, H = shape->H;
    double a[WIDTH_MAX], room[WIDTH_MAX] = {0.0};
    sum_rnn(I, H, w, x, seen(H, state[0], mask, room), a);
    for (size_t j = 0; j < H; j++)
        state[0][j] = a[j] > 0.0 ? a[j] : 0.0;
}

/* Rows of W x: of a matrix, or of a left and a right one. */
static double row_of(size_t r, size_t in, size_t rank, const double *const *w, const double *x)
{
    double sum = 0.0;
    if (rank == 0)
        return dot(in, w[0] + r * in, x);
    for (size_t k = 0; k < rank; k++)
        sum += w[0][r * rank + k] * dot(in, w[1] + k * in, x);
    return sum;
}

/* The rounds of a Mogrifier: x [I] and h [H] are changed; w are their parameters. */
static void mogrify(const struct cell_shape *s, const double *const *w, double *x, double *h)
{
    for (size_t i = 1; i <= s->rounds; i++) {
        const bool odd = i % 2 == 1;
        const size_t out = odd ? s->I : s->H, in = odd ? s->H : s->I;
        const double *bias = w[s->rank > 0 ? 2 : 1];
        double *scaled = odd ? x : h, *read = odd ? h : x;
        for (size_t j = 0; j < out; j++)
            scaled[j] *= 2.0 * oracle_sigmoid(row_of(j, in, s->rank, w, read) + bias[j]);
        w += s->rank > 0 ? 3 : 2;
    }
}

/* One bias; f c + min(i, 1 - f) g. */
static void capped(size_t I, size_t H, const double *const *w, const double *x, const double *h,
                   double *const *state)
{
    double a[4 * WIDTH_MAX];
    for (size_t r = 0; r < 4 * H; r++)
        a[r] = row(r, I, w[0], x, w[2]) + dot(H, w[1] + r * H, h);
    for (size_t j = 0; j < H; j++) {
        const double i = oracle_sigmoid(a[j]), f = oracle_sigmoid(a[H + j]);
        state[1][j] = f * state[1][j] + fmin(i, 1.0 - f) * tanh(a[2 * H + j]);
        state[0][j] = oracle_sigmoid(a[3 * H + j]) * tanh(state[1][j]);
    }
}

static void step_mogrifier(const struct cell_shape *shape, const double *const *w, const double *x,
                           const float *mask, double *const *state)
{
    const size_t I = shape->I, H = shape->H;
    double in[WIDTH_MAX], h[WIDTH_MAX];
    memcpy(in, x, I * sizeof *in);
    seen(H, state[0], mask, h);
    mogrify(shape, w + 3, in, h);
    capped(I, H, w, in, h, state);
}

/* weight_ih i, g; weight_hh i, g, f; weight_fu; weight_oc; bias i, g, f, o. */
static void step_rlstm(const struct cell_shape *shape, const double *const *w, const double *x,
                       const float *mask, double *const *state)
{
    const size_t I = shape->I, H = shape->H;
    double in[WIDTH_MAX], h[WIDTH_MAX], i[WIDTH_MAX], g[WIDTH_MAX], u[WIDTH_MAX], m[WIDTH_MAX];
    memcpy(in, x, I * sizeof *in);
    seen(H, state[0], mask, h);
    mogrify(shape, w + 5, in, h);
    for (size_t j = 0; j < H; j++) {
        i[j] = oracle_sigmoid(row(j, I, w[0], in, w[4]) + dot(H, w[1] + j * H, h));
        g[j] = tanh(row(H + j, I, w[0], in, w[4]) + dot(H, w[1] + (H + j) * H, h));
        u[j] = i[j] * g[j];
    }
    for (size_t j = 0; j < H; j++) {
        const double f = oracle_sigmoid(dot(H, w[2] + j * H, u) +
                                        dot(H, w[1] + (2 * H + j) * H, h) + w[4][2 * H + j]);
        state[1][j] = f * state[1][j] + fmin(i[j], 1.0 - f) * g[j];
    }
    seen(H, state[1], mask, m);
    for (size_t j = 0; j < H; j++)
        state[0][j] = oracle_sigmoid(dot(H, w[3] + j * H, m) + w[4][3 * H + j]) * tanh(state[1][j]);
}

/* y += gain (a - mean) / sqrt(var + 1e-5) + shift, as torch.nn.LayerNorm. */
static void add_normal(size_t n, const double *a, const double *gain, const double *shift,
                       double *y)
{
    double mean = 0.0, variance = 0.0;
    for (size_t i = 0; i < n; i++)
        mean += a[i] / (double)n;
    for (size_t i = 0; i < n; i++)
        variance += (a[i] - mean) * (a[i] - mean) / (double)n;
    for (size_t i = 0; i < n; i++)
        y[i] += gain[i] * (a[i] - mean) / sqrt(variance + 1e-5) + shift[i];
}

/* weight_ih, weight_hh, bias; gain and shift of the input, of the state, of the cell. */
static void step_lstm_norm(const struct cell_shape *shape, const double *const *w, const double *x,
                           const float *mask, double *const *state)
{
    const size_t I = shape->I, H = shape->H;
    double *h = state[0], *c = state[1], a[4 * WIDTH_MAX], of_x[4 * WIDTH_MAX] = {0.0};
    double of_h[4 * WIDTH_MAX] = {0.0}, u[WIDTH_MAX] = {0.0}, room[WIDTH_MAX];
    const double *s = seen(H, h, mask, room);
    for (size_t r = 0; r < 4 * H; r++) {
        of_x[r] = dot(I, w[0] + r * I, x);
        of_h[r] = dot(H, w[1] + r * H, s);
        a[r] = w[2][r];
    }
    add_normal(4 * H, of_x, w[3], w[4], a);
    add_normal(4 * H, of_h, w[5], w[6], a);
    for (size_t j = 0; j < H; j++)
        c[j] = oracle_sigmoid(a[H + j]) * c[j] + oracle_sigmoid(a[j]) * tanh(a[2 * H + j]);
    add_normal(H, c, w[7], w[8], u);
    for (size_t j = 0; j < H; j++)
        h[j] = oracle_sigmoid(a[3 * H + j]) * tanh(u[j]);
}

static const struct {
    const char *cell;
    oracle_step *step;
} oracles[] = {
    {"rlstm", step_rlstm},       {"mogrifier", step_mogrifier},     {"mogrifier-rlstm", step_rlstm},
    {"lstm", step_lstm},         {"lstm-capped", step_lstm_capped}, {"lstm-norm", step_lstm_norm},
    {"gru", step_gru},           {"gru-cho", step_gru_cho},         {"rnn", step_rnn},
    {"rnn-relu", step_rnn_relu},
};

oracle_step *oracle_step_of(const struct cell_ops *cell)
{
    for (size_t i = 0; i < sizeof oracles / sizeof *oracles; i++)
        if (strcmp(oracles[i].cell, cell->name) == 0)
            return oracles[i].step;
    return NULL;
}

size_t oracle_state_size(const struct model_shape *s, size_t B)
{
    size_t n = 0;
    for (size_t l = 0; l < s->L; l++)
        n += s->cell->n_state * B * s->H[l];
    return n;
}

static const double *tensor(const struct oracle_network *m, const char *name)
{
    const struct param *p = param_find(m->params, name);
    require(p != NULL);
    return m->weights + p->offset;
}

/* Applies the mask of a place to v. */
static void mask(const struct oracle_network *m, size_t place, size_t row, size_t width, double *v)
{
    for (size_t j = 0; m->masks != NULL && j < width; j++)
        v[j] *= (double)m->masks[place][row * width + j];
}

/* The parameters of a layer, by the names that its cell gives them. */
static void find_weights(const struct oracle_network *m, size_t l, const double **weights)
{
    struct param_list own = {0};
    const struct cell_shape shape = {1, 1, m->shape->rounds, m->shape->rank};
    m->shape->cell->params(&own, l, false, &shape);
    for (size_t i = 0; i < own.n; i++)
        weights[i] = tensor(m, own.items[i].name);
}

static const float *mask_of_state(const struct oracle_network *m, size_t l, size_t b)
{
    return m->state_masks != NULL ? m->state_masks[l] + b * m->shape->H[l] : NULL;
}

/* From a word to the output of the last layer and the input of the head. */
static void run_layers(const struct oracle_network *m, size_t B, size_t row, int32_t word,
                       double *state, double *last, double *v)
{
    const struct model_shape *s = m->shape;
    size_t I = s->E;
    double sum[WIDTH_MAX] = {0.0};
    memcpy(v, tensor(m, "encoder.weight") + (size_t)word * I, I * sizeof *v);
    mask(m, 0, row, I, v);
    for (size_t l = 0; l < s->L; l++) {
        const size_t H = s->H[l];
        const double *weights[CELL_PARAMS_MAX];
        double *now[STATES_MAX];
        find_weights(m, l, weights);
        for (size_t i = 0; i < s->cell->n_state; i++, state += B * H)
            now[i] = state + row % B * H;
        const struct cell_shape shape = {I, H, s->rounds, s->rank};
        oracle_step_of(s->cell)(&shape, weights, v, mask_of_state(m, l, row % B), now);
        for (size_t j = 0; j < H; j++)
            sum[j] += now[0][j];
        memcpy(last, now[0], H * sizeof *last);
        memcpy(v, s->sums_layers && l + 1 == s->L ? sum : now[0], H * sizeof *v);
        mask(m, l + 1, row, H, v);
        I = H;
    }
}

/* Turns v [last H] into the input of the softmax; returns its width. */
static size_t project(const struct oracle_network *m, double *v)
{
    const struct model_shape *s = m->shape;
    const size_t H = s->H[s->L - 1];
    double z[WIDTH_MAX];
    if (!s->tied || H == s->E)
        return H;
    for (size_t i = 0; i < s->E; i++)
        z[i] = dot(H, tensor(m, "projection.weight") + i * H, v);
    memcpy(v, z, s->E * sizeof *v);
    return s->E;
}

/* Adds a row's part of T (ar mean(top^2) + tar mean((h_t - h_{t-1})^2)), of the last layer with and
 * without its mask; before [H] is its output at the last step. */
static double penalty_of(const struct oracle_network *m, size_t B, size_t T, size_t t,
                         const double *top, const double *last, double *before)
{
    const size_t H = m->shape->H[m->shape->L - 1];
    const double n = (double)(B * H);
    double sum = 0.0;
    for (size_t j = 0; j < H; j++) {
        sum += m->ar * top[j] * top[j] / n;
        if (t > 0)
            sum += m->tar * (double)T * pow(last[j] - before[j], 2.0) / (n * (double)(T - 1));
    }
    memcpy(before, last, H * sizeof *before);
    return sum;
}

double oracle_network_nats(const struct oracle_network *m, size_t B, size_t T, const int32_t *x,
                           const int32_t *y, double *state, double *penalty)
{
    const size_t V = m->shape->V;
    const double *w = tensor(m, m->shape->tied ? "encoder.weight" : "decoder.weight");
    const double *bias = tensor(m, "decoder.bias");
    double v[WIDTH_MAX], last[WIDTH_MAX], before[ROWS_MAX][WIDTH_MAX], logits[WORDS_MAX];
    double nats = 0.0, sum = 0.0;
    require(V <= WORDS_MAX && model_shape_widest(m->shape) <= WIDTH_MAX && B <= ROWS_MAX);
    for (size_t row = 0; row < T * B; row++) {
        run_layers(m, B, row, x[row], state, last, v);
        sum += penalty_of(m, B, T, row / B, v, last, before[row % B]);
        const size_t n = project(m, v);
        for (size_t j = 0; j < V; j++)
            logits[j] = dot(n, w + j * n, v) + bias[j];
        nats += oracle_logsumexp(V, logits) - logits[y[row]];
    }
    if (penalty != NULL)
        *penalty = sum;
    return nats;
}
