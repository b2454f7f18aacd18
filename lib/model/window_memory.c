/* The memory of a window: one block for all float buffers, and the state in it. */
#include <string.h>

#include "lib/base/mem.h"
#include "lib/model/window_private.h"

/* Sizes of all buffers in floats, in their order in the block. */
struct sizes {
    size_t x[MODEL_LAYERS_MAX], h[MODEL_LAYERS_MAX], tape[MODEL_LAYERS_MAX];
    size_t both[MODEL_LAYERS_MAX], state_mask[MODEL_LAYERS_MAX];
    size_t top, dtop, scratch, down, side, total;
};

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static struct sizes measure(const struct network *net, const struct model_shape *shape, size_t B,
                            size_t T, enum window_use use)
{
    const size_t rows = T * B;
    struct sizes z = {.scratch = net->head.ops->scratch_size(&net->head.shape, B, T)};
    const bool both = net->layers[0].directions == 2;
    z.scratch = larger(z.scratch, net->input.ops->scratch_size(&net->input.shape, rows));
    for (size_t l = 0; l < net->L; l++) {
        const struct network_layer *n = &net->layers[l];
        z.x[l] = mem_padded_floats(rows * n->shape.I);
        z.h[l] = mem_padded_floats((rows + B) * n->shape.H);
        z.tape[l] = mem_padded_floats(n->cell->tape_size(B, T, &n->shape));
        z.both[l] = both ? mem_padded_floats(2 * rows * n->shape.H) : 0;
        z.state_mask[l] = use == WINDOW_TRAIN ? mem_padded_floats(B * n->shape.H) : 0;
        z.scratch = larger(z.scratch, n->cell->scratch_size(B, T, &n->shape));
        z.total += n->directions * (z.x[l] + z.h[l] + z.tape[l] + z.state_mask[l]) + z.both[l];
    }
    z.scratch = mem_padded_floats(z.scratch);
    z.top = mem_padded_floats(rows * net->head.shape.H);
    z.down = use == WINDOW_TRAIN ? mem_padded_floats(rows * model_shape_widest(shape)) : 0;
    z.side = both ? z.down : 0;
    z.dtop = use == WINDOW_TRAIN && shape->sums_layers ? z.top : 0;
    z.total += z.top + z.dtop + z.scratch + 2 * z.down + 2 * z.side;
    return z;
}

double window_bytes(const struct model_shape *shape, size_t B, size_t T, enum window_use use)
{
    struct network net;
    struct param_list params = {0};
    network_build(&net, shape, &params);
    double floats = (double)measure(&net, shape, B, T, use).total;
    if (use == WINDOW_TRAIN)
        floats += gradient_floats(&params, B * T);
    return 4.0 * floats;
}

static float *take(float **at, size_t n)
{
    float *taken = *at;
    *at += n;
    return taken;
}

static void lay_out(struct window *w, const struct sizes *z)
{
    float *at = w->block;
    for (size_t l = 0; l < w->m->net.L; l++) {
        struct layer *layer = &w->layers[l];
        layer->x = take(&at, z->x[l]);
        for (size_t d = 0; d < w->m->net.layers[l].directions; d++) {
            layer->directions[d].x = d == 1 ? take(&at, z->x[l]) : NULL;
            layer->directions[d].h = take(&at, z->h[l]);
            layer->directions[d].tape = take(&at, z->tape[l]);
            layer->directions[d].state_mask = take(&at, z->state_mask[l]);
        }
        layer->both = take(&at, z->both[l]);
    }
    w->top = take(&at, z->top);
    w->dtop = take(&at, z->dtop);
    w->scratch = take(&at, z->scratch);
    w->dh = take(&at, z->down);
    w->dx = take(&at, z->down);
    w->side_dh = take(&at, z->side);
    w->side_dx = take(&at, z->side);
}

static enum status allocate_gradient(struct window *w, struct err *err)
{
    TRY(gradient_init(&w->gradient, &w->m->params, w->B * w->T, err));
    w->places = mem_zeroed(w->B * w->T, sizeof *w->places, err);
    w->nats = mem_zeroed(w->B * w->T, sizeof *w->nats, err);
    return w->places == NULL || w->nats == NULL ? ST_NOMEM : ST_OK;
}

static enum status allocate(struct window *w, struct err *err)
{
    const struct sizes z = measure(&w->m->net, &w->m->shape, w->B, w->T, w->use);
    w->block = mem_unset(z.total, sizeof *w->block, err); /* written before every read */
    if (w->block == NULL)
        return ST_NOMEM;
    lay_out(w, &z);
    w->now = (struct sequences){.B = w->B, .T = w->T};
    window_reset(w);
    return w->use == WINDOW_TRAIN ? allocate_gradient(w, err) : ST_OK;
}

enum status window_new(struct window **out, const struct model *m, size_t B, size_t T,
                       enum window_use use, struct err *err)
{
    /* keeps all sizes within size_t, and within the int of a BLAS */
    if (B < 1 || T < 1 || B > 1u << 20 || T > 1u << 20 || B * T > 1u << 24)
        return err_set(err, ST_USAGE,
                       "a window of batch %zu and steps %zu: their product must be 1 to %u", B, T,
                       1u << 24);
    struct window *w = mem_zeroed(1, sizeof *w, err);
    if (w == NULL)
        return ST_NOMEM;
    w->m = m;
    w->B = B;
    w->T = T;
    w->use = use;
    if (allocate(w, err) != ST_OK) {
        window_free(w);
        return ST_NOMEM;
    }
    *out = w;
    return ST_OK;
}

static size_t dropped_floats(const struct param *p)
{
    return p->role == PARAM_RECURRENT ? mem_padded_floats(param_size(p)) : 0;
}

enum status window_drop_weights(struct window *w, struct err *err)
{
    const struct param_list *params = &w->m->params;
    size_t n = 0;
    for (size_t i = 0; i < params->n; i++)
        n += dropped_floats(&params->items[i]);
    float *at = w->dropped_block = mem_unset(n, sizeof *at, err);
    if (at == NULL)
        return ST_NOMEM;
    for (size_t i = 0; i < params->n; i++)
        w->dropped[i] = take(&at, dropped_floats(&params->items[i]));
    return ST_OK;
}

double window_dropped_bytes(const struct model_shape *shape)
{
    struct network net;
    struct param_list params = {0};
    size_t n = 0;
    network_build(&net, shape, &params);
    for (size_t i = 0; i < params.n; i++)
        n += dropped_floats(&params.items[i]);
    return 4.0 * (double)n;
}

void window_free(struct window *w)
{
    if (w == NULL)
        return;
    mem_free(w->block);
    mem_free(w->dropped_block);
    gradient_fini(&w->gradient);
    mem_free(w->places);
    mem_free(w->nats);
    mem_free(w);
}

size_t window_state_size(const struct window *w, size_t layer)
{
    return w->B * w->m->net.layers[layer].shape.H;
}

float *window_state(struct window *w, size_t layer, size_t i)
{
    const struct direction *d = &w->layers[layer].directions[0];
    return i == 0 ? d->h : d->tape + (i - 1) * window_state_size(w, layer);
}

void window_set_profile(struct window *w, struct profile *p)
{
    w->profile = p;
}

void window_set_objective(struct window *w, const struct objective *objective)
{
    w->objective = objective;
}

struct profile *window_profile(const struct window *w)
{
    return w->profile;
}

void window_reset_row(struct window *w, size_t row)
{
    for (size_t l = 0; l < w->m->net.L; l++) {
        const size_t H = w->m->net.layers[l].shape.H;
        for (size_t i = 0; i < w->m->net.layers[l].cell->n_state; i++)
            memset(window_state(w, l, i) + row * H, 0, H * sizeof(float));
    }
}

void window_reset(struct window *w)
{
    for (size_t l = 0; l < w->m->net.L; l++) {
        const struct network_layer *n = &w->m->net.layers[l];
        const size_t state = w->now.B * n->shape.H * sizeof(float);
        for (size_t d = 0; d < n->directions; d++) {
            const struct direction *at = &w->layers[l].directions[d];
            memset(at->h, 0, state);
            memset(at->tape, 0, (n->cell->n_state - 1) * state);
        }
    }
}
