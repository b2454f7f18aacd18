/* The backward pass of a window. */
#include "lib/model/window_private.h"
#include "lib/nn/penalty.h"

static void run_head_back(struct window *w, const float *top, const int32_t *targets,
                          int32_t *guesses)
{
    const struct network_head *head = &w->m->net.head;
    const struct head_call call = window_head_call(w, top, targets);
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
    const struct cell_call call = window_cell_call(w, l, direction);
    struct cell_grad grad = {.dh = dh, .dx = wants_dx(w, l) ? dx : NULL};
    for (size_t i = 0; i < n->n_params; i++)
        grad.dweights[i] = w->gradient.of[n->params[direction][i]].values;
    n->cell->backward(&call, &grad);
    for (size_t i = 0; i < n->n_params; i++)
        if (window_drops(w, n->params[direction][i]))
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
    const struct input_call call = window_input_call(w);
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
        window_put_rows(w, l, w->dh, w->dtop, false);
    else
        window_put_rows(w, l, w->dtop, w->dh, true);
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
        window_mask(w, l + 1, model_shape_output_width(&w->m->shape, l), w->dh, w->dh);
        if (w->m->shape.sums_layers)
            take_from_sum(w, l);
        if (l + 1 == net->L)
            penalise_output(w);
        run_layer_back(w, l);
    }
    if (net->input.n_params == 0)
        return;
    window_mask(w, 0, net->input.shape.width, w->dh, w->dh);
    run_input_back(w);
}

void window_run_back(struct window *w, const float *top, const int32_t *targets, int32_t *guesses)
{
    run_head_back(w, top, targets, guesses);
    penalise_top(w, top);
    run_layers_back(w);
}
