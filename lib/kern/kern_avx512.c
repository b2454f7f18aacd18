/* The vectorised kernels for processors with AVX512. This file alone is compiled with the flags for
 * it. */
#ifndef __AVX512F__
#error "kern_avx512.c must be compiled for a processor with AVX512"
#endif

#include <immintrin.h>

#include "lib/base/rng.h"
#include "lib/kern/kern_sets.h"
#include "lib/kern/panel.h"
#include "lib/kern/transpose_avx.h"

#define VW        16
#define KERN_SET  kern_avx512
#define KERN_NAME "avx512"
#define TILE_ROWS 12

typedef uint64_t lanes64 __attribute__((vector_size(4 * VW)));

static inline lanes64 mul_low32(lanes64 a, lanes64 b)
{
    return (lanes64)_mm512_mul_epu32((__m512i)a, (__m512i)b);
}

typedef float lanes __attribute__((vector_size(4 * VW)));

static inline lanes muladd(lanes a, lanes b, lanes c)
{
    return (lanes)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c);
}

static inline lanes least_of(lanes a, lanes b)
{
    return (lanes)_mm512_min_ps((__m512)a, (__m512)b);
}

static inline lanes greatest_of(lanes a, lanes b)
{
    return (lanes)_mm512_max_ps((__m512)a, (__m512)b);
}

static inline lanes scaled(lanes x, lanes n)
{
    return (lanes)_mm512_scalef_ps((__m512)x, (__m512)n);
}

static bool kern_set_usable(void)
{
    return __builtin_cpu_supports("avx512f");
}

#include "lib/kern/kern_simd.h"
