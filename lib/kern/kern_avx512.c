/* The vectorised kernels for processors with AVX512. This file alone is compiled with the flags for
 * it. */
#ifndef __AVX512F__
#error "kern_avx512.c must be compiled for a processor with AVX512"
#endif

#include <immintrin.h>

#include "lib/base/rng.h"
#include "lib/kern/kern_sets.h"

#define VW        16
#define KERN_SET  kern_avx512
#define KERN_NAME "avx512"

typedef uint64_t lanes64 __attribute__((vector_size(4 * VW)));

static inline lanes64 mul_low32(lanes64 a, lanes64 b)
{
    return (lanes64)_mm512_mul_epu32((__m512i)a, (__m512i)b);
}

static bool kern_set_usable(void)
{
    return __builtin_cpu_supports("avx512f");
}

#include "lib/kern/kern_simd.h"
