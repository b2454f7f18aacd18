#include "lib/model/compute.h"

#include <stdlib.h>
#include <unistd.h>

#include "lib/base/io/io.h"
#include "lib/base/limit/cpu_limit.h"
#include "lib/base/mem.h"
#include "lib/base/rng.h"
#include "lib/kern/gemm.h"
#include "lib/kern/kern.h"

void compute_get(struct compute_info *info)
{
    *info = (struct compute_info){.kernels = kern()->name,
                                  .matrices = gemm_library(),
                                  .blas = gemm_blas(),
                                  .has_blas = gemm_has_blas(),
                                  .threads = kern_threads()};
}

const char *compute_kernels_at(size_t i)
{
    return kern_set_at(i) != NULL ? kern_set_at(i)->name : NULL;
}

bool compute_choose_kernels(const char *name)
{
    return kern_choose(name);
}

void compute_set_threads(int threads)
{
    kern_set_threads(threads);
}

int compute_processors(void)
{
    return cpu_limit_find();
}

static int compare_doubles(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double compute_median(size_t n, double *values)
{
    qsort(values, n, sizeof *values, compare_doubles);
    return values[n / 2];
}

enum status compute_gemm_rate(bool by_blas, size_t n, int repeats, double *gflops, struct err *err)
{
    float *block = mem_zeroed(3 * n * n, sizeof *block, err);
    double *seconds = mem_zeroed((size_t)repeats, sizeof *seconds, err);
    enum status status = block == NULL || seconds == NULL ? ST_NOMEM : ST_OK;
    if (status == ST_OK) {
        rng_fill_uniform(1, RNG_TEST, block, 2 * n * n, -1.0f, 1.0f);
        for (int i = -1; i < repeats; i++) { /* the first warms up */
            const double start = io_seconds();
            if (by_blas)
                gemm_by_blas(n, block, block + n * n, block + 2 * n * n);
            else
                gemm(false, false, n, n, n, block, block + n * n, 0.0f, block + 2 * n * n);
            if (i >= 0)
                seconds[i] = io_seconds() - start;
        }
        *gflops =
            2e-9 * (double)n * (double)n * (double)n / compute_median((size_t)repeats, seconds);
    }
    mem_free(block);
    mem_free(seconds);
    return status;
}

enum status compute_read_rate(size_t n, int repeats, double *rate, struct err *err)
{
    enum { COLUMNS = 1024 };
    const size_t rows = n / COLUMNS + 1;
    float *block = mem_zeroed(rows * COLUMNS + COLUMNS + rows, sizeof *block, err);
    double *seconds = mem_zeroed((size_t)repeats, sizeof *seconds, err);
    const enum status status = block == NULL || seconds == NULL ? ST_NOMEM : ST_OK;
    if (status == ST_OK) {
        float *x = block + rows * COLUMNS, *y = x + COLUMNS;
        rng_fill_uniform(1, RNG_TEST, block, rows * COLUMNS + COLUMNS, -1.0f, 1.0f);
        for (int i = -1; i < repeats; i++) { /* the first warms up */
            const double start = io_seconds();
            gemm(false, true, 1, rows, COLUMNS, x, block, 0.0f, y);
            if (i >= 0)
                seconds[i] = io_seconds() - start;
        }
        *rate = 4.0 * (double)(rows * COLUMNS) / compute_median((size_t)repeats, seconds);
    }
    mem_free(block);
    mem_free(seconds);
    return status;
}
