/* What multiplies: panels, a BLAS or plain loops; and the only place that calls the BLAS. */
#include "lib/kern/gemm.h"

#include <string.h>

#include "config.h"
#include "lib/kern/gemm_plain.h"
#include "lib/kern/kern.h"
#include "lib/kern/panel.h"
#include "lib/kern/pool.h"

#ifdef HAVE_BLAS

#include <cblas.h>

#ifdef HAVE_BLI_THREAD_SET_NUM_THREADS
extern void bli_thread_set_num_threads(long n_threads); /* blis.h's dim_t is a 64-bit integer */
#elif defined HAVE_OPENBLAS_SET_NUM_THREADS
extern void openblas_set_num_threads(int n_threads);
#endif

/* The BLAS uses as many threads as the pool. The count is set only before a product: any call makes
 * BLIS allocate its memory, and abort() if there is none. */
static void tell_threads(void)
{
    static int told;
    if (told == pool_threads())
        return;
    told = pool_threads();
#ifdef HAVE_BLI_THREAD_SET_NUM_THREADS
    bli_thread_set_num_threads(told);
#elif defined HAVE_OPENBLAS_SET_NUM_THREADS
    openblas_set_num_threads(told);
#endif
}

static void sgemm(bool trans_a, bool trans_b, size_t m, size_t n, size_t k, const float *a,
                  const float *b, float beta, float *c, size_t stride)
{
    tell_threads();
    cblas_sgemm(CblasRowMajor, trans_a ? CblasTrans : CblasNoTrans,
                trans_b ? CblasTrans : CblasNoTrans, (int)m, (int)n, (int)k, 1.0f, a,
                (int)(trans_a ? m : k), b, (int)(trans_b ? k : n), beta, c, (int)stride);
}

/* C (+)= op(A) op(B) + bias */
static void multiply_without_panels(const struct panel_product *p)
{
    const float beta = p->add || p->bias != NULL ? 1.0f : 0.0f;
    if (p->bias != NULL)
        kern_fill_rows(p->m, p->n, p->bias, p->c);
    /* In A B^T with an odd n, BLIS 0.9 computes the last column by one of two kernels, depending on
     * where its threads cut the rows; by itself that column is computed by one thread. */
    const bool alone = !p->trans_a && p->trans_b && p->n % 2 == 1 && p->n > 1;
    const size_t wide = alone ? p->n - 1 : p->n;
    sgemm(p->trans_a, p->trans_b, p->m, wide, p->k, p->a, p->b, beta, p->c, p->n);
    if (alone)
        cblas_sgemv(CblasRowMajor, CblasNoTrans, (int)p->m, (int)p->k, 1.0f, p->a, (int)p->k,
                    p->b + wide * p->k, 1, beta, p->c + wide, (int)p->n);
}

bool gemm_has_blas(void)
{
    return true;
}

#else /* built without a BLAS */

static void multiply_without_panels(const struct panel_product *p)
{
    gemm_plain(p);
}

bool gemm_has_blas(void)
{
    return false;
}

#endif

static void multiply(const struct panel_product *p)
{
    enum { FEW = 3 }; /* rows for which packing B costs more than reading it unpacked */
    const struct panel_ops *ops = kern()->panels;
    if (ops != NULL && p->m <= FEW && !p->trans_a && p->trans_b)
        panel_multiply_few(ops, p);
    else if (ops != NULL)
        panel_multiply(ops, p);
    else
        multiply_without_panels(p);
    if (ops == NULL && p->sums != NULL)
        kern_column_sums(p->k, p->m, p->a, p->add, p->sums);
}

static struct panel_product product_of(bool trans_a, bool trans_b, size_t m, size_t n, size_t k,
                                       const float *a, const float *b, float beta, float *c)
{
    return (struct panel_product){.trans_a = trans_a,
                                  .trans_b = trans_b,
                                  .add = beta != 0.0f,
                                  .m = m,
                                  .n = n,
                                  .k = k,
                                  .a = a,
                                  .b = b,
                                  .c = c};
}

void gemm(bool trans_a, bool trans_b, size_t m, size_t n, size_t k, const float *a, const float *b,
          float beta, float *c)
{
    const struct panel_product p = product_of(trans_a, trans_b, m, n, k, a, b, beta, c);
    multiply(&p);
}

void gemm_bias(size_t m, size_t n, size_t k, const float *a, const float *b, const float *bias,
               float *c)
{
    struct panel_product p = product_of(false, true, m, n, k, a, b, 0.0f, c);
    p.bias = bias;
    multiply(&p);
}

void gemm_gradient(size_t m, size_t n, size_t k, const float *a, const float *b, float beta,
                   float *c, float *sums)
{
    struct panel_product p = product_of(true, false, m, n, k, a, b, beta, c);
    p.sums = sums;
    multiply(&p);
}

void gemm_by_blas(size_t n, const float *a, const float *b, float *c)
{
    const struct panel_product p = product_of(false, false, n, n, n, a, b, 0.0f, c);
    multiply_without_panels(&p);
}

const char *gemm_library(void)
{
    if (kern()->panels != NULL)
        return "panels";
    return gemm_has_blas() ? gemm_blas() : "loops";
}

const char *gemm_blas(void)
{
    return BLAS_NAME;
}

bool gemm_ignores_threads(void)
{
    return kern()->panels != NULL || !gemm_has_blas() || strcmp(gemm_blas(), "BLIS") == 0;
}
