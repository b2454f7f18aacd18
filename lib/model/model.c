#include "lib/model/model.h"

#include <math.h>
#include <string.h>

#include "lib/base/mem.h"

static enum status check_labels(const struct model_shape *s, struct err *err)
{
    if (s->C < 2 || s->C > MODEL_LABELS_MAX)
        return err_set(err, ST_USAGE, "%zu label%s: there must be 2 to %d", s->C,
                       s->C == 1 ? "" : "s", MODEL_LABELS_MAX);
    if (s->tied)
        return err_set(err, ST_USAGE, "labels cannot share the vectors of words");
    if (s->n_features > (s->V > 0 ? INPUT_FEATURES_MAX : 0))
        return err_set(err, ST_USAGE, "%zu features: there must be at most %d, and only of words",
                       s->n_features, INPUT_FEATURES_MAX);
    for (size_t i = 0; i < s->n_features; i++)
        if (s->features[i].V < 1 || s->features[i].V > 1u << 24 || s->features[i].E < 1 ||
            s->features[i].E > MODEL_UNITS_MAX)
            return err_set(err, ST_USAGE,
                           "feature %zu with %zu values and vectors of %zu: they must be 1 to %u "
                           "and 1 to %d",
                           i + 1, s->features[i].V, s->features[i].E, 1u << 24, MODEL_UNITS_MAX);
    return ST_OK;
}

/* It must not see the words that it is to predict. */
static enum status check_language_model(const struct model_shape *s, struct err *err)
{
    if (s->bidirectional)
        return err_set(err, ST_USAGE, "a language model reads in one direction only");
    if (s->n_features > 0)
        return err_set(err, ST_USAGE, "a language model reads no features of words");
    return ST_OK;
}

static enum status check_rounds(const struct model_shape *s, struct err *err)
{
    if (!s->cell->mogrifies ||
        (s->rounds >= 1 && s->rounds <= CELL_ROUNDS_MAX && s->rank <= MODEL_UNITS_MAX))
        return ST_OK;
    return err_set(err, ST_USAGE,
                   "a Mogrifier of %zu rounds and rank %zu: they must be 1 to %d and "
                   "0 to %d",
                   s->rounds, s->rank, CELL_ROUNDS_MAX, MODEL_UNITS_MAX);
}

static enum status check_sum(const struct model_shape *s, struct err *err)
{
    if (!s->sums_layers || (s->L > 1 && model_shape_is_even(s)))
        return ST_OK;
    return err_set(err, ST_USAGE, "a sum of layers needs two or more layers of one width");
}

enum status model_check_shape(const struct model_shape *s, struct err *err)
{
    const bool numbers = s->V == 0 && s->head != NULL;
    if (!numbers && (s->V < 2 || s->V > 1u << 24))
        return err_set(err, ST_USAGE, "a vocabulary of %zu words: it must have 2 to %u", s->V,
                       1u << 24);
    if (s->E < 1 || s->E > MODEL_UNITS_MAX)
        return err_set(err, ST_USAGE, "an embedding of %zu: it must be 1 to %d", s->E,
                       MODEL_UNITS_MAX);
    if (s->L < 1 || s->L > MODEL_LAYERS_MAX)
        return err_set(err, ST_USAGE, "%zu layers: there must be 1 to %d", s->L, MODEL_LAYERS_MAX);
    for (size_t l = 0; l < s->L; l++)
        if (s->H[l] < 1 || s->H[l] > MODEL_UNITS_MAX)
            return err_set(err, ST_USAGE, "layer %zu of %zu hidden units: they must be 1 to %d",
                           l + 1, s->H[l], MODEL_UNITS_MAX);
    TRY(check_rounds(s, err));
    TRY(check_sum(s, err));
    return s->head != NULL ? check_labels(s, err) : check_language_model(s, err);
}

enum status model_new_empty(struct model **out, const struct model_shape *shape, struct err *err)
{
    struct model *m = mem_zeroed(1, sizeof *m, err);
    if (m == NULL)
        return ST_NOMEM;
    m->shape = *shape;
    network_build(&m->net, shape, &m->params);
    *out = m;
    return ST_OK;
}

enum status model_new(struct model **out, const struct model_shape *shape, struct err *err)
{
    struct model *m;
    TRY(model_check_shape(shape, err));
    TRY(model_new_empty(&m, shape, err));
    m->weights = mem_zeroed(m->params.total, sizeof *m->weights, err);
    if (m->weights == NULL) {
        model_free(m);
        return ST_NOMEM;
    }
    *out = m;
    return ST_OK;
}

void model_free(struct model *m)
{
    if (m == NULL)
        return;
    mem_free(m->weights);
    io_map_close(&m->map);
    mem_free(m);
}

enum status model_own_weights(struct model *m, struct err *err)
{
    if (m->weights != NULL)
        return ST_OK;
    float *weights = mem_zeroed(m->params.total, sizeof *weights, err);
    if (weights == NULL)
        return ST_NOMEM;
    for (size_t i = 0; i < m->params.n; i++) {
        const struct param *p = &m->params.items[i];
        memcpy(weights + p->offset, m->mapped[i], param_size(p) * sizeof *weights);
    }
    io_map_close(&m->map);
    m->weights = weights;
    return ST_OK;
}

/* A gate in the first bias of a layer, PyTorch's form having two; NULL if the cell has none. */
static float *gate_bias(struct model *m, const struct network_layer *layer, size_t direction,
                        size_t gate)
{
    const size_t *params = layer->params[direction];
    size_t i = 0;
    while (m->params.items[params[i]].role != PARAM_BIAS)
        i++;
    return gate == 0 ? NULL
                     : m->weights + m->params.items[params[i]].offset + (gate - 1) * layer->shape.H;
}

static void start_gates(struct model *m, const struct init_settings *settings, size_t l,
                        size_t direction, uint64_t seed)
{
    const struct network_layer *layer = &m->net.layers[l];
    float *forget = gate_bias(m, layer, direction, layer->cell->forget_gate);
    float *input = gate_bias(m, layer, direction, layer->cell->input_gate);
    struct rng rng;
    for (size_t j = 0; j < layer->shape.H; j++)
        forget[j] += (float)settings->forget_bias;
    rng_init(&rng, seed, RNG_CHRONO + (uint32_t)(2 * l + direction));
    if (settings->chrono > 0.0)
        init_add_chrono(&rng, settings->chrono, layer->shape.H, forget, input);
}

static enum status start_all_gates(struct model *m, const struct init_settings *settings,
                                   uint64_t seed, struct err *err)
{
    for (size_t l = 0; l < m->net.L; l++) {
        const struct network_layer *layer = &m->net.layers[l];
        if (layer->cell->forget_gate == 0)
            return err_set(err, ST_USAGE, "the cell '%s' has no forget gate to give a bias",
                           layer->cell->name);
        for (size_t d = 0; d < layer->directions; d++)
            start_gates(m, settings, l, d, seed);
    }
    return ST_OK;
}

enum status model_initialise(struct model *m, const struct init_settings *settings, uint64_t seed,
                             struct err *err)
{
    TRY(init_params(&m->params, m->weights, settings, seed, err));
    if (settings->forget_bias == 0.0 && settings->chrono == 0.0)
        return ST_OK;
    return start_all_gates(m, settings, seed, err);
}

const float *model_weight(const struct model *m, size_t param)
{
    return m->weights != NULL ? m->weights + m->params.items[param].offset : m->mapped[param];
}

size_t model_size(const struct model *m)
{
    size_t n = 0;
    for (size_t i = 0; i < m->params.n; i++)
        n += param_size(&m->params.items[i]);
    return n;
}

double model_macs(const struct model *m)
{
    return network_macs(&m->net, &m->params);
}

double model_shape_macs(const struct model_shape *shape)
{
    struct network net;
    struct param_list params = {0};
    network_build(&net, shape, &params);
    return network_macs(&net, &params);
}

size_t model_block_floats(const struct model_shape *shape)
{
    struct network net;
    struct param_list params = {0};
    network_build(&net, shape, &params);
    return params.total;
}

enum status model_check_finite(const struct model *m, const char *name, struct err *err)
{
    for (size_t i = 0; i < m->params.n; i++) {
        const struct param *p = &m->params.items[i];
        const float *w = model_weight(m, i);
        const size_t n = param_size(p);
        for (size_t j = 0; j < n; j++)
            if (!isfinite(w[j]))
                return err_set(err, ST_INPUT,
                               "'%s': element %zu of '%s' is %s: the model is damaged or diverged",
                               name, j, p->name, isnan(w[j]) ? "not a number" : "infinite");
    }
    return ST_OK;
}
