/* One window: forward, loss, and truncated back-propagation through time. */
#include <string.h>

#include "lib/model/window_private.h"
#include "lib/nn/embedding.h"
#include "lib/nn/softmax.h"

static struct cell_call call_of(const struct window *w, size_t l, size_t T)
{
    const struct layer *layer = &w->layers[l];
    struct cell_call call = {.B = w->B,
                             .T = T,
                             .I = layer->I,
                             .H = w->m->shape.H,
                             .x = layer->input,
                             .h = layer->h,
                             .tape = layer->tape,
                             .scratch = w->scratch,
                             .profile = w->profile,
                             .layer = l};
    const size_t n = w->m->shape.cell->n_params;
    for (size_t i = 0; i < n; i++)
        call.weights[i] = model_weight(w->m, 1 + l * n + i);
    return call;
}

static struct softmax softmax_of(const struct window *w)
{
    return (struct softmax){.V = w->m->shape.V,
                            .H = w->m->shape.H,
                            .weight = model_weight(w->m, w->m->decoder_weight),
                            .bias = model_weight(w->m, w->m->decoder_bias),
                            .profile = w->profile};
}

/* y = dropout(x) at one of the L + 1 places: 0 the embedding, l the output of layer l - 1. */
static void drop(const struct window *w, const struct dropout *d, size_t place, size_t width,
                 const float *x, float *y)
{
    dropout_apply(d, (uint32_t)place, w->T * w->B * width, x, y);
}

/* Whether masks are to be drawn at all. */
static bool drops(const struct dropout *d)
{
    return d != NULL && d->keep < 1.0;
}

/* Runs the layers over T steps; returns the rows that the softmax sees, [T*B, H]. */
static const float *run_layers(struct window *w, size_t T, const int32_t *x,
                               const struct dropout *d)
{
    const struct model_shape *s = &w->m->shape;
    const size_t rows = T * w->B;
    embedding_forward(rows, s->E, model_weight(w->m, 0), x, w->layers[0].x);
    profile_lap(w->profile, 0, PROFILE_EMBEDDING);
    if (drops(d))
        drop(w, d, 0, s->E, w->layers[0].x, w->layers[0].x);
    profile_lap(w->profile, 0, PROFILE_DROPOUT);
    const float *out = w->layers[0].x;
    for (size_t l = 0; l < s->L; l++) {
        w->layers[l].input = out;
        const struct cell_call call = call_of(w, l, T);
        s->cell->forward(&call);
        out = w->layers[l].h + w->B * s->H;
        if (drops(d)) {
            float *next = l + 1 < s->L ? w->layers[l + 1].x : w->top;
            drop(w, d, l + 1, s->H, out, next);
            out = next;
        }
        profile_lap(w->profile, 0, PROFILE_DROPOUT);
    }
    return out;
}

/* The state after step T becomes the state before the next window. */
static void carry_state(struct window *w, size_t T)
{
    const size_t state = w->B * w->m->shape.H;
    for (size_t l = 0; l < w->m->shape.L; l++) {
        const struct cell_call call = call_of(w, l, T);
        w->m->shape.cell->carry(&call);
        memcpy(w->layers[l].h, w->layers[l].h + T * state, state * sizeof(float));
    }
}

/* Forgets the words of the last step and gives those of x a row of the embedding's gradient. */
static void list_rows(struct window *w, const int32_t *x)
{
    struct gradient *g = &w->gradient;
    for (size_t i = 0; i < g->n_rows; i++)
        w->row_of[g->rows[i]] = 0;
    g->n_rows = 0;
    for (size_t i = 0; i < w->T * w->B; i++) {
        if (w->row_of[x[i]] == 0) {
            g->rows[g->n_rows++] = x[i];
            w->row_of[x[i]] = (int32_t)g->n_rows;
        }
        w->rows[i] = w->row_of[x[i]] - 1;
    }
    memset(g->embedding, 0, g->n_rows * w->m->shape.E * sizeof *g->embedding);
}

/* The gradient of a parameter behind encoder.weight. */
static float *gradient_of(const struct window *w, size_t param)
{
    return w->gradient.dense + (w->m->params.items[param].offset - w->gradient.first);
}

/* From dh, the gradient of the rows that the softmax saw, down to the embedding. */
static void run_layers_back(struct window *w, const int32_t *x, const struct dropout *d)
{
    const struct model_shape *s = &w->m->shape;
    const size_t n = s->cell->n_params;
    for (size_t l = s->L; l-- > 0;) {
        if (drops(d))
            drop(w, d, l + 1, s->H, w->dh, w->dh);
        profile_lap(w->profile, 0, PROFILE_DROPOUT);
        const struct cell_call call = call_of(w, l, w->T);
        struct cell_grad grad = {.dh = w->dh, .dx = w->dx};
        for (size_t i = 0; i < n; i++)
            grad.dweights[i] = gradient_of(w, 1 + l * n + i);
        s->cell->backward(&call, &grad);
        float *swap = w->dh;
        w->dh = w->dx;
        w->dx = swap;
    }
    if (drops(d))
        drop(w, d, 0, s->E, w->dh, w->dh);
    profile_lap(w->profile, 0, PROFILE_DROPOUT);
    list_rows(w, x);
    embedding_backward(w->T * w->B, s->E, w->dh, w->rows, w->gradient.embedding);
    profile_lap(w->profile, 0, PROFILE_EMBEDDING);
}

/* Sums -ln p over a window in the order of the rows. */
static double sum_nats(size_t n, const double *nats)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += nats[i];
    return sum;
}

double window_train(struct window *w, const int32_t *x, const int32_t *y,
                    const struct dropout *dropout)
{
    const size_t rows = w->T * w->B;
    const struct softmax softmax = softmax_of(w);
    const float *top = run_layers(w, w->T, x, dropout);
    softmax_backward(&softmax, rows, top, y, 1.0f / (float)w->B, w->scratch, w->nats, w->dh,
                     gradient_of(w, w->m->decoder_weight), gradient_of(w, w->m->decoder_bias));
    run_layers_back(w, x, dropout);
    carry_state(w, w->T);
    return sum_nats(rows, w->nats);
}

const struct gradient *window_gradient(const struct window *w)
{
    return &w->gradient;
}

void window_score(struct window *w, size_t T, const int32_t *x, const int32_t *y, double *nats)
{
    const struct softmax softmax = softmax_of(w);
    const float *top = run_layers(w, T, x, NULL);
    softmax_score(&softmax, T * w->B, top, y, w->scratch, nats);
    carry_state(w, T);
}

void window_feed(struct window *w, size_t T, const int32_t *x, float *logits)
{
    const struct softmax softmax = softmax_of(w);
    const float *top = run_layers(w, T, x, NULL);
    if (logits != NULL)
        softmax_logits(&softmax, w->B, top + (T - 1) * w->B * w->m->shape.H, logits);
    carry_state(w, T);
}

void window_probabilities(size_t V, double temperature, const float *logits, float *p)
{
    softmax_probabilities(V, (float)(1.0 / temperature), logits, p);
}
