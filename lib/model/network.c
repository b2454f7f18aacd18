#include "lib/model/network.h"

#include <stdio.h>

#include "lib/nn/mask.h"

_Static_assert((int)INPUT_PARAMS_MAX + 2 * (int)MODEL_LAYERS_MAX * (int)CELL_PARAMS_MAX +
                       (int)HEAD_PARAMS_MAX <=
                   (int)PARAMS_MAX,
               "a list of parameters holds those of the largest network");
_Static_assert((int)MASKS_MAX > (int)MODEL_LAYERS_MAX, "and its masks one place more than layers");

struct model_shape model_shape_even(const struct cell_ops *cell, size_t V, size_t E, size_t H,
                                    size_t L)
{
    struct model_shape s = {.V = V, .E = E, .L = L, .cell = cell};
    s.rounds = cell->mogrifies ? CELL_ROUNDS : 0;
    for (size_t l = 0; l < L && l < MODEL_LAYERS_MAX; l++)
        s.H[l] = H;
    return s;
}

static bool features_equal(const struct model_shape *a, const struct model_shape *b)
{
    if (a->n_features != b->n_features)
        return false;
    for (size_t i = 0; i < a->n_features; i++)
        if (a->features[i].V != b->features[i].V || a->features[i].E != b->features[i].E)
            return false;
    return true;
}

bool model_shape_equal(const struct model_shape *a, const struct model_shape *b)
{
    if (a->V != b->V || a->E != b->E || a->L != b->L || a->cell != b->cell || a->tied != b->tied ||
        a->bidirectional != b->bidirectional || a->sums_layers != b->sums_layers ||
        a->rounds != b->rounds || a->rank != b->rank || a->head != b->head || a->C != b->C ||
        !features_equal(a, b))
        return false;
    for (size_t l = 0; l < a->L; l++)
        if (a->H[l] != b->H[l])
            return false;
    return true;
}

bool model_shape_is_even(const struct model_shape *shape)
{
    for (size_t l = 1; l < shape->L; l++)
        if (shape->H[l] != shape->H[0])
            return false;
    return true;
}

const char *model_layers_text(char out[MODEL_LAYERS_TEXT], const struct model_shape *shape)
{
    size_t at = 0;
    if (model_shape_is_even(shape)) {
        snprintf(out, MODEL_LAYERS_TEXT, "%zu x %zu", shape->L, shape->H[0]);
        return out;
    }
    for (size_t l = 0; l < shape->L && at < MODEL_LAYERS_TEXT; l++)
        at += (size_t)snprintf(out + at, MODEL_LAYERS_TEXT - at, "%s%zu", l > 0 ? " + " : "",
                               shape->H[l]);
    return out;
}

size_t model_shape_directions(const struct model_shape *shape)
{
    return shape->bidirectional ? 2 : 1;
}

size_t model_shape_input_width(const struct model_shape *shape)
{
    size_t width = shape->E;
    for (size_t i = 0; i < shape->n_features; i++)
        width += shape->features[i].E;
    return width;
}

size_t model_shape_output_width(const struct model_shape *shape, size_t layer)
{
    return model_shape_directions(shape) * shape->H[layer];
}

size_t model_shape_widest(const struct model_shape *shape)
{
    size_t widest = model_shape_input_width(shape);
    for (size_t l = 0; l < shape->L; l++) {
        const size_t width = model_shape_output_width(shape, l);
        widest = width > widest ? width : widest;
    }
    return widest;
}

static void build_input(struct network_input *input, const struct model_shape *s,
                        struct param_list *list)
{
    const bool words = s->V > 0;
    *input = (struct network_input){
        .ops = words ? &input_ids : &input_dense,
        .shape = {.n = words ? 1 + s->n_features : 0, .width = model_shape_input_width(s)}};
    if (words)
        input->shape.tables[0] = (struct input_table){s->V, s->E};
    for (size_t i = 1; i < input->shape.n; i++)
        input->shape.tables[i] = s->features[i - 1];
    input->n_params = input->ops->params(list, &input->shape, input->params);
}

static void build_direction(struct network_layer *layer, size_t number, bool reverse,
                            struct param_list *list)
{
    const size_t first = list->n;
    layer->cell->params(list, number, reverse, &layer->shape);
    layer->n_params = list->n - first;
    for (size_t i = 0; i < layer->n_params; i++)
        layer->params[reverse][i] = first + i;
}

static void build_head(struct network *net, const struct model_shape *s, struct param_list *list)
{
    net->head = (struct network_head){.ops = s->head != NULL ? s->head : &head_softmax,
                                      .shape = {.V = s->head != NULL ? s->C : s->V,
                                                .H = model_shape_output_width(s, s->L - 1),
                                                .directions = model_shape_directions(s),
                                                .E = s->E,
                                                .tied = s->tied,
                                                .table = net->input.params[0]}};
    net->head.n_params = net->head.ops->params(list, &net->head.shape, net->head.params);
}

void network_build(struct network *net, const struct model_shape *s, struct param_list *list)
{
    *net = (struct network){.L = s->L};
    build_input(&net->input, s, list);
    for (size_t l = 0; l < s->L; l++) {
        struct network_layer *layer = &net->layers[l];
        *layer = (struct network_layer){
            .cell = s->cell,
            .shape = {.I = l == 0 ? net->input.shape.width : model_shape_output_width(s, l - 1),
                      .H = s->H[l],
                      .rounds = s->rounds,
                      .rank = s->rank},
            .directions = model_shape_directions(s)};
        for (size_t d = 0; d < layer->directions; d++)
            build_direction(layer, l, d == 1, list);
    }
    build_head(net, s, list);
}

double network_layer_macs(const struct network *net, const struct param_list *list, size_t layer,
                          enum param_role role)
{
    const struct network_layer *l = &net->layers[layer];
    double macs = 0.0;
    for (size_t d = 0; d < l->directions; d++)
        for (size_t i = 0; i < l->n_params; i++)
            if (list->items[l->params[d][i]].role == role)
                macs += (double)param_size(&list->items[l->params[d][i]]);
    return macs;
}

double network_head_macs(const struct network *net, const struct param_list *list)
{
    double macs = 0.0;
    for (size_t i = 0; i < net->head.n_params; i++)
        if (list->items[net->head.params[i]].cols > 0)
            macs += (double)param_size(&list->items[net->head.params[i]]);
    return macs;
}

double network_macs(const struct network *net, const struct param_list *list)
{
    double macs = network_head_macs(net, list);
    for (size_t l = 0; l < net->L; l++)
        macs += network_layer_macs(net, list, l, PARAM_INPUT) +
                network_layer_macs(net, list, l, PARAM_RECURRENT);
    return macs;
}
