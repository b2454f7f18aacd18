/* Units are cut into blocks of a panel's width. A block has a panel for each gate, so that its
 * pointwise part depends only on its own tiles. */
#include "lib/kern/recurrent_step.h"

#include <stdbool.h>
#include <string.h>

#include "lib/base/io/io.h"
#include "lib/kern/gemm.h"
#include "lib/kern/kern.h"
#include "lib/kern/panel.h"
#include "lib/kern/pool.h"

static size_t blocks_of(const struct panel_ops *ops, size_t H)
{
    return (H + ops->width - 1) / ops->width;
}

static size_t width_of(const struct panel_ops *ops, size_t H, size_t block)
{
    const size_t left = H - block * ops->width;
    return left < ops->width ? left : ops->width;
}

/* Packing ---------------------------------------------------------------------- */

size_t recurrent_packed_size(size_t gates, size_t H, size_t k)
{
    const struct panel_ops *ops = kern()->panels;
    return ops != NULL ? gates * k * blocks_of(ops, H) * ops->width : gates * k * H;
}

struct pack_args {
    const struct panel_ops *ops;
    size_t gates, H, k;
    const float *w;
    float *packed;
};

static void pack_panels(const void *args, size_t first, size_t last)
{
    const struct pack_args *a = args;
    const size_t panel = a->k * a->ops->width;
    for (size_t i = first; i < last; i++) {
        const size_t block = i / a->gates, gate = i % a->gates;
        a->ops->pack_transposed(a->k, width_of(a->ops, a->H, block),
                                a->w + (gate * a->H + block * a->ops->width) * a->k, a->k,
                                a->packed + i * panel);
    }
}

/* Without panels W is transposed: BLAS libraries multiply a low matrix by a row-major one faster
 * than by a transposed one. */
void recurrent_pack(size_t gates, size_t H, size_t k, const float *w, float *packed)
{
    const struct panel_ops *ops = kern()->panels;
    const struct pack_args a = {ops, gates, H, k, w, packed};
    if (ops != NULL)
        pool_run(gates * blocks_of(ops, H), gates, pack_panels, &a);
    else
        kern_transpose(gates * H, k, w, packed);
}

void recurrent_pack_back(size_t H, size_t k, const float *w, float *packed)
{
    const struct panel_ops *ops = kern()->panels;
    if (ops != NULL)
        panel_pack(ops, H, k, w, packed);
    else
        memcpy(packed, w, k * H * sizeof *packed);
}

/* A step by panels --------------------------------------------------------------- */

struct args {
    const struct recurrent_step *s;
    const struct panel_ops *ops;
    size_t tile_rows, row_tiles, whole_blocks;
    double *seconds; /* [POOL_THREADS_MAX]; NULL: not measured */
};

/* An item is a block of units with some rows: all rows, so that one thread reads the block's panels
 * from memory. Only the blocks that remain when every thread has had equally many are cut into
 * tiles of rows. */
struct place {
    size_t row, rows, unit, units, block;
};

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static struct place place_of(const struct args *a, size_t item)
{
    const bool whole = item < a->whole_blocks;
    const size_t rest = whole ? 0 : item - a->whole_blocks;
    const size_t block = whole ? item : a->whole_blocks + rest / a->row_tiles;
    const size_t row = rest % a->row_tiles * a->tile_rows;
    return (struct place){.row = row,
                          .rows = whole ? a->s->B : least(a->tile_rows, a->s->B - row),
                          .unit = block * a->ops->width,
                          .units = width_of(a->ops, a->s->H, block),
                          .block = block};
}

/* The tiles of one gate of a block. */
static void multiply_gate(const struct args *a, const struct recurrent_product *q,
                          const struct place *p, size_t gate)
{
    const size_t row_len = q->gates * a->s->H, column = gate * a->s->H + p->unit;
    const float *panel = q->packed + (p->block * q->gates + gate) * q->k * a->ops->width;
    for (size_t r = 0; r < p->rows; r += a->tile_rows) {
        const struct panel_tile tile = {.k = q->k,
                                        .n = p->units,
                                        .a = q->left + (p->row + r) * q->k,
                                        .a_row = q->k,
                                        .a_col = 1,
                                        .panel = panel,
                                        .add = !q->set,
                                        .c = q->out + (p->row + r) * row_len + column,
                                        .c_row = row_len};
        a->ops->tile(least(a->tile_rows, p->rows - r), &tile);
    }
}

static void multiply_block(const struct args *a, const struct place *p)
{
    for (size_t i = 0; i < RECURRENT_PRODUCTS; i++) {
        const struct recurrent_product *q = &a->s->products[i];
        for (size_t gate = 0; q->left != NULL && gate < q->gates; gate++)
            multiply_gate(a, q, p, gate);
    }
}

static void run_items(const void *args, size_t first, size_t last)
{
    const struct args *a = args;
    for (size_t item = first; item < last; item++) {
        const struct place p = place_of(a, item);
        multiply_block(a, &p);
        const double start = a->seconds != NULL ? io_seconds() : 0.0;
        for (size_t r = 0; r < p.rows; r++)
            a->s->pointwise(a->s->ctx, p.row + r, p.unit, p.units);
        if (a->seconds != NULL)
            a->seconds[pool_self()] += io_seconds() - start;
    }
}

static void run_by_panels(const struct recurrent_step *s, const struct panel_ops *ops)
{
    double seconds[POOL_THREADS_MAX] = {0};
    const size_t threads = (size_t)pool_threads();
    struct args a = {.s = s, .ops = ops, .seconds = s->seconds != NULL ? seconds : NULL};
    a.tile_rows = panel_tile_rows(ops, s->B);
    a.row_tiles = (s->B + a.tile_rows - 1) / a.tile_rows;
    const size_t blocks = blocks_of(ops, s->H), rest = blocks % threads;
    a.whole_blocks = blocks - rest;
    pool_run(a.whole_blocks + rest * a.row_tiles, 1, run_items, &a);
    for (size_t i = 0; a.seconds != NULL && i < threads; i++)
        *s->seconds += seconds[i] / (double)threads;
}

/* A step by whole products ------------------------------------------------------- */

static void multiply_whole(const struct recurrent_step *s)
{
    for (size_t i = 0; i < RECURRENT_PRODUCTS; i++) {
        const struct recurrent_product *q = &s->products[i];
        if (q->left != NULL)
            gemm(false, q->packed == NULL, s->B, q->gates * s->H, q->k, q->left,
                 q->packed != NULL ? q->packed : q->weight, q->set ? 0.0f : 1.0f, q->out);
    }
}

static void run_rows(const void *args, size_t first, size_t last)
{
    const struct recurrent_step *s = args;
    for (size_t r = first; r < last; r++)
        s->pointwise(s->ctx, r, 0, s->H);
}

static void run_whole(const struct recurrent_step *s)
{
    enum { WORTH = 2048 }; /* units that are worth handing to a thread */
    multiply_whole(s);
    const double start = io_seconds();
    pool_run(s->B, 1 + WORTH / s->H, run_rows, s);
    if (s->seconds != NULL)
        *s->seconds += io_seconds() - start;
}

static bool has_panels(const struct recurrent_step *s)
{
    for (size_t i = 0; i < RECURRENT_PRODUCTS; i++)
        if (s->products[i].left != NULL && s->products[i].packed == NULL)
            return false;
    return kern()->panels != NULL;
}

void recurrent_step_run(const struct recurrent_step *s)
{
    if (has_panels(s))
        run_by_panels(s, kern()->panels);
    else
        run_whole(s);
}
