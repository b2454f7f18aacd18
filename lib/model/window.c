/* One window: forward, loss, and truncated back-propagation through time. */
#include <string.h>

#include "lib/model/window_private.h"
#include "lib/nn/softmax.h"

/* The calls of the blocks ---------------------------------------------------- */

static void find_weights(const struct window *w, size_t n, const size_t *params,
                         const float **weights)
{
    for (size_t i = 0; i < n; i++)
        weights[i] = model_weight(w->m, params[i]);
}

static struct input_call input_call_of(const struct window *w, size_t T, const int32_t *x)
{
    const struct network_input *input = &w->m->net.input;
    struct input_call call = {.shape = input->shape, .rows = T * w->B, .ids = x};
    find_weights(w, input->ops->n_params, input->params, call.weights);
    return call;
}

static struct cell_call cell_call_of(const struct window *w, size_t l, size_t T)
{
    const struct network_layer *n = &w->m->net.layers[l];
    const struct layer *layer = &w->layers[l];
    struct cell_call call = {.B = w->B,
                             .T = T,
                             .I = n->I,
                             .H = n->H,
                             .x = layer->input,
                             .h = layer->h,
                             .tape = layer->tape,
                             .scratch = w->scratch,
                             .profile = w->profile,
                             .layer = l};
    find_weights(w, n->cell->n_params, n->params, call.weights);
    return call;
}

static struct head_call head_call_of(const struct window *w, size_t rows, const float *h,
                                     const int32_t *targets)
{
    const struct network_head *head = &w->m->net.head;
    struct head_call call = {.shape = head->shape,
                             .rows = rows,
                             .h = h,
                             .targets = targets,
                             .scratch = w->scratch,
                             .profile = w->profile};
    find_weights(w, head->n_params, head->params, call.weights);
    return call;
}

/* Forward -------------------------------------------------------------------- */

/* y = x with the masks of a place, if it has any. */
static void mask(const struct window *w, const struct masks *masks, size_t place, size_t T,
                 size_t width, const float *x, float *y)
{
    masks_apply(masks, place, T, w->B, width, x, y);
    profile_lap(w->profile, 0, PROFILE_DROPOUT);
}

/* Where the output of layer l is after its masks. */
static float *after_masks(const struct window *w, size_t l)
{
    return l + 1 < w->m->net.L ? w->layers[l + 1].x : w->top;
}

/* Runs the layers over T steps; returns the rows that the head reads. */
static const float *run_layers(struct window *w, size_t T, const int32_t *x,
                               const struct masks *masks)
{
    const struct network *net = &w->m->net;
    const struct input_call input = input_call_of(w, T, x);
    const float *out = w->layers[0].x;
    net->input.ops->forward(&input, w->layers[0].x);
    profile_lap(w->profile, 0, PROFILE_EMBEDDING);
    mask(w, masks, 0, T, net->input.shape.E, w->layers[0].x, w->layers[0].x);
    for (size_t l = 0; l < net->L; l++) {
        const size_t H = net->layers[l].H;
        w->layers[l].input = out;
        const struct cell_call call = cell_call_of(w, l, T);
        net->layers[l].cell->forward(&call);
        out = w->layers[l].h + w->B * H;
        mask(w, masks, l + 1, T, H, out, after_masks(w, l));
        if (masks_drop_at(masks, l + 1))
            out = after_masks(w, l);
    }
    return out;
}

/* The state after step T becomes the state before the next window. */
static void carry_state(struct window *w, size_t T)
{
    for (size_t l = 0; l < w->m->net.L; l++) {
        const struct cell_call call = cell_call_of(w, l, T);
        const size_t state = window_state_size(w, l);
        w->m->net.layers[l].cell->carry(&call);
        memcpy(w->layers[l].h, w->layers[l].h + T * state, state * sizeof(float));
    }
}

/* Backward ------------------------------------------------------------------- */

static void run_head_back(struct window *w, const float *top, const int32_t *y)
{
    const struct network_head *head = &w->m->net.head;
    const struct head_call call = head_call_of(w, w->T * w->B, top, y);
    struct head_grad grad = {.scale = 1.0f / (float)w->B, .dh = w->dh};
    for (size_t i = 0; i < head->n_params; i++)
        grad.params[i] = w->gradient.of[head->params[i]];
    head->ops->backward(&call, w->nats, &grad);
}

/* Replaces w->dh, the gradient of a layer's output, by that of its input. */
static void run_layer_back(struct window *w, size_t l)
{
    const struct network_layer *n = &w->m->net.layers[l];
    const struct cell_call call = cell_call_of(w, l, w->T);
    struct cell_grad grad = {.dh = w->dh, .dx = w->dx};
    for (size_t i = 0; i < n->cell->n_params; i++)
        grad.dweights[i] = w->gradient.of[n->params[i]].values;
    n->cell->backward(&call, &grad);
    w->dx = grad.dh;
    w->dh = grad.dx;
}

static void run_input_back(struct window *w, const int32_t *x)
{
    const struct network_input *input = &w->m->net.input;
    const struct input_call call = input_call_of(w, w->T, x);
    struct param_grad grads[INPUT_PARAMS_MAX];
    for (size_t i = 0; i < input->ops->n_params; i++)
        grads[i] = w->gradient.of[input->params[i]];
    input->ops->backward(&call, w->dh, w->places, grads);
    profile_lap(w->profile, 0, PROFILE_EMBEDDING);
}

/* From w->dh, the gradient of the rows that the head read, down to the input. */
static void run_layers_back(struct window *w, const int32_t *x, const struct masks *masks)
{
    const struct network *net = &w->m->net;
    for (size_t l = net->L; l-- > 0;) {
        mask(w, masks, l + 1, w->T, net->layers[l].H, w->dh, w->dh);
        run_layer_back(w, l);
    }
    mask(w, masks, 0, w->T, net->input.shape.E, w->dh, w->dh);
    run_input_back(w, x);
}

/* Windows -------------------------------------------------------------------- */

/* Sums -ln p over a window in the order of the rows. */
static double sum_nats(size_t n, const double *nats)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += nats[i];
    return sum;
}

double window_train(struct window *w, const int32_t *x, const int32_t *y, const struct masks *masks)
{
    const float *top = run_layers(w, w->T, x, masks);
    run_head_back(w, top, y);
    run_layers_back(w, x, masks);
    carry_state(w, w->T);
    return sum_nats(w->T * w->B, w->nats);
}

const struct gradient *window_gradient(const struct window *w)
{
    return &w->gradient;
}

void window_score(struct window *w, size_t T, const int32_t *x, const int32_t *y, double *nats)
{
    const float *top = run_layers(w, T, x, NULL);
    const struct head_call call = head_call_of(w, T * w->B, top, y);
    w->m->net.head.ops->score(&call, nats);
    carry_state(w, T);
}

void window_feed(struct window *w, size_t T, const int32_t *x, float *logits)
{
    const float *top = run_layers(w, T, x, NULL);
    const size_t last = (T - 1) * w->B * w->m->net.head.shape.H;
    const struct head_call call = head_call_of(w, w->B, top + last, NULL);
    if (logits != NULL)
        w->m->net.head.ops->logits(&call, logits);
    carry_state(w, T);
}

void window_probabilities(size_t V, double temperature, const float *logits, float *p)
{
    softmax_probabilities(V, (float)(1.0 / temperature), logits, p);
}
