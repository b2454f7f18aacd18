/* One window: the forward pass, and what it is for; truncated back-propagation through time. */
#include <string.h>

#include "lib/model/window_private.h"
#include "lib/nn/head/softmax.h"

/* Forward -------------------------------------------------------------------- */

static void mask_weights(const struct window *w)
{
    const struct param_list *params = &w->m->params;
    for (size_t i = 0; i < params->n; i++)
        if (window_drops(w, i))
            masks_drop_weights(w->masks, i, param_size(&params->items[i]), model_weight(w->m, i),
                               w->dropped[i]);
}

static void draw_state_masks(const struct window *w)
{
    for (size_t l = 0; l < w->m->net.L && w->masks->state > 0.0; l++)
        for (size_t d = 0; d < w->m->net.layers[l].directions; d++)
            masks_draw_state(w->masks, l, d, w->now.B, w->m->net.layers[l].shape.H,
                             w->layers[l].directions[d].state_mask);
}

/* Begins a window: what it reads, under which masks. */
static void begin(struct window *w, struct reads reads, const struct masks *masks)
{
    w->reads = reads;
    w->masks = masks;
    w->scale = 1.0;
    if (masks == NULL)
        return;
    mask_weights(w);
    draw_state_masks(w);
    profile_lap(w->profile, 0, PROFILE_DROPOUT);
}

/* Where the output of layer l is after its masks. */
static float *after_masks(const struct window *w, size_t l)
{
    return l + 1 < w->m->net.L ? w->layers[l + 1].x : w->top;
}

/* Runs one direction of a layer; returns its outputs, 0 in padding. What the cell makes of padding
 * may overflow (rnn-relu), and in the products of the backward pass 0 times that is no 0. */
static const float *run_direction(const struct window *w, size_t l, size_t direction)
{
    const struct cell_call call = window_cell_call(w, l, direction);
    float *out = call.h + call.B * call.shape.H;
    w->m->net.layers[l].cell->forward(&call);
    sequence_clear_padding(&w->now, call.shape.H, out);
    return out;
}

/* The reverse direction reads each sequence from its last step to its first, and what it gives is
 * turned round again: in what the forward direction gives, padding comes after all that counts, and
 * so it does here. */
static const float *run_both(const struct window *w, size_t l)
{
    const struct network_layer *n = &w->m->net.layers[l];
    const struct layer *layer = &w->layers[l];
    sequence_copy(&(struct sequence_copy){.of = w->now,
                                          .width = n->shape.I,
                                          .from = layer->input,
                                          .from_len = n->shape.I,
                                          .to = layer->directions[1].x,
                                          .to_len = n->shape.I,
                                          .reverse = true});
    for (size_t d = 0; d < 2; d++) {
        sequence_copy(&(struct sequence_copy){.of = w->now,
                                              .width = n->shape.H,
                                              .from = run_direction(w, l, d),
                                              .from_len = n->shape.H,
                                              .to = layer->both + d * n->shape.H,
                                              .to_len = 2 * n->shape.H,
                                              .reverse = d == 1});
    }
    return layer->both;
}

/* Runs one layer; returns its outputs, of all directions. */
static const float *run_layer(const struct window *w, size_t l)
{
    return w->m->net.layers[l].directions == 2 ? run_both(w, l) : run_direction(w, l, 0);
}

/* Runs the layers; returns the rows that the head reads. */
static const float *run_layers(struct window *w)
{
    const struct network *net = &w->m->net;
    const struct input_call input = window_input_call(w);
    const float *out = w->layers[0].x;
    net->input.ops->forward(&input, w->layers[0].x);
    profile_lap(w->profile, 0, PROFILE_EMBEDDING);
    window_mask(w, 0, net->input.shape.width, w->layers[0].x, w->layers[0].x);
    for (size_t l = 0; l < net->L; l++) {
        w->layers[l].input = out;
        out = run_layer(w, l);
        if (w->m->shape.sums_layers) {
            window_put_rows(w, l, out, w->top, l > 0);
            out = l + 1 < net->L ? out : w->top;
        }
        window_mask(w, l + 1, model_shape_output_width(&w->m->shape, l), out, after_masks(w, l));
        if (masks_drop_at(w->masks, l + 1))
            out = after_masks(w, l);
    }
    return out;
}

/* The state after the last step becomes the state before the next window. */
static void carry_state(struct window *w)
{
    for (size_t l = 0; l < w->m->net.L; l++) {
        const struct cell_call call = window_cell_call(w, l, 0);
        const size_t state = window_state_size(w, l);
        w->m->net.layers[l].cell->carry(&call);
        memcpy(call.h, call.h + w->now.T * state, state * sizeof(float));
    }
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

/* T steps of all B rows. */
static void set_steps(struct window *w, size_t T)
{
    w->now = (struct sequences){.B = w->B, .T = T};
}

double window_train(struct window *w, const int32_t *x, const int32_t *y, const struct masks *masks)
{
    return window_train_steps(w, w->T, 1.0, x, y, masks);
}

double window_train_steps(struct window *w, size_t T, double scale, const int32_t *x,
                          const int32_t *y, const struct masks *masks)
{
    set_steps(w, T);
    begin(w, (struct reads){.ids = x}, masks);
    w->scale = scale;
    const float *top = run_layers(w);
    window_run_back(w, top, y, NULL);
    carry_state(w);
    return sum_nats(window_rows(w), w->nats);
}

const struct gradient *window_gradient(const struct window *w)
{
    return &w->gradient;
}

void window_score(struct window *w, size_t T, const int32_t *x, const int32_t *y, double *nats)
{
    set_steps(w, T);
    begin(w, (struct reads){.ids = x}, NULL);
    w->read = run_layers(w);
    const struct head_call call = window_head_call(w, w->read, y);
    w->m->net.head.ops->score(&call, nats);
    carry_state(w);
}

void window_set_temperature(struct window *w, double temperature)
{
    w->factor = temperature == 1.0 ? 0.0f : (float)(1.0 / temperature);
}

const float *window_outputs(const struct window *w)
{
    return w->read;
}

void window_feed(struct window *w, size_t T, const int32_t *x, float *logits)
{
    set_steps(w, T);
    begin(w, (struct reads){.ids = x}, NULL);
    w->read = run_layers(w);
    struct head_call call =
        window_head_call(w, w->read + (T - 1) * w->B * w->m->net.head.shape.H, NULL);
    call.of.T = 1;
    if (logits != NULL)
        w->m->net.head.ops->logits(&call, logits);
    carry_state(w);
}

void window_probabilities(size_t V, double temperature, const float *logits, float *p)
{
    softmax_probabilities(V, (float)(1.0 / temperature), logits, p);
}

/* Sequences with labels -------------------------------------------------------- */

size_t window_targets(const struct model *m, size_t B, size_t T)
{
    return m->net.head.ops->targets == HEAD_PER_STEP ? T * B : B;
}

/* Runs the layers from a state of zeros. */
static const float *run_batch(struct window *w, const struct window_batch *batch,
                              const struct masks *masks)
{
    w->now = batch->of;
    window_reset(w);
    begin(w, (struct reads){batch->ids, batch->x}, masks);
    return run_layers(w);
}

double window_train_batch(struct window *w, const struct window_batch *batch,
                          const struct masks *masks, int32_t *guesses)
{
    const float *top = run_batch(w, batch, masks);
    window_run_back(w, top, batch->targets, guesses);
    return sum_nats(window_targets(w->m, w->now.B, w->now.T), w->nats);
}

void window_predict_batch(struct window *w, const struct window_batch *batch, const bool *allowed,
                          int32_t *guesses, float *p, double *nats)
{
    struct head_call call = window_head_call(w, run_batch(w, batch, NULL), batch->targets);
    call.allowed = allowed;
    w->m->net.head.ops->predict(&call, guesses, p, nats);
}
