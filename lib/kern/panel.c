/* How a product is cut: into blocks for the threads, along k into stretches whose panels fit the
 * cache, and these into tiles. Only the cuts along k affect the bits, and they depend on k
 * alone. */
#include "lib/kern/panel.h"

#include <string.h>
#include <unistd.h>

#include "lib/kern/pool.h"

enum {
    K_MAX = 768, /* of a stretch: the rows of A in a tile fit the first-level cache */
    GROUP = 4,   /* tiles packed together, which uses whole cache lines of a transposed A */
    PANEL_FLOATS = 1 << 18, /* of the packed block of one thread */
    TILE_FLOATS = GROUP * (K_MAX * 12 + 64),
};

/* The packing space of each thread; unused pages cost nothing. */
struct space {
    _Alignas(64) float panels[PANEL_FLOATS];
    _Alignas(64) float tiles[TILE_FLOATS];
};
static struct space spaces[POOL_THREADS_MAX];

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t parts_of(size_t n, size_t part)
{
    return (n + part - 1) / part;
}

/* Equal stretches along k of at most K_MAX. */
static size_t stretch_of(size_t k)
{
    return parts_of(k, parts_of(k, K_MAX));
}

size_t panel_tile_rows(const struct panel_ops *ops, size_t rows)
{
    return parts_of(rows, parts_of(rows, ops->tile_rows));
}

/* Floats of panels that stay in the second-level cache: half of its size. */
static size_t cache_floats(void)
{
    static size_t floats;
    if (floats == 0) {
        const long bytes = sysconf(_SC_LEVEL2_CACHE_SIZE);
        const size_t half = bytes > 0 ? (size_t)bytes / 2 / sizeof(float) : 1 << 16;
        floats = half < 1 << 15 ? 1 << 15 : least(half, PANEL_FLOATS);
    }
    return floats;
}

/* The blocks of C that the threads take one by one. */
struct grid {
    size_t row_blocks, column_blocks;
    size_t n_panels;
};

/* Columns are cut to fit the cache. If that gives too few blocks to keep the threads busy, rows are
 * cut too, if they are enough to pay for packing a block's panels again. */
static struct grid cut(const struct panel_ops *ops, const struct panel_product *p)
{
    enum { ROWS_MIN = 96 };
    const size_t n = (size_t)pool_threads(), panel = stretch_of(p->k) * ops->width;
    const size_t fit = cache_floats() / panel > 0 ? cache_floats() / panel : 1;
    struct grid g = {.row_blocks = 1, .n_panels = parts_of(p->n, ops->width)};
    g.column_blocks = parts_of(g.n_panels, fit);
    if (n == 1)
        return g;
    if (g.column_blocks < 4 * n && p->m >= n * ROWS_MIN)
        g.row_blocks = n;
    else
        g.column_blocks = least(parts_of(g.column_blocks, n) * n, g.n_panels);
    return g;
}

/* The packed panels [first, last) of a product, k_len elements high from k0 on. */
struct part {
    size_t first, last, k0, k_len;
};

/* Packs up to GROUP tiles of rows of a transposed A, from row i on; `sums` as in struct
 * panel_product. */
static void pack_rows(const struct panel_ops *ops, const struct panel_product *p,
                      const struct part *part, size_t i, size_t end, size_t rows, float *sums,
                      float *tiles)
{
    for (; i < end; i += rows, tiles += part->k_len * ops->tile_rows + ops->width) {
        const size_t m = least(rows, end - i);
        if (sums != NULL && !p->add && part->k0 == 0)
            memset(sums + i, 0, m * sizeof *sums);
        ops->pack_tile(part->k_len, m, p->a + part->k0 * p->m + i, p->m, tiles,
                       sums != NULL ? sums + i : NULL);
    }
}

/* Points `tile` at the rows of A from row i on; those of a transposed A are packed already. */
static void point_at_rows(const struct panel_ops *ops, const struct panel_product *p, size_t i,
                          size_t k0, const float *packed, struct panel_tile *tile)
{
    if (p->trans_a) {
        tile->a = packed;
        tile->a_row = 1;
        tile->a_col = ops->tile_rows;
    } else {
        tile->a = p->a + i * p->k + k0;
        tile->a_row = p->k;
        tile->a_col = 1;
    }
}

/* The rows [i0, i1) of C in the columns of the part's panels, and the sums with the first
 * columns. */
static void multiply_rows(const struct panel_ops *ops, const struct panel_product *p,
                          const struct part *part, size_t i0, size_t i1, struct space *space)
{
    const size_t rows = panel_tile_rows(ops, i1 - i0), panel = part->k_len * ops->width;
    const size_t room = part->k_len * ops->tile_rows + ops->width;
    float *sums = part->first == 0 ? p->sums : NULL;
    struct panel_tile tile = {.k = part->k_len, .add = p->add || part->k0 > 0, .c_row = p->n};
    for (size_t i = i0, t = 0; i < i1; i += rows, t++) {
        if (p->trans_a && t % GROUP == 0)
            pack_rows(ops, p, part, i, least(i + GROUP * rows, i1), rows, sums, space->tiles);
        point_at_rows(ops, p, i, part->k0, space->tiles + t % GROUP * room, &tile);
        for (size_t q = part->first; q < part->last; q++) {
            const size_t j = q * ops->width;
            tile.n = least(ops->width, p->n - j);
            tile.panel = space->panels + (q - part->first) * panel;
            tile.bias = p->bias != NULL && part->k0 == 0 ? p->bias + j : NULL;
            tile.c = p->c + i * p->n + j;
            ops->tile(least(rows, i1 - i), &tile);
        }
    }
}

static void pack_panel(const struct panel_ops *ops, const struct panel_product *p, size_t q,
                       size_t k0, size_t k_len, float *panel)
{
    const size_t j = q * ops->width, n = least(ops->width, p->n - j);
    if (p->trans_b)
        ops->pack_transposed(k_len, n, p->b + j * p->k + k0, p->k, panel);
    else
        ops->pack(k_len, n, p->b + k0 * p->n + j, p->n, panel);
}

struct job {
    const struct panel_ops *ops;
    const struct panel_product *p;
    struct grid grid;
};

static void multiply_block(const struct job *job, size_t block)
{
    const struct panel_ops *ops = job->ops;
    const struct panel_product *p = job->p;
    const struct grid *g = &job->grid;
    struct space *space = &spaces[pool_self()];
    const size_t column = block / g->row_blocks, row = block % g->row_blocks;
    struct part part = {.first = column * g->n_panels / g->column_blocks,
                        .last = (column + 1) * g->n_panels / g->column_blocks};
    const size_t stretch = stretch_of(p->k);
    for (; part.k0 < p->k; part.k0 += stretch) {
        part.k_len = least(stretch, p->k - part.k0);
        for (size_t q = part.first; q < part.last; q++)
            pack_panel(ops, p, q, part.k0, part.k_len,
                       space->panels + (q - part.first) * part.k_len * ops->width);
        multiply_rows(ops, p, &part, row * p->m / g->row_blocks, (row + 1) * p->m / g->row_blocks,
                      space);
    }
}

static void multiply_blocks(const void *args, size_t first, size_t last)
{
    for (size_t block = first; block < last; block++)
        multiply_block(args, block);
}

/* `grain` items at once, or all n if there are too few multiplications for a second thread. */
static size_t grain_for(size_t n, size_t grain, size_t macs)
{
    return macs < 1 << 15 ? n : grain;
}

void panel_multiply(const struct panel_ops *ops, const struct panel_product *p)
{
    const struct job job = {.ops = ops, .p = p, .grid = cut(ops, p)};
    const size_t blocks = job.grid.row_blocks * job.grid.column_blocks;
    pool_run(blocks, grain_for(blocks, 1, p->m * p->n * p->k), multiply_blocks, &job);
}

static void pack_panels(const void *args, size_t first, size_t last)
{
    const struct job *job = args;
    for (size_t q = first; q < last; q++)
        pack_panel(job->ops, job->p, q, 0, job->p->k, job->p->c + q * job->ops->width * job->p->k);
}

void panel_pack(const struct panel_ops *ops, size_t n, size_t k, const float *b, float *packed)
{
    const struct panel_product p = {.n = n, .k = k, .b = b, .c = packed};
    const struct job job = {.ops = ops, .p = &p};
    const size_t panels = parts_of(n, ops->width);
    pool_run(panels, grain_for(panels, 1, n * k), pack_panels, &job);
}

enum { FEW_ROWS = 128 }; /* of B: they stay in the cache for all rows of A */

static void multiply_few_rows(const void *args, size_t first, size_t last)
{
    const struct job *job = args;
    const struct panel_product *p = job->p;
    for (size_t j = first; j < last; j += FEW_ROWS)
        for (size_t i = 0; i < p->m; i++)
            job->ops->dots(least(FEW_ROWS, last - j), p->k, p->b + j * p->k, p->a + i * p->k,
                           p->bias != NULL ? p->bias + j : NULL, p->add, p->c + i * p->n + j);
}

void panel_multiply_few(const struct panel_ops *ops, const struct panel_product *p)
{
    const struct job job = {.ops = ops, .p = p};
    const size_t grain = parts_of(p->n, 4 * (size_t)pool_threads() * FEW_ROWS) * FEW_ROWS;
    pool_run(p->n, grain_for(p->n, grain, p->m * p->n * p->k), multiply_few_rows, &job);
}
