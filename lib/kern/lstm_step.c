/* Units are cut into blocks of a panel's width. Forward, a block has four panels, one for each of
 * its gates, so that the tiles of a block are all that its pointwise part waits for. */
#include "lib/kern/lstm_step.h"

#include "lib/base/io.h"
#include "lib/kern/gemm.h"
#include "lib/kern/kern.h"
#include "lib/kern/panel.h"
#include "lib/kern/pool.h"

enum { GATES = 4 };

struct args {
    const struct lstm_step *s;
    const struct panel_ops *ops;
    size_t tile_rows, row_tiles;
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
    return ops != NULL ? GATES * H * blocks_of(ops, H) * ops->width : gemm_packed_size(4 * H, H);
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

void lstm_pack_forward(size_t H, const float *w_hh, float *packed)
{
    const struct panel_ops *ops = kern()->panels;
    const struct lstm_step shape = {.H = H};
    const struct args a = {.s = &shape, .ops = ops, .left = w_hh, .dh = packed};
    if (ops != NULL)
        pool_run(GATES * blocks_of(ops, H), GATES, pack_blocks, &a);
    else
        gemm_pack(true, 4 * H, H, w_hh, packed);
}

void lstm_pack_backward(size_t H, const float *w_hh, float *packed)
{
    gemm_pack(false, H, 4 * H, w_hh, packed);
}

/* An item is a tile's rows of a block of units. */
struct place {
    size_t row, rows, unit, units, block;
};

static struct place place_of(const struct args *a, size_t item)
{
    const size_t block = item / a->row_tiles, row = item % a->row_tiles * a->tile_rows;
    const size_t left = a->s->B - row;
    return (struct place){.row = row,
                          .rows = left < a->tile_rows ? left : a->tile_rows,
                          .unit = block * a->ops->width,
                          .units = width_of(a->ops, a->s->H, block),
                          .block = block};
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
        for (size_t gate = 0; gate < GATES; gate++) {
            const struct panel_tile tile = {.k = H,
                                            .n = p.units,
                                            .a = a->left + p.row * H,
                                            .a_row = H,
                                            .a_col = 1,
                                            .panel = a->s->packed +
                                                     (p.block * GATES + gate) * H * a->ops->width,
                                            .add = true,
                                            .c = gates + gate * H,
                                            .c_row = 4 * H};
            a->ops->tile(p.rows, &tile);
        }
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
        const struct panel_tile tile = {.k = 4 * H,
                                        .n = p.units,
                                        .a = a->left + p.row * 4 * H,
                                        .a_row = 4 * H,
                                        .a_col = 1,
                                        .panel = a->s->packed + p.block * 4 * H * a->ops->width,
                                        .add = true,
                                        .c = a->dh + p.row * H + p.unit,
                                        .c_row = H};
        if (a->left != NULL)
            a->ops->tile(p.rows, &tile);
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
    const size_t items = blocks_of(a->ops, a->s->H) * a->row_tiles;
    pool_run(items, 1, task, a);
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
    gemm_packed(s->B, 4 * s->H, s->H, h_prev, s->packed, s->gates);
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
        gemm_packed(s->B, s->H, 4 * s->H, dgates_next, s->packed, dh);
    const double start = io_seconds();
    kern_lstm_backward(s->B, s->H, s->gates, s->c_prev, c, dh, dc);
    if (s->pointwise != NULL)
        *s->pointwise += io_seconds() - start;
}
