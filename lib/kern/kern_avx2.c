/* The vectorised kernels for processors with AVX2. This file alone is compiled with the flags for
 * it. */
#ifndef __AVX2__
#error "kern_avx2.c must be compiled for a processor with AVX2"
#endif

#include <immintrin.h>

#include "lib/base/rng.h"
#include "lib/kern/kern_sets.h"
#include "lib/kern/panel.h"
#include "lib/kern/transpose_avx.h"

#define VW        8
#define KERN_SET  kern_avx2
#define KERN_NAME "avx2"
#define TILE_ROWS 6

typedef uint64_t lanes64 __attribute__((vector_size(4 * VW)));

static inline lanes64 mul_low32(lanes64 a, lanes64 b)
{
    return (lanes64)_mm256_mul_epu32((__m256i)a, (__m256i)b);
}

typedef float lanes __attribute__((vector_size(4 * VW)));

static inline lanes muladd(lanes a, lanes b, lanes c)
{
    return (lanes)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c);
}

static bool kern_set_usable(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

#include "lib/kern/kern_simd.h"
