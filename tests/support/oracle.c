#include "tests/support/oracle.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { WIDTH_MAX = 64, WORDS_MAX = 64 };

/* ck_assert writes down every place that it passes, which is slow in loops. */
static void require(bool holds)
{
    if (!holds)
        ck_abort_msg("a model that the oracle has no room or no weights for");
}

bool oracle_agrees(double got, double want, double bound)
{
    if (isnan(want))
        return isnan(got);
    if (isinf(want))
        return got == want;
    return fabs(got - want) <= bound;
}

double oracle_sigmoid(double x)
{
    return 1.0 / (1.0 + exp(-x));
}

double oracle_logsumexp(size_t n, const double *x)
{
    double max = x[0], sum = 0.0;
    for (size_t j = 0; j < n; j++)
        if (isnan(x[j]))
            return x[j];
    for (size_t j = 1; j < n; j++)
        max = fmax(max, x[j]);
    if (isinf(max))
        return max;
    for (size_t j = 0; j < n; j++)
        sum += exp(x[j] - max);
    return max + log(sum);
}

static double dot(size_t n, const double *a, const double *b)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

void oracle_lstm_step(const struct oracle_lstm *lstm, const double *x, double *h, double *c)
{
    const size_t I = lstm->I, H = lstm->H;
    double a[4 * WIDTH_MAX];
    require(H <= WIDTH_MAX);
    for (size_t r = 0; r < 4 * H; r++)
        a[r] = dot(I, lstm->w_ih + r * I, x) + lstm->b_ih[r] + dot(H, lstm->w_hh + r * H, h) +
               lstm->b_hh[r];
    for (size_t j = 0; j < H; j++) {
        const double i = oracle_sigmoid(a[j]), f = oracle_sigmoid(a[H + j]);
        const double g = tanh(a[2 * H + j]), o = oracle_sigmoid(a[3 * H + j]);
        c[j] = f * c[j] + i * g;
        h[j] = o * tanh(c[j]);
    }
}

static const double *tensor(const struct oracle_model *m, const char *kind, size_t layer)
{
    char name[PARAM_NAME_MAX];
    snprintf(name, sizeof name, "rnn.%s_l%zu", kind, layer);
    const struct param *p = param_find(m->params, name);
    require(p != NULL);
    return m->weights + p->offset;
}

static struct oracle_lstm lstm_of(const struct oracle_model *m, size_t layer)
{
    return (struct oracle_lstm){.I = layer == 0 ? m->shape->E : m->shape->H[layer - 1],
                                .H = m->shape->H[layer],
                                .w_ih = tensor(m, "weight_ih", layer),
                                .w_hh = tensor(m, "weight_hh", layer),
                                .b_ih = tensor(m, "bias_ih", layer),
                                .b_hh = tensor(m, "bias_hh", layer)};
}

/* v becomes what dropout at `place` leaves of it. */
static void mask(const struct oracle_model *m, size_t place, size_t row, size_t width, double *v)
{
    for (size_t j = 0; m->masks != NULL && j < width; j++)
        v[j] *= (double)m->masks[place][row * width + j];
}

/* From a word to what the softmax sees, [H]. */
static void run_layers(const struct oracle_model *m, size_t B, size_t row, int32_t word, double *h,
                       double *c, double *v)
{
    const struct model_shape *s = m->shape;
    const size_t b = row % B;
    memcpy(v, m->weights + (size_t)word * s->E, s->E * sizeof *v);
    mask(m, 0, row, s->E, v);
    for (size_t l = 0; l < s->L; l++) {
        const struct oracle_lstm lstm = lstm_of(m, l);
        const size_t H = s->H[l];
        double *h_row = h + (l * B + b) * H, *c_row = c + (l * B + b) * H;
        oracle_lstm_step(&lstm, v, h_row, c_row);
        memcpy(v, h_row, H * sizeof *v);
        mask(m, l + 1, row, H, v);
    }
}

double oracle_model_nats(const struct oracle_model *m, size_t B, size_t T, const int32_t *x,
                         const int32_t *y, double *h, double *c, double *logits)
{
    const size_t V = m->shape->V, H = m->shape->H[0];
    const double *w = m->weights + param_find(m->params, "decoder.weight")->offset;
    const double *bias = m->weights + param_find(m->params, "decoder.bias")->offset;
    double v[WIDTH_MAX], row_logits[WORDS_MAX], nats = 0.0;
    require(V <= WORDS_MAX && m->shape->E <= WIDTH_MAX);
    for (size_t row = 0; row < T * B; row++) {
        run_layers(m, B, row, x[row], h, c, v);
        for (size_t j = 0; j < V; j++)
            row_logits[j] = dot(H, w + j * H, v) + bias[j];
        nats += oracle_logsumexp(V, row_logits) - row_logits[y[row]];
        if (logits != NULL)
            memcpy(logits + row * V, row_logits, V * sizeof *logits);
    }
    return nats;
}
