/* The memory of a window: one block for all float buffers, and the state in it. */
#include <string.h>

#include "lib/base/mem.h"
#include "lib/model/window_private.h"
#include "lib/nn/softmax.h"

/* Sizes in floats of every buffer, in the order in which they lie in the block. */
struct sizes {
    size_t x[MODEL_LAYERS_MAX], h, tape, top, scratch, logits, down, total;
};

static size_t padded(size_t n)
{
    return (n + 15) / 16 * 16;
}

static struct sizes measure(const struct model_shape *s, size_t B, size_t T, enum window_use use)
{
    struct sizes z = {0};
    const size_t rows = T * B, widest = s->E > s->H ? s->E : s->H;
    z.h = padded((rows + B) * s->H);
    z.tape = padded(s->cell->tape_size(B, T, s->H));
    z.scratch = padded(s->cell->scratch_size(B, T, widest, s->H));
    z.top = padded(rows * s->H);
    z.logits = padded(softmax_block_rows(rows, s->V) * s->V);
    z.down = use == WINDOW_TRAIN ? padded(rows * widest) : 0;
    z.total = z.top + z.scratch + z.logits + 2 * z.down;
    for (size_t l = 0; l < s->L; l++) {
        z.x[l] = padded(rows * (l == 0 ? s->E : s->H));
        z.total += z.x[l] + z.h + z.tape;
    }
    return z;
}

double window_bytes(const struct model_shape *shape, size_t B, size_t T, enum window_use use)
{
    return 4.0 * (double)measure(shape, B, T, use).total;
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
    w->logits = take(&at, z->logits);
    w->dh = take(&at, z->down);
    w->dx = take(&at, z->down);
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
    w->gradient.block = mem_zeroed(w->m->params.total, sizeof *w->gradient.block, err);
    w->gradient.rows = mem_zeroed(w->B * w->T, sizeof *w->gradient.rows, err);
    w->listed = mem_zeroed(w->m->shape.V, sizeof *w->listed, err);
    w->nats = mem_zeroed(w->B * w->T, sizeof *w->nats, err);
    if (w->gradient.block == NULL || w->gradient.rows == NULL || w->listed == NULL ||
        w->nats == NULL)
        return ST_NOMEM;
    return ST_OK;
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
    mem_free(w->gradient.block);
    mem_free(w->gradient.rows);
    mem_free(w->listed);
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
