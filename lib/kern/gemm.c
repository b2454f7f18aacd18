/* The only door to the BLAS. */
#include "lib/kern/gemm.h"

#include <cblas.h>

#include "config.h"

#ifdef HAVE_BLI_THREAD_SET_NUM_THREADS
extern void bli_thread_set_num_threads(long n_threads); /* blis.h's dim_t is a 64-bit integer */
#elif defined HAVE_OPENBLAS_SET_NUM_THREADS
extern void openblas_set_num_threads(int n_threads);
#endif

static void product(bool trans_a, bool trans_b, size_t m, size_t n, size_t k, const float *a,
                    const float *b, float beta, float *c, size_t stride)
{
    cblas_sgemm(CblasRowMajor, trans_a ? CblasTrans : CblasNoTrans,
                trans_b ? CblasTrans : CblasNoTrans, (int)m, (int)n, (int)k, 1.0f, a,
                (int)(trans_a ? m : k), b, (int)(trans_b ? k : n), beta, c, (int)stride);
}

void gemm(bool trans_a, bool trans_b, size_t m, size_t n, size_t k, const float *a, const float *b,
          float beta, float *c)
{
    /* In A B^T with an odd n, BLIS 0.9 computes the last column by one of two kernels, which one
     * depends on where its threads cut the rows; by itself it is computed by one thread. */
    const bool alone = !trans_a && trans_b && n % 2 == 1 && n > 1;
    const size_t wide = alone ? n - 1 : n;
    product(trans_a, trans_b, m, wide, k, a, b, beta, c, n);
    if (alone)
        cblas_sgemv(CblasRowMajor, CblasNoTrans, (int)m, (int)k, 1.0f, a, (int)k, b + wide * k, 1,
                    beta, c + wide, (int)n);
}

void gemm_set_threads(int threads)
{
#ifdef HAVE_BLI_THREAD_SET_NUM_THREADS
    bli_thread_set_num_threads(threads);
#elif defined HAVE_OPENBLAS_SET_NUM_THREADS
    openblas_set_num_threads(threads);
#else
    (void)threads;
#endif
}

const char *gemm_library(void)
{
    return BLAS_NAME;
}
