/* The memory of a window: one block for all float buffers, and the state in it. */
#include <string.h>

#include "lib/base/mem.h"
#include "lib/model/window_private.h"
#include "lib/nn/softmax.h"

/* Sizes in floats of every buffer, in the order in which they lie in the block. */
struct sizes {
    size_t x[MODEL_LAYERS_MAX], h, tape, top, scratch, down, total;
};

static size_t padded(size_t n)
{
    return (n + 15) / 16 * 16;
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static struct sizes measure(const struct model_shape *s, size_t B, size_t T, enum window_use use)
{
    struct sizes z = {0};
    const size_t rows = T * B, widest = larger(s->E, s->H);
    z.h = padded((rows + B) * s->H);
    z.tape = padded(s->cell->tape_size(B, T, s->H));
    z.scratch = padded(
        larger(s->cell->scratch_size(B, T, widest, s->H), softmax_block_rows(rows, s->V) * s->V));
    z.top = padded(rows * s->H);
    z.down = use == WINDOW_TRAIN ? padded(rows * widest) : 0;
    z.total = z.top + z.scratch + 2 * z.down;
    for (size_t l = 0; l < s->L; l++) {
        z.x[l] = padded(rows * (l == 0 ? s->E : s->H));
        z.total += z.x[l] + z.h + z.tape;
    }
    return z;
}

/* Rows of the embedding's gradient: no window has more words. */
static size_t most_rows(const struct model_shape *s, size_t B, size_t T)
{
    return B * T < s->V ? B * T : s->V;
}

/* Where the weights behind encoder.weight begin, of which the gradient is dense. */
static size_t dense_start(const struct param_list *params)
{
    return params->items[1].offset;
}

double window_bytes(const struct model_shape *shape, size_t B, size_t T, enum window_use use)
{
    struct param_list params = {0};
    double floats = (double)measure(shape, B, T, use).total;
    model_list_params(shape, &params);
    if (use == WINDOW_TRAIN)
        floats += (double)(params.total - dense_start(&params)) +
                  (double)(most_rows(shape, B, T) * shape->E);
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
    for (size_t l = 0; l < w->m->shape.L; l++) {
        w->layers[l] = (struct layer){.I = l == 0 ? w->m->shape.E : w->m->shape.H};
        w->layers[l].x = take(&at, z->x[l]);
        w->layers[l].h = take(&at, z->h);
        w->layers[l].tape = take(&at, z->tape);
    }
    w->top = take(&at, z->top);
    w->scratch = take(&at, z->scratch);
    w->dh = take(&at, z->down);
    w->dx = take(&at, z->down);
}

static enum status allocate_gradient(struct window *w, struct err *err)
{
    struct gradient *g = &w->gradient;
    const size_t most = most_rows(&w->m->shape, w->B, w->T);
    g->first = dense_start(&w->m->params);
    g->n_dense = w->m->params.total - g->first;
    g->dense = mem_zeroed(g->n_dense, sizeof *g->dense, err);
    g->embedding = mem_unset(most * w->m->shape.E, sizeof *g->embedding, err);
    g->rows = mem_zeroed(most, sizeof *g->rows, err);
    w->row_of = mem_zeroed(w->m->shape.V, sizeof *w->row_of, err);
    w->rows = mem_zeroed(w->B * w->T, sizeof *w->rows, err);
    w->nats = mem_zeroed(w->B * w->T, sizeof *w->nats, err);
    if (g->dense == NULL || g->embedding == NULL || g->rows == NULL || w->row_of == NULL ||
        w->rows == NULL || w->nats == NULL)
        return ST_NOMEM;
    return ST_OK;
}

static enum status allocate(struct window *w, struct err *err)
{
    const struct sizes z = measure(&w->m->shape, w->B, w->T, w->use);
    w->block = mem_unset(z.total, sizeof *w->block, err); /* every use sets what it reads */
    if (w->block == NULL)
        return ST_NOMEM;
    lay_out(w, &z);
    window_reset(w);
    if (w->use != WINDOW_TRAIN)
        return ST_OK;
    return allocate_gradient(w, err);
}

enum status window_new(struct window **out, const struct model *m, size_t B, size_t T,
                       enum window_use use, struct err *err)
{
    /* keeps every size below the range of size_t, and of the int of a BLAS */
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

void window_free(struct window *w)
{
    if (w == NULL)
        return;
    mem_free(w->block);
    mem_free(w->gradient.dense);
    mem_free(w->gradient.embedding);
    mem_free(w->gradient.rows);
    mem_free(w->row_of);
    mem_free(w->rows);
    mem_free(w->nats);
    mem_free(w);
}

float *window_state(struct window *w, size_t layer, size_t i)
{
    struct layer *l = &w->layers[layer];
    return i == 0 ? l->h : l->tape + (i - 1) * w->B * w->m->shape.H;
}

void window_set_profile(struct window *w, struct profile *p)
{
    w->profile = p;
}

struct profile *window_profile(const struct window *w)
{
    return w->profile;
}

void window_reset_row(struct window *w, size_t row)
{
    const size_t H = w->m->shape.H;
    for (size_t l = 0; l < w->m->shape.L; l++)
        for (size_t i = 0; i < w->m->shape.cell->n_state; i++)
            memset(window_state(w, l, i) + row * H, 0, H * sizeof(float));
}

void window_reset(struct window *w)
{
    for (size_t row = 0; row < w->B; row++)
        window_reset_row(w, row);
}
