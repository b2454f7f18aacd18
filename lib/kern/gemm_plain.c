#include "lib/kern/gemm_plain.h"

#include <string.h>

#include "lib/kern/pool.h"

/* B is copied in blocks of DEPTH rows and WIDTH columns, which stay in the first-level cache while
 * every row of A passes over them. The sums of a row are independent of each other, so compilers
 * vectorise them; gcc 12 does worse if they fit into its registers (WIDTH 16: a third of the
 * speed). */
enum { WIDTH = 64, DEPTH = 64 };

struct block {
    size_t row, rows, column, columns;
    float b[DEPTH][WIDTH]; /* columns after the last hold 0 */
};

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static void copy_block(const struct panel_product *p, struct block *block)
{
    const size_t down = p->trans_b ? 1 : p->n, across = p->trans_b ? p->k : 1;
    for (size_t l = 0; l < block->rows; l++)
        for (size_t j = 0; j < WIDTH; j++)
            block->b[l][j] = j < block->columns
                                 ? p->b[(block->row + l) * down + (block->column + j) * across]
                                 : 0.0f;
}

/* The initial values of a row of C. */
static void begin_row(const struct panel_product *p, const struct block *block, const float *c,
                      float *sum)
{
    const float *from = block->row > 0 || p->add ? c : NULL;
    memset(sum, 0, WIDTH * sizeof *sum);
    if (from == NULL && p->bias != NULL)
        from = p->bias + block->column;
    if (from != NULL)
        memcpy(sum, from, block->columns * sizeof *sum);
}

/* c[j] (+)= sum_l a[l * step] b[l][j] */
static void multiply_row(const struct panel_product *p, const struct block *block, const float *a,
                         size_t step, float *c)
{
    float sum[WIDTH];
    begin_row(p, block, c, sum);
    for (size_t l = 0; l < block->rows; l++)
        for (size_t j = 0; j < WIDTH; j++)
            sum[j] += a[l * step] * block->b[l][j];
    memcpy(c, sum, block->columns * sizeof *sum);
}

static void multiply_strip(const struct panel_product *p, size_t column)
{
    const size_t row_step = p->trans_a ? 1 : p->k, step = p->trans_a ? p->m : 1;
    struct block block = {.column = column, .columns = least(WIDTH, p->n - column)};
    for (; block.row < p->k; block.row += DEPTH) {
        block.rows = least(DEPTH, p->k - block.row);
        copy_block(p, &block);
        for (size_t i = 0; i < p->m; i++)
            multiply_row(p, &block, p->a + i * row_step + block.row * step, step,
                         p->c + i * p->n + column);
    }
}

static void multiply_strips(const void *args, size_t first, size_t last)
{
    for (size_t i = first; i < last; i++)
        multiply_strip(args, i * WIDTH);
}

void gemm_plain(const struct panel_product *p)
{
    pool_run((p->n + WIDTH - 1) / WIDTH, 1, multiply_strips, p);
}
