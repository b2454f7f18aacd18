/* The choice of a kernel set, and its functions over whole matrices by several threads. Work is cut
 * by row or into fixed chunks, so that no result depends on the number of threads. */
#include "lib/kern/kern.h"

#include <math.h>
#include <omp.h>
#include <string.h>

#include "config.h"
#include "lib/kern/gemm.h"
#include "lib/kern/kern_sets.h"

static const struct kern_ops *const sets[] = {
#ifdef PTBLM_X86_KERNELS
    &kern_avx512,
    &kern_avx2,
#endif
    &kern_ref,
};

enum { N_SETS = sizeof sets / sizeof *sets };

static const struct kern_ops *chosen;
static int n_threads = 1;

const struct kern_ops *kern_set_at(size_t i)
{
    return i < N_SETS ? sets[i] : NULL;
}

bool kern_choose(const char *name)
{
    for (size_t i = 0; i < N_SETS; i++) {
        if ((name == NULL || strcmp(name, sets[i]->name) == 0) && sets[i]->usable()) {
            chosen = sets[i];
            return true;
        }
    }
    return false;
}

const struct kern_ops *kern(void)
{
    if (chosen == NULL)
        kern_choose(NULL);
    return chosen;
}

void kern_set_threads(int threads)
{
    n_threads = threads;
    gemm_set_threads(threads);
}

int kern_threads(void)
{
    return n_threads;
}

/* Threads worth waking for `work` elements: below some ten microseconds one is faster. */
static int threads_for(size_t work)
{
    return work < 4096 ? 1 : n_threads;
}

void kern_lstm_forward(size_t rows, size_t H, float *gates, const float *c_prev, float *c, float *h)
{
    const struct kern_ops *k = kern();
#pragma omp parallel for schedule(static) num_threads(threads_for(rows *H))
    for (size_t r = 0; r < rows; r++)
        k->lstm_forward(H, gates + r * 4 * H, c_prev + r * H, c + r * H, h + r * H);
}

void kern_lstm_backward(size_t rows, size_t H, float *gates, const float *c_prev, const float *c,
                        const float *dh, float *dc)
{
    const struct kern_ops *k = kern();
#pragma omp parallel for schedule(static) num_threads(threads_for(rows *H))
    for (size_t r = 0; r < rows; r++)
        k->lstm_backward(H, gates + r * 4 * H, c_prev + r * H, c + r * H, dh + r * H, dc + r * H);
}

void kern_cross_entropy(size_t rows, size_t V, float *logits, const int32_t *targets, float scale,
                        double *nats)
{
    const struct kern_ops *k = kern();
#pragma omp parallel for schedule(static) num_threads(threads_for(rows *V))
    for (size_t r = 0; r < rows; r++) {
        float *row = logits + r * V;
        const size_t target = (size_t)targets[r];
        const double lse = k->logsumexp(V, row);
        nats[r] = lse - (double)row[target];
        if (scale != 0.0f) {
            k->softmax_scale(V, row, (float)lse, scale);
            row[target] -= scale;
        }
    }
}

void kern_fill_rows(size_t rows, size_t n, const float *bias1, const float *bias2, float *x)
{
#pragma omp parallel for schedule(static) num_threads(threads_for(rows *n))
    for (size_t r = 0; r < rows; r++) {
        float *row = x + r * n;
        memcpy(row, bias1, n * sizeof *row);
        for (size_t j = 0; bias2 != NULL && j < n; j++)
            row[j] += bias2[j];
    }
}

enum { COLUMN_BLOCK = 512 };

void kern_column_sums(size_t rows, size_t n, const float *x, bool add, float *out)
{
    const struct kern_ops *k = kern();
#pragma omp parallel for schedule(static) num_threads(threads_for(rows *n))
    for (size_t first = 0; first < n; first += COLUMN_BLOCK) {
        const size_t width = n - first < COLUMN_BLOCK ? n - first : COLUMN_BLOCK;
        if (!add)
            memset(out + first, 0, width * sizeof *out);
        for (size_t r = 0; r < rows; r++)
            k->axpy(width, 1.0f, x + r * n + first, out + first);
    }
}

enum { FLAT_CHUNK = 16384 };

void kern_axpy(size_t n, float a, const float *x, float *y)
{
    const struct kern_ops *k = kern();
#pragma omp parallel for schedule(static) num_threads(threads_for(n))
    for (size_t first = 0; first < n; first += FLAT_CHUNK)
        k->axpy(n - first < FLAT_CHUNK ? n - first : FLAT_CHUNK, a, x + first, y + first);
}

enum { SUM_PARTS = 256 };

double kern_sum_squares(size_t n, const float *x)
{
    const struct kern_ops *k = kern();
    const size_t chunk = (n + SUM_PARTS - 1) / SUM_PARTS;
    double parts[SUM_PARTS] = {0};
#pragma omp parallel for schedule(static) num_threads(threads_for(n))
    for (size_t i = 0; i < SUM_PARTS; i++) {
        const size_t first = i * chunk;
        if (first < n)
            parts[i] = k->sum_squares(n - first < chunk ? n - first : chunk, x + first);
    }
    double sum = 0.0;
    for (size_t i = 0; i < SUM_PARTS; i++)
        sum += parts[i];
    return sum;
}

enum { DROPOUT_CHUNK = 2048 };

void kern_dropout(size_t n, double keep, uint64_t seed, uint32_t stream, uint64_t first,
                  const float *x, float *y)
{
    if (keep >= 1.0) { /* 2^32 does not fit `below` */
        memmove(y, x, n * sizeof *y);
        return;
    }
    const struct kern_ops *k = kern();
    const uint32_t below = (uint32_t)(keep * 0x1p32);
    const float scale = (float)(1.0 / keep);
#pragma omp parallel for schedule(static) num_threads(threads_for(n))
    for (size_t at = 0; at < n; at += DROPOUT_CHUNK) {
        uint32_t bits[DROPOUT_CHUNK];
        const size_t width = n - at < DROPOUT_CHUNK ? n - at : DROPOUT_CHUNK;
        k->random(seed, stream, (first + at) / 4, (width + 3) / 4, bits);
        k->mask(width, bits, below, scale, x + at, y + at);
    }
}

void kern_gather_rows(size_t rows, size_t n, const float *table, const int32_t *ids, float *out)
{
#pragma omp parallel for schedule(static) num_threads(threads_for(rows *n))
    for (size_t r = 0; r < rows; r++)
        memcpy(out + r * n, table + (size_t)ids[r] * n, n * sizeof *out);
}

void kern_scatter_add_rows(size_t rows, size_t n, const float *x, const int32_t *ids, float *table)
{
    const struct kern_ops *k = kern();
    /* cut by column: two rows may go to one row of the table, and keep their order */
    enum { WIDTH = 64 };
#pragma omp parallel for schedule(static) num_threads(threads_for(rows *n))
    for (size_t first = 0; first < n; first += WIDTH) {
        const size_t width = n - first < WIDTH ? n - first : WIDTH;
        for (size_t r = 0; r < rows; r++)
            k->axpy(width, 1.0f, x + r * n + first, table + (size_t)ids[r] * n + first);
    }
}

void kern_transpose(size_t m, size_t n, const float *restrict in, float *restrict out)
{
    enum { TILE = 16 };
#pragma omp parallel for schedule(static) num_threads(threads_for(m *n))
    for (size_t j0 = 0; j0 < n; j0 += TILE) {
        const size_t j1 = j0 + TILE < n ? j0 + TILE : n;
        for (size_t i0 = 0; i0 < m; i0 += TILE) {
            const size_t i1 = i0 + TILE < m ? i0 + TILE : m;
            for (size_t j = j0; j < j1; j++)
                for (size_t i = i0; i < i1; i++)
                    out[j * m + i] = in[i * n + j];
        }
    }
}
