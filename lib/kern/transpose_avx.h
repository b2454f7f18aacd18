/* The transpose of 8 x 8 floats, for the kernel sets of processors with AVX. */
#ifndef PTBLM_KERN_TRANSPOSE_AVX_H
#define PTBLM_KERN_TRANSPOSE_AVX_H

#include <immintrin.h>
#include <stddef.h>

/* out[j * out_row + i] = in[i * in_row + j] for i, j < 8: pairs of rows are interleaved, then pairs
 * of pairs, then the two halves of each register are exchanged. */
static inline void transpose8(const float *in, size_t in_row, float *out, size_t out_row)
{
    __m256 row[8], pair[8], quad[8];
    for (size_t i = 0; i < 8; i++)
        row[i] = _mm256_loadu_ps(in + i * in_row);
    for (size_t i = 0; i < 8; i += 2) {
        pair[i] = _mm256_unpacklo_ps(row[i], row[i + 1]);
        pair[i + 1] = _mm256_unpackhi_ps(row[i], row[i + 1]);
    }
    for (size_t i = 0; i < 8; i += 4) {
        quad[i] = _mm256_shuffle_ps(pair[i], pair[i + 2], 0x44);
        quad[i + 1] = _mm256_shuffle_ps(pair[i], pair[i + 2], 0xEE);
        quad[i + 2] = _mm256_shuffle_ps(pair[i + 1], pair[i + 3], 0x44);
        quad[i + 3] = _mm256_shuffle_ps(pair[i + 1], pair[i + 3], 0xEE);
    }
    for (size_t j = 0; j < 4; j++) {
        _mm256_storeu_ps(out + j * out_row, _mm256_permute2f128_ps(quad[j], quad[j + 4], 0x20));
        _mm256_storeu_ps(out + (j + 4) * out_row,
                         _mm256_permute2f128_ps(quad[j], quad[j + 4], 0x31));
    }
}

#endif
