/* What the passes of a window share: the calls of its blocks, and the rows between them. */
#include "lib/model/window_private.h"

size_t window_rows(const struct window *w)
{
    return w->now.T * w->now.B;
}

bool window_drops(const struct window *w, size_t param)
{
    return w->masks != NULL && w->masks->weights > 0.0 &&
           w->m->params.items[param].role == PARAM_RECURRENT;
}

static void find_weights(const struct window *w, size_t n, const size_t *params,
                         const float **weights)
{
    for (size_t i = 0; i < n; i++)
        weights[i] =
            window_drops(w, params[i]) ? w->dropped[params[i]] : model_weight(w->m, params[i]);
}

struct input_call window_input_call(const struct window *w)
{
    const struct network_input *input = &w->m->net.input;
    struct input_call call = {.shape = input->shape,
                              .rows = window_rows(w),
                              .ids = w->reads.ids,
                              .x = w->reads.x,
                              .scratch = w->scratch};
    find_weights(w, input->n_params, input->params, call.weights);
    return call;
}

struct cell_call window_cell_call(const struct window *w, size_t l, size_t direction)
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

struct head_call window_head_call(const struct window *w, const float *h, const int32_t *targets)
{
    const struct network_head *head = &w->m->net.head;
    struct head_call call = {.shape = head->shape,
                             .of = w->now,
                             .h = h,
                             .targets = targets,
                             .factor = w->factor,
                             .scratch = w->scratch,
                             .profile = w->profile};
    find_weights(w, head->n_params, head->params, call.weights);
    return call;
}

void window_mask(const struct window *w, size_t place, size_t width, const float *x, float *y)
{
    const struct mask_rows rows = {
        .T = w->now.T, .B = w->now.B, .width = width, .ids = w->reads.ids, .x = x, .y = y};
    masks_apply(w->masks, place, &rows);
    profile_lap(w->profile, 0, PROFILE_DROPOUT);
}

void window_put_rows(const struct window *w, size_t l, const float *from, float *to, bool add)
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
