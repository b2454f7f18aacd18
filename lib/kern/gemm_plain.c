#include "lib/kern/gemm_plain.h"

#include <string.h>

#include "lib/kern/pool.h"

/* B is copied in blocks of DEPTH rows and WIDTH columns, which stay in the first-level cache while
 * every row of A passes over them. The sums of a row are independent of each other, so compilers
 * vectorise them. gcc 12 does so badly where they all fit into its registers (WIDTH 16: a third of
 * the speed). */
enum { WIDTH = 64, DEPTH = 64 };

/* Rows [row, row + rows) and columns [column, column + columns) of op(B). */
struct block {
    size_t row, rows, column, columns;
    float (*b)[WIDTH];
};

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static void copy_block(const struct panel_product *p, const struct block *block)
{
    const size_t down = p->trans_b ? 1 : p->n, across = p->trans_b ? p->k : 1;
    const float *from = p->b + block->row * down + block->column * across;
    for (size_t l = 0; l < block->rows; l++)
        for (size_t j = 0; j < block->columns; j++)
            block->b[l][j] = from[l * down + j * across];
}

/* The initial values of a row of C. */
static void begin_row(const struct panel_product *p, const struct block *block, const float *c,
                      float *sum)
{
    const float *from = block->row > 0 || p->add ? c : NULL;
    if (from == NULL && p->bias != NULL)
        from = p->bias + block->column;
    if (from != NULL)
        memcpy(sum, from, block->columns * sizeof *sum);
    else
        memset(sum, 0, block->columns * sizeof *sum);
}

/* c[j] (+)= sum_l a[l * step] b[l][j]. `columns` is an argument so that WIDTH can be a constant
 * here. */
static inline void multiply_row(const struct panel_product *p, const struct block *block,
                                const float *a, size_t step, size_t columns, float *c)
{
    float sum[WIDTH];
    begin_row(p, block, c, sum);
    for (size_t l = 0; l < block->rows; l++)
        for (size_t j = 0; j < columns; j++)
            sum[j] += a[l * step] * block->b[l][j];
    memcpy(c, sum, block->columns * sizeof *sum);
}

static void multiply_strip(const struct panel_product *p, size_t column)
{
    const size_t row_step = p->trans_a ? 1 : p->k, step = p->trans_a ? p->m : 1;
    float b[DEPTH][WIDTH];
    struct block block = {.column = column, .columns = least(WIDTH, p->n - column), .b = b};
    for (; block.row < p->k; block.row += DEPTH) {
        block.rows = least(DEPTH, p->k - block.row);
        copy_block(p, &block);
        for (size_t i = 0; i < p->m; i++) {
            const float *a = p->a + i * row_step + block.row * step;
            float *c = p->c + i * p->n + column;
            if (block.columns == WIDTH)
                multiply_row(p, &block, a, step, WIDTH, c);
            else
                multiply_row(p, &block, a, step, block.columns, c);
        }
    }
}

static void multiply_strips(const void *args, size_t first, size_t last)
{
    for (size_t i = first; i < last; i++)
        multiply_strip(args, i * WIDTH);
}

void gemm_plain(const struct panel_product *p)
{
    enum { WORTH = 100000 }; /* multiplications that are worth a handing over to another thread */
    pool_run((p->n + WIDTH - 1) / WIDTH, 1 + WORTH / (p->m * p->k * WIDTH), multiply_strips, p);
}
