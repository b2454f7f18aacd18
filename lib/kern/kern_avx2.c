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

static inline lanes least_of(lanes a, lanes b)
{
    return (lanes)_mm256_min_ps((__m256)a, (__m256)b);
}

static inline lanes greatest_of(lanes a, lanes b)
{
    return (lanes)_mm256_max_ps((__m256)a, (__m256)b);
}

/* As a product of two powers, so that neither leaves float's range. */
static inline lanes scaled(lanes x, lanes n)
{
    const __m256i power = _mm256_cvtps_epi32((__m256)n), half = _mm256_srai_epi32(power, 1);
    const __m256i bias = _mm256_set1_epi32(127), rest = _mm256_sub_epi32(power, half);
    return x * (lanes)_mm256_slli_epi32(_mm256_add_epi32(half, bias), 23) *
           (lanes)_mm256_slli_epi32(_mm256_add_epi32(rest, bias), 23);
}

static bool kern_set_usable(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

#include "lib/kern/kern_simd.h"
