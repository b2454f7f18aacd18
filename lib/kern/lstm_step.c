/* Units are cut into blocks of a panel's width. Forward, a block has four panels, one for each of
 * its gates, so that the tiles of a block are all that its pointwise part waits for. */
#include "lib/kern/lstm_step.h"

#include <stdbool.h>
#include <string.h>

#include "lib/base/io.h"
#include "lib/kern/gemm.h"
#include "lib/kern/kern.h"
#include "lib/kern/panel.h"
#include "lib/kern/pool.h"

enum { GATES = 4 };

struct args {
    const struct lstm_step *s;
    const struct panel_ops *ops;
    size_t tile_rows, row_tiles, whole_blocks;
    const float *left; /* forward h_prev, backward the next step's dgates */
    float *c, *h;      /* forward */
    const float *c_now;
    float *dh, *dc;  /* backward */
    double *seconds; /* [POOL_THREADS_MAX] */
};

static size_t blocks_of(const struct panel_ops *ops, size_t H)
{
    return (H + ops->width - 1) / ops->width;
}

static size_t width_of(const struct panel_ops *ops, size_t H, size_t block)
{
    const size_t left = H - block * ops->width;
    return left < ops->width ? left : ops->width;
}

size_t lstm_packed_size(size_t H)
{
    const struct panel_ops *ops = kern()->panels;
    return ops != NULL ? GATES * H * blocks_of(ops, H) * ops->width : GATES * H * H;
}

static void pack_blocks(const void *args, size_t first, size_t last)
{
    const struct args *a = args;
    const size_t H = a->s->H, panel = H * a->ops->width;
    for (size_t i = first; i < last; i++) {
        const size_t block = i / GATES, gate = i % GATES;
        a->ops->pack_transposed(H, width_of(a->ops, H, block),
                                a->left + (gate * H + block * a->ops->width) * H, H,
                                a->dh + i * panel);
    }
}

/* Without panels W_hh is transposed: BLAS libraries multiply a low matrix by a row-major one faster
 * than by a transposed one. */
void lstm_pack_forward(size_t H, const float *w_hh, float *packed)
{
    const struct panel_ops *ops = kern()->panels;
    const struct lstm_step shape = {.H = H};
    const struct args a = {.s = &shape, .ops = ops, .left = w_hh, .dh = packed};
    if (ops != NULL)
        pool_run(GATES * blocks_of(ops, H), GATES, pack_blocks, &a);
    else
        kern_transpose(4 * H, H, w_hh, packed);
}

void lstm_pack_backward(size_t H, const float *w_hh, float *packed)
{
    const struct panel_ops *ops = kern()->panels;
    if (ops != NULL)
        panel_pack(ops, false, H, 4 * H, w_hh, packed);
    else
        memcpy(packed, w_hh, 4 * H * H * sizeof *packed);
}

/* An item is a block of units and some rows: all of them, so that a block's panels are read from
 * memory by one thread. Only the blocks that are left when every thread has had as many are cut
 * into the rows of a tile. */
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

/* c[rows, units] += left[rows, k] panel, c's rows c_row apart. */
static void add_product(const struct args *a, const struct place *p, size_t k, const float *panel,
                        float *c, size_t c_row)
{
    for (size_t r = 0; r < p->rows; r += a->tile_rows) {
        const struct panel_tile tile = {.k = k,
                                        .n = p->units,
                                        .a = a->left + (p->row + r) * k,
                                        .a_row = k,
                                        .a_col = 1,
                                        .panel = panel,
                                        .add = true,
                                        .c = c + r * c_row,
                                        .c_row = c_row};
        a->ops->tile(least(a->tile_rows, p->rows - r), &tile);
    }
}

static double started(const struct args *a)
{
    return a->seconds != NULL ? io_seconds() : 0.0;
}

static void stopped(const struct args *a, double start)
{
    if (a->seconds != NULL)
        a->seconds[pool_self()] += io_seconds() - start;
}

static void forward_items(const void *args, size_t first, size_t last)
{
    const struct args *a = args;
    const size_t H = a->s->H;
    for (size_t item = first; item < last; item++) {
        const struct place p = place_of(a, item);
        float *gates = a->s->gates + p.row * 4 * H + p.unit;
        for (size_t gate = 0; gate < GATES; gate++)
            add_product(a, &p, H, a->s->packed + (p.block * GATES + gate) * H * a->ops->width,
                        gates + gate * H, 4 * H);
        const double start = started(a);
        for (size_t r = 0; r < p.rows; r++) {
            const size_t at = (p.row + r) * H + p.unit;
            kern()->lstm_forward(H, p.units, gates + r * 4 * H, a->s->c_prev + at, a->c + at,
                                 a->h + at);
        }
        stopped(a, start);
    }
}

static void backward_items(const void *args, size_t first, size_t last)
{
    const struct args *a = args;
    const size_t H = a->s->H;
    for (size_t item = first; item < last; item++) {
        const struct place p = place_of(a, item);
        if (a->left != NULL)
            add_product(a, &p, 4 * H, a->s->packed + p.block * 4 * H * a->ops->width,
                        a->dh + p.row * H + p.unit, H);
        const double start = started(a);
        for (size_t r = 0; r < p.rows; r++) {
            const size_t at = (p.row + r) * H + p.unit;
            kern()->lstm_backward(H, p.units, a->s->gates + (p.row + r) * 4 * H + p.unit,
                                  a->s->c_prev + at, a->c_now + at, a->dh + at, a->dc + at);
        }
        stopped(a, start);
    }
}

/* Runs the items of a step; fills in what depends on the kernel set. */
static void run_items(struct args *a, pool_task *task)
{
    double seconds[POOL_THREADS_MAX] = {0};
    const size_t threads = (size_t)pool_threads();
    a->tile_rows = panel_tile_rows(a->ops, a->s->B);
    a->row_tiles = (a->s->B + a->tile_rows - 1) / a->tile_rows;
    a->seconds = a->s->pointwise != NULL ? seconds : NULL;
    const size_t blocks = blocks_of(a->ops, a->s->H), rest = blocks % threads;
    a->whole_blocks = blocks - rest;
    pool_run(a->whole_blocks + rest * a->row_tiles, 1, task, a);
    for (size_t i = 0; a->seconds != NULL && i < threads; i++)
        *a->s->pointwise += seconds[i] / (double)threads;
}

void lstm_step_forward(const struct lstm_step *s, const float *h_prev, float *c, float *h)
{
    struct args a = {.s = s, .ops = kern()->panels, .left = h_prev, .c = c, .h = h};
    if (a.ops != NULL) {
        run_items(&a, forward_items);
        return;
    }
    gemm(false, false, s->B, 4 * s->H, s->H, h_prev, s->packed, 1.0f, s->gates);
    const double start = io_seconds();
    kern_lstm_forward(s->B, s->H, s->gates, s->c_prev, c, h);
    if (s->pointwise != NULL)
        *s->pointwise += io_seconds() - start;
}

void lstm_step_backward(const struct lstm_step *s, const float *dgates_next, const float *c,
                        float *dh, float *dc)
{
    struct args a = {
        .s = s, .ops = kern()->panels, .left = dgates_next, .c_now = c, .dh = dh, .dc = dc};
    if (a.ops != NULL) {
        run_items(&a, backward_items);
        return;
    }
    if (dgates_next != NULL)
        gemm(false, false, s->B, s->H, 4 * s->H, dgates_next, s->packed, 1.0f, dh);
    const double start = io_seconds();
    kern_lstm_backward(s->B, s->H, s->gates, s->c_prev, c, dh, dc);
    if (s->pointwise != NULL)
        *s->pointwise += io_seconds() - start;
}
