/* What the program computes with, and how fast that is at best. */
#ifndef PTBLM_MODEL_COMPUTE_H
#define PTBLM_MODEL_COMPUTE_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/err.h"

struct compute_info {
    const char *kernels;  /* the kernel set in use: "avx2", "ref", ... */
    const char *matrices; /* what multiplies matrices: "panels", "loops", or the BLAS */
    const char *blas;     /* the BLAS that the program was built with, or "none" */
    bool has_blas;        /* whether there is a BLAS */
    int threads;          /* in use now */
};
void compute_get(struct compute_info *info);

/* The i-th kernel set, fastest first, NULL after the last; whether this processor can run it. */
const char *compute_kernels_at(size_t i);

/* Chooses a kernel set by name, NULL for the fastest that this processor runs. Returns false and
 * changes nothing if there is no set of that name or it cannot run here. To be called before any
 * other work. */
bool compute_choose_kernels(const char *name);

/* The number of threads of all later work; at least 1. */
void compute_set_threads(int threads);

/* The processors that this process may use: see lib/base/limit/cpu_limit.h. */
int compute_processors(void);

/* The median of n > 0 measurements, the upper one of two in the middle; sorts them. */
double compute_median(size_t n, double *values);

/* Operations a second, in 10^9, of a product of two square matrices of n rows, by the products in
 * use or by the BLAS, if there is one: the median of `repeats` products. */
enum status compute_gemm_rate(bool by_blas, size_t n, int repeats, double *gflops, struct err *err);

/* Bytes a second of reading a block of about n floats by all threads, the median of `repeats`
 * times: as one large matrix times a vector, which was measured to read faster than a plain loop
 * over the words. */
enum status compute_read_rate(size_t n, int repeats, double *rate, struct err *err);

#endif
