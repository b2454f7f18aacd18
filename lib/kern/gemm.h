/* Matrix products: by the panels of the kernel set in use (lib/kern/panel.h); if it has none, by
 * the BLAS, or by plain loops (lib/kern/gemm_plain.h) if the program was built without one.
 * Row-major, float32, matrices dense: the leading dimension is the stored row length. */
#ifndef PTBLM_KERN_GEMM_H
#define PTBLM_KERN_GEMM_H

#include <stdbool.h>
#include <stddef.h>

/* C = op(A) op(B) + beta C with op(A) [m, k], op(B) [k, n], C [m, n]. If trans_a, A is stored [k,
 * m]; if trans_b, B is stored [n, k]. beta is 0 (C need not be set) or 1. */
void gemm(bool trans_a, bool trans_b, size_t m, size_t n, size_t k, const float *a, const float *b,
          float beta, float *c);

/* C[m, n] = A[m, k] B^T + bias, B [n, k], bias [n] on every row. */
void gemm_bias(size_t m, size_t n, size_t k, const float *a, const float *b, const float *bias,
               float *c);

/* C[m, n] = A^T B + beta C with A [k, m], B [k, n], and sums[j] = sum_p A[p, j] + beta sums[j], p
 * in order: the gradients of a weight and its bias, in one pass over the gradients of their
 * outputs. */
void gemm_gradient(size_t m, size_t n, size_t k, const float *a, const float *b, float beta,
                   float *c, float *sums);

/* C[n, n] = A B by the BLAS, whatever the kernel set: a yardstick. Only where gemm_has_blas(). */
void gemm_by_blas(size_t n, const float *a, const float *b, float *c);

/* Whether the program was built with a BLAS; its name, "none" without one. */
bool gemm_has_blas(void);
const char *gemm_blas(void);

/* What computes matrix products, for display: "panels", "loops", or the name of the BLAS. */
const char *gemm_library(void);

/* Whether the bits of a product are the same for any number of threads. */
bool gemm_ignores_threads(void);

#endif
