/* One window: forward, loss, and truncated back-propagation through time. */
#include <string.h>

#include "lib/model/window_private.h"
#include "lib/nn/head/softmax.h"

/* The calls of the blocks ---------------------------------------------------- */

static size_t rows_of(const struct window *w)
{
    return w->now.T * w->now.B;
}

/* Whether a parameter is under a mask. */
static bool is_dropped(const struct window *w, size_t param)
{
    return w->masks != NULL && w->masks->weights > 0.0 &&
           w->m->params.items[param].role == PARAM_RECURRENT;
}

static void find_weights(const struct window *w, size_t n, const size_t *params,
                         const float **weights)
{
    for (size_t i = 0; i < n; i++)
        weights[i] =
            is_dropped(w, params[i]) ? w->dropped[params[i]] : model_weight(w->m, params[i]);
}

static struct input_call input_call_of(const struct window *w)
{
    const struct network_input *input = &w->m->net.input;
    struct input_call call = {.shape = input->shape,
                              .rows = rows_of(w),
                              .ids = w->reads.ids,
                              .x = w->reads.x,
                              .scratch = w->scratch};
    find_weights(w, input->n_params, input->params, call.weights);
    return call;
}

static struct cell_call cell_call_of(const struct window *w, size_t l, size_t direction)
{
    const struct network_layer *n = &w->m->net.layers[l];
    const struct layer *layer = &w->layers[l];
    const struct direction *d = &layer->directions[direction];
    struct cell_call call = {.B = w->now.B,
                             .T = w->now.T,
                             .shape = n->shape,
                             .x = direction == 0 ? layer->input : d->x,
                             .h = d->h,
                             .tape = d->tape,
                             .scratch = w->scratch,
                             .profile = w->profile,
                             .layer = l};
    find_weights(w, n->n_params, n->params[direction], call.weights);
    if (w->masks != NULL && w->masks->state > 0.0)
        call.state_mask = d->state_mask;
    return call;
}

static struct head_call head_call_of(const struct window *w, const float *h, const int32_t *targets)
{
    const struct network_head *head = &w->m->net.head;
    struct head_call call = {.shape = head->shape,
                             .of = w->now,
                             .h = h,
                             .targets = targets,
                             .scratch = w->scratch,
                             .profile = w->profile};
    find_weights(w, head->n_params, head->params, call.weights);
    return call;
}

/* Forward -------------------------------------------------------------------- */

/* y = x with the masks of a place, if it has any. */
static void mask(const struct window *w, size_t place, size_t width, const float *x, float *y)
{
    const struct mask_rows rows = {
        .T = w->now.T, .B = w->now.B, .width = width, .ids = w->reads.ids, .x = x, .y = y};
    masks_apply(w->masks, place, &rows);
    profile_lap(w->profile, 0, PROFILE_DROPOUT);
}

static void mask_weights(const struct window *w)
{
    const struct param_list *params = &w->m->params;
    for (size_t i = 0; i < params->n; i++)
        if (is_dropped(w, i))
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
    const struct cell_call call = cell_call_of(w, l, direction);
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

/* to = from, or to += from, of rows as wide as the outputs of a layer. */
static void put_rows(const struct window *w, size_t l, const float *from, float *to, bool add)
{
    const size_t width = model_shape_output_width(&w->m->shape, l);
    sequence_copy(&(struct sequence_copy){.of = w->now,
                                          .width = width,
                                          .from = from,
                                          .from_len = width,
                                          .to = to,
                                          .to_len = width,
                                          .add = add});
}

/* Runs the layers; returns the rows that the head reads. */
static const float *run_layers(struct window *w)
{
    const struct network *net = &w->m->net;
    const struct input_call input = input_call_of(w);
    const float *out = w->layers[0].x;
    net->input.ops->forward(&input, w->layers[0].x);
    profile_lap(w->profile, 0, PROFILE_EMBEDDING);
    mask(w, 0, net->input.shape.width, w->layers[0].x, w->layers[0].x);
    for (size_t l = 0; l < net->L; l++) {
        w->layers[l].input = out;
        out = run_layer(w, l);
        if (w->m->shape.sums_layers) {
            put_rows(w, l, out, w->top, l > 0);
            out = l + 1 < net->L ? out : w->top;
        }
        mask(w, l + 1, model_shape_output_width(&w->m->shape, l), out, after_masks(w, l));
        if (masks_drop_at(w->masks, l + 1))
            out = after_masks(w, l);
    }
    return out;
}

/* The state after the last step becomes the state before the next window. */
static void carry_state(struct window *w)
{
    for (size_t l = 0; l < w->m->net.L; l++) {
        const struct cell_call call = cell_call_of(w, l, 0);
        const size_t state = window_state_size(w, l);
        w->m->net.layers[l].cell->carry(&call);
        memcpy(call.h, call.h + w->now.T * state, state * sizeof(float));
    }
}

/* Backward ------------------------------------------------------------------- */

static void run_head_back(struct window *w, const float *top, const int32_t *targets,
                          int32_t *guesses)
{
    const struct network_head *head = &w->m->net.head;
    const struct head_call call = head_call_of(w, top, targets);
    const size_t rows_of_text = w->now.B / objective_group(w->objective);
    struct head_grad grad = {
        .scale = (float)(w->scale / (double)rows_of_text), .objective = w->objective, .dh = w->dh};
    for (size_t i = 0; i < head->n_params; i++)
        grad.params[i] = w->gradient.of[head->params[i]];
    head->ops->backward(&call, w->nats, &grad, guesses);
}

/* The gradient of a layer's input is wanted if anything below it has parameters. */
static bool wants_dx(const struct window *w, size_t l)
{
    return l > 0 || w->m->net.input.n_params > 0;
}

static void run_direction_back(const struct window *w, size_t l, size_t direction, float *dh,
                               float *dx)
{
    const struct network_layer *n = &w->m->net.layers[l];
    const struct cell_call call = cell_call_of(w, l, direction);
    struct cell_grad grad = {.dh = dh, .dx = wants_dx(w, l) ? dx : NULL};
    for (size_t i = 0; i < n->n_params; i++)
        grad.dweights[i] = w->gradient.of[n->params[direction][i]].values;
    n->cell->backward(&call, &grad);
    for (size_t i = 0; i < n->n_params; i++)
        if (is_dropped(w, n->params[direction][i]))
            masks_drop_weights(w->masks, n->params[direction][i],
                               param_size(&w->m->params.items[n->params[direction][i]]),
                               grad.dweights[i], grad.dweights[i]);
}

/* The same as run_both, from the gradient of its outputs in w->dh to that of its input in w->dx. */
static void run_both_back(const struct window *w, size_t l)
{
    const struct network_layer *n = &w->m->net.layers[l];
    for (size_t d = 0; d < 2; d++) {
        sequence_copy(&(struct sequence_copy){.of = w->now,
                                              .width = n->shape.H,
                                              .from = w->dh + d * n->shape.H,
                                              .from_len = 2 * n->shape.H,
                                              .to = w->side_dh,
                                              .to_len = n->shape.H,
                                              .reverse = d == 1});
        run_direction_back(w, l, d, w->side_dh, w->side_dx);
        if (wants_dx(w, l))
            sequence_copy(&(struct sequence_copy){.of = w->now,
                                                  .width = n->shape.I,
                                                  .from = w->side_dx,
                                                  .from_len = n->shape.I,
                                                  .to = w->dx,
                                                  .to_len = n->shape.I,
                                                  .reverse = d == 1,
                                                  .add = d == 1});
    }
}

/* Replaces w->dh, the gradient of a layer's output, by that of its input. */
static void run_layer_back(struct window *w, size_t l)
{
    if (w->m->net.layers[l].directions == 2)
        run_both_back(w, l);
    else
        run_direction_back(w, l, 0, w->dh, w->dx);
    float *used = w->dh;
    w->dh = w->dx;
    w->dx = used;
}

static void run_input_back(struct window *w)
{
    const struct network_input *input = &w->m->net.input;
    const struct input_call call = input_call_of(w);
    struct param_grad grads[INPUT_PARAMS_MAX];
    for (size_t i = 0; i < input->n_params; i++)
        grads[i] = w->gradient.of[input->params[i]];
    input->ops->backward(&call, w->dh, w->places, grads);
    profile_lap(w->profile, 0, PROFILE_EMBEDDING);
}

/* To w->dh, the gradient of the output of layer l that comes from the layer above, adds that of the
 * sum; for the last layer it is that of the sum. */
static void take_from_sum(struct window *w, size_t l)
{
    if (l + 1 == w->m->net.L)
        put_rows(w, l, w->dh, w->dtop, false);
    else
        put_rows(w, l, w->dtop, w->dh, true);
}

/* Of the last layer, outputs and gradient. */
static struct penalty_rows penalty_rows_of(const struct window *w, const float *h)
{
    return (struct penalty_rows){
        .T = w->now.T, .B = w->now.B, .H = w->m->net.head.shape.H, .h = h, .dh = w->dh};
}

/* On what the head reads. */
static void penalise_top(const struct window *w, const float *top)
{
    const struct penalty_rows rows = penalty_rows_of(w, top);
    if (w->objective != NULL && w->objective->ar > 0.0)
        penalty_activation(w->scale * w->objective->ar, &rows);
}

/* On the output of the last layer before its masks. */
static void penalise_output(const struct window *w)
{
    const size_t l = w->m->net.L - 1;
    const struct penalty_rows rows =
        penalty_rows_of(w, w->layers[l].directions[0].h + window_state_size(w, l));
    if (w->objective != NULL && w->objective->tar > 0.0)
        penalty_change(w->scale * w->objective->tar, &rows);
}

/* From w->dh, the gradient of the rows that the head read, down to the input. */
static void run_layers_back(struct window *w)
{
    const struct network *net = &w->m->net;
    for (size_t l = net->L; l-- > 0;) {
        mask(w, l + 1, model_shape_output_width(&w->m->shape, l), w->dh, w->dh);
        if (w->m->shape.sums_layers)
            take_from_sum(w, l);
        if (l + 1 == net->L)
            penalise_output(w);
        run_layer_back(w, l);
    }
    if (net->input.n_params == 0)
        return;
    mask(w, 0, net->input.shape.width, w->dh, w->dh);
    run_input_back(w);
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
    run_head_back(w, top, y, NULL);
    penalise_top(w, top);
    run_layers_back(w);
    carry_state(w);
    return sum_nats(rows_of(w), w->nats);
}

const struct gradient *window_gradient(const struct window *w)
{
    return &w->gradient;
}

void window_score(struct window *w, size_t T, const int32_t *x, const int32_t *y, double *nats)
{
    set_steps(w, T);
    begin(w, (struct reads){.ids = x}, NULL);
    const struct head_call call = head_call_of(w, run_layers(w), y);
    w->m->net.head.ops->score(&call, nats);
    carry_state(w);
}

void window_feed(struct window *w, size_t T, const int32_t *x, float *logits)
{
    set_steps(w, T);
    begin(w, (struct reads){.ids = x}, NULL);
    const float *top = run_layers(w);
    struct head_call call = head_call_of(w, top + (T - 1) * w->B * w->m->net.head.shape.H, NULL);
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
    run_head_back(w, top, batch->targets, guesses);
    run_layers_back(w);
    return sum_nats(window_targets(w->m, w->now.B, w->now.T), w->nats);
}

void window_predict_batch(struct window *w, const struct window_batch *batch, const bool *allowed,
                          int32_t *guesses, float *p, double *nats)
{
    struct head_call call = head_call_of(w, run_batch(w, batch, NULL), batch->targets);
    call.allowed = allowed;
    w->m->net.head.ops->predict(&call, guesses, p, nats);
}
