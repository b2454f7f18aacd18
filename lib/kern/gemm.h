/* Matrix products, by a BLAS library. Row-major, float32. */
#ifndef PTBLM_KERN_GEMM_H
#define PTBLM_KERN_GEMM_H

#include <stdbool.h>
#include <stddef.h>

/* C = op(A) op(B) + beta C with op(A) [m, k], op(B) [k, n], C [m, n]. Where trans_a, A is stored
 * [k, m]; where trans_b, B is stored [n, k]. Matrices are dense: the leading dimension is the
 * stored row length. beta is 0 (C need not be set) or 1. */
void gemm(bool trans_a, bool trans_b, size_t m, size_t n, size_t k, const float *a, const float *b,
          float beta, float *c);

/* Threads of the library; called by kern_set_threads. */
void gemm_set_threads(int threads);

/* The name of the library, for the user. */
const char *gemm_library(void);

#endif
