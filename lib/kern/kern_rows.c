/* The kernels over whole matrices, by several threads. Work is cut by rows or into fixed chunks, so
 * that results do not depend on the number of threads. */
#include <string.h>

#include "lib/kern/kern.h"
#include "lib/kern/pool.h"

/* Rows, or other items, of `width` elements to give to a thread at once: enough to be worth handing
 * over, few enough that all threads finish together. */
static size_t grain(size_t n, size_t width)
{
    enum { WORTH = 2048, SHARES = 4 };
    const size_t least = (WORTH + width - 1) / width;
    const size_t shares = (size_t)pool_threads() * SHARES, share = (n + shares - 1) / shares;
    return share > least ? share : least;
}

struct entropy_args {
    size_t V;
    float *logits;
    const int32_t *targets;
    float scale;
    double *nats;
};

static void entropy_rows(const void *args, size_t first, size_t last)
{
    const struct entropy_args *a = args;
    for (size_t r = first; r < last; r++) {
        float *row = a->logits + r * a->V;
        const size_t target = (size_t)a->targets[r];
        const double logit = (double)row[target];
        if (a->scale == 0.0f) {
            a->nats[r] = kern()->logsumexp(a->V, row) - logit;
        } else {
            a->nats[r] = kern()->softmax(a->V, row, a->scale) - logit;
            row[target] -= a->scale;
        }
    }
}

void kern_cross_entropy(size_t rows, size_t V, float *logits, const int32_t *targets, float scale,
                        double *nats)
{
    const struct entropy_args a = {
        .V = V, .logits = logits, .targets = targets, .scale = scale, .nats = nats};
    pool_run(rows, grain(rows, V), entropy_rows, &a);
}

/* What the plain matrix functions need. */
struct matrix_args {
    size_t m, n;
    const float *in;
    const int32_t *ids;
    float *out;
    bool add;
    float factor;
};

static void fill_rows(const void *args, size_t first, size_t last)
{
    const struct matrix_args *a = args;
    for (size_t r = first; r < last; r++)
        memcpy(a->out + r * a->n, a->in, a->n * sizeof *a->out);
}

void kern_fill_rows(size_t rows, size_t n, const float *bias, float *x)
{
    const struct matrix_args a = {.n = n, .in = bias, .out = x};
    pool_run(rows, grain(rows, n), fill_rows, &a);
}

static void sum_columns(const void *args, size_t first, size_t last)
{
    const struct matrix_args *a = args;
    if (!a->add)
        memset(a->out + first, 0, (last - first) * sizeof *a->out);
    for (size_t r = 0; r < a->m; r++)
        kern()->axpy(last - first, 1.0f, a->in + r * a->n + first, a->out + first);
}

void kern_column_sums(size_t rows, size_t n, const float *x, bool add, float *out)
{
    enum { COLUMNS = 512 };
    const struct matrix_args a = {.m = rows, .n = n, .in = x, .out = out, .add = add};
    pool_run(n, COLUMNS, sum_columns, &a);
}

static void axpy_stretch(const void *args, size_t first, size_t last)
{
    const struct matrix_args *a = args;
    kern()->axpy(last - first, a->factor, a->in + first, a->out + first);
}

void kern_axpy(size_t n, float factor, const float *x, float *y)
{
    enum { CHUNK = 16384 };
    const struct matrix_args a = {.in = x, .out = y, .factor = factor};
    pool_run(n, CHUNK, axpy_stretch, &a);
}

enum { SUM_PARTS = 256 };

struct sum_args {
    size_t n, chunk;
    const float *x;
    double *parts;
};

static void sum_parts(const void *args, size_t first, size_t last)
{
    const struct sum_args *a = args;
    for (size_t i = first; i < last; i++) {
        const size_t at = i * a->chunk;
        if (at < a->n)
            a->parts[i] =
                kern()->sum_squares(a->n - at < a->chunk ? a->n - at : a->chunk, a->x + at);
    }
}

double kern_sum_squares(size_t n, const float *x)
{
    enum { SHORT = 8192 };
    double parts[SUM_PARTS] = {0}, sum = 0.0;
    if (n <= SHORT)
        return kern()->sum_squares(n, x);
    const struct sum_args a = {
        .n = n, .chunk = (n + SUM_PARTS - 1) / SUM_PARTS, .x = x, .parts = parts};
    pool_run(SUM_PARTS, grain(SUM_PARTS, a.chunk), sum_parts, &a);
    for (size_t i = 0; i < SUM_PARTS; i++)
        sum += parts[i];
    return sum;
}

struct dropout_args {
    uint64_t seed, first;
    uint32_t stream, below;
    float scale;
    const float *x;
    float *y;
};

static void drop_stretch(const void *args, size_t first, size_t last)
{
    enum { CHUNK = 2048 };
    const struct dropout_args *a = args;
    uint32_t bits[CHUNK];
    for (size_t at = first; at < last; at += CHUNK) {
        const size_t width = last - at < CHUNK ? last - at : CHUNK;
        kern()->random(a->seed, a->stream, (a->first + at) / 4, (width + 3) / 4, bits);
        kern()->mask(width, bits, a->below, a->scale, a->x + at, a->y + at);
    }
}

void kern_dropout(size_t n, double keep, uint64_t seed, uint32_t stream, uint64_t first,
                  const float *x, float *y)
{
    enum { GRAIN = 16384 };
    if (keep >= 1.0) { /* 2^32 does not fit `below` */
        memmove(y, x, n * sizeof *y);
        return;
    }
    const struct dropout_args a = {.seed = seed,
                                   .first = first,
                                   .stream = stream,
                                   .below = (uint32_t)(keep * 0x1p32),
                                   .scale = (float)(1.0 / keep),
                                   .x = x,
                                   .y = y};
    pool_run(n, GRAIN, drop_stretch, &a);
}

static void gather_rows(const void *args, size_t first, size_t last)
{
    const struct matrix_args *a = args;
    for (size_t r = first; r < last; r++)
        memcpy(a->out + r * a->n, a->in + (size_t)a->ids[r] * a->n, a->n * sizeof *a->out);
}

void kern_gather_rows(size_t rows, size_t n, const float *table, const int32_t *ids, float *out)
{
    const struct matrix_args a = {.n = n, .in = table, .ids = ids, .out = out};
    pool_run(rows, grain(rows, n), gather_rows, &a);
}

static void scatter_columns(const void *args, size_t first, size_t last)
{
    const struct matrix_args *a = args;
    for (size_t r = 0; r < a->m; r++)
        kern()->axpy(last - first, 1.0f, a->in + r * a->n + first,
                     a->out + (size_t)a->ids[r] * a->n + first);
}

void kern_scatter_add_rows(size_t rows, size_t n, const float *x, const int32_t *ids, float *table)
{
    /* cut by column: two rows may go to the same row of the table, in their order */
    enum { COLUMNS = 64 };
    const struct matrix_args a = {.m = rows, .n = n, .in = x, .ids = ids, .out = table};
    pool_run(n, COLUMNS, scatter_columns, &a);
}

enum { TILE = 16 };

static void transpose_tiles(const void *args, size_t first, size_t last)
{
    const struct matrix_args *a = args;
    for (size_t i0 = 0; i0 < a->m; i0 += TILE) {
        const size_t i1 = i0 + TILE < a->m ? i0 + TILE : a->m;
        for (size_t j = first; j < last; j++)
            for (size_t i = i0; i < i1; i++)
                a->out[j * a->m + i] = a->in[i * a->n + j];
    }
}

void kern_transpose(size_t m, size_t n, const float *restrict in, float *restrict out)
{
    const struct matrix_args a = {.m = m, .n = n, .in = in, .out = out};
    pool_run(n, TILE, transpose_tiles, &a);
}
