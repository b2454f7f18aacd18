/* The vectorised kernels, written once over vectors of VW floats (gcc's and clang's vector
 * extension) and built by kern_avx2.c and kern_avx512.c, which define VW, KERN_SET, KERN_NAME,
 * kern_set_usable(), mul_low32() (64-bit products of the low halves of 64-bit lanes), least_of(a,
 * b) and greatest_of(a, b) (b where either is NaN), scaled(x, n) (x 2^n for whole n from -151 to
 * 129, rounded once unless it is denormal), and what panel_simd.h needs. */

#include <math.h>
#include <string.h>

typedef float vf __attribute__((vector_size(4 * VW)));
typedef uint32_t vu __attribute__((vector_size(4 * VW)));
typedef int32_t vi __attribute__((vector_size(4 * VW)));

static inline vf load(const float *x)
{
    vf v;
    memcpy(&v, x, sizeof v);
    return v;
}

static inline void store(float *x, vf v)
{
    memcpy(x, &v, sizeof v);
}

static inline vf splat(float x)
{
    return x - (vf){0};
}

/* mask ? a : b, lane by lane; a comparison's lanes are all ones or all zeros. */
static inline vf blend(vi mask, vf a, vf b)
{
    return (vf)(((vi)a & mask) | ((vi)b & ~mask));
}

/* exp(x), the polynomial of Cephes' expf on [-ln 2 / 2, ln 2 / 2] (relative error 2e-7); inf above
 * the range of float, denormals and 0 below it, NaN for NaN. */
static inline vf vexp(vf x)
{
    x = least_of(splat(89.0f), greatest_of(splat(-104.0f), x));
    /* adding 1.5 * 2^23 leaves round(x / ln 2) in the low bits of the sum */
    const vf shifted = muladd(x, splat(1.44269504088896341f), splat(12582912.0f));
    const vf n = shifted - 12582912.0f;
    const vf r = muladd(n, splat(2.12194440e-4f), muladd(n, splat(-0.693359375f), x));
    vf p = muladd(r, splat(1.9875691500e-4f), splat(1.3981999507e-3f));
    p = muladd(p, r, splat(8.3334519073e-3f));
    p = muladd(p, r, splat(4.1665795894e-2f));
    p = muladd(p, r, splat(1.6666665459e-1f));
    p = muladd(p, r, splat(5.0000001201e-1f));
    p = muladd(p, r * r, r) + 1.0f;
    return scaled(p, n);
}

static inline vf vsigmoid(vf x)
{
    return 1.0f / (1.0f + vexp(-x));
}

/* tanh(x): Cephes' tanhf, an odd polynomial below 0.625, otherwise 1 - 2 / (exp(2|x|) + 1). */
static inline vf vtanh(vf x)
{
    const vi sign = (vi)x & (vi)splat(-0.0f);
    const vf a = (vf)((vi)x ^ sign);
    const vf z = x * x;
    vf p = muladd(z, splat(-5.70498872745e-3f), splat(2.06390887954e-2f));
    p = muladd(p, z, splat(-5.37397155531e-2f));
    p = muladd(p, z, splat(1.33314422036e-1f));
    p = muladd(p, z, splat(-3.33332819422e-1f));
    const vf small = muladd(p * z, x, x);
    const vf large = (vf)((vi)(1.0f - 2.0f / (vexp(a + a) + 1.0f)) | sign);
    return blend(a < 0.625f, small, large);
}

/* Up to VW floats; missing ones read as 0. */
static inline vf load_part(const float *x, size_t n)
{
    vf v = {0};
    memcpy(&v, x, n * sizeof *x);
    return v;
}

static inline void store_part(float *x, vf v, size_t n)
{
    memcpy(x, &v, n * sizeof *x);
}

#include "lib/kern/cells_simd.h"

/* The largest of n floats, NaN if any is NaN. */
static float row_max(size_t n, const float *x)
{
    enum { CHAINS = 4 }; /* independent, to hide latency */
    vf best[CHAINS], poison[CHAINS] = {{0}};
    for (size_t i = 0; i < CHAINS; i++)
        best[i] = splat(-INFINITY);
    size_t j = 0;
    for (; j + CHAINS * VW <= n; j += CHAINS * VW)
        for (size_t i = 0; i < CHAINS; i++) {
            const vf v = load(x + j + i * VW);
            best[i] = greatest_of(v, best[i]);
            poison[i] += v - v; /* 0, or NaN for a NaN or an infinity */
        }
    for (size_t i = 1; i < CHAINS; i++) {
        best[0] = greatest_of(best[i], best[0]);
        poison[0] += poison[i];
    }
    float max = -INFINITY;
    for (size_t k = 0; k < VW; k++)
        max = best[0][k] > max ? best[0][k] : max;
    float odd = 0.0f;
    for (size_t k = 0; k < VW; k++)
        odd += poison[0][k];
    for (; j < n; j++) {
        max = x[j] > max ? x[j] : max;
        odd += x[j] - x[j];
    }
    if (!isnan(odd))
        return max;
    for (j = 0; j < n; j++)
        if (isnan(x[j]))
            return x[j];
    return max;
}

/* Sums are kept in float over SUM_RUN vectors, then in double. */
enum { SUM_RUN = 32 };

static double sum_lanes(vf v)
{
    double sum = 0.0;
    for (size_t k = 0; k < VW; k++)
        sum += (double)v[k];
    return sum;
}

/* sum_j exp(x[j] - max); `terms`, unless NULL, receives them, and may be x. */
static double exp_sum(size_t n, const float *x, float max, float *terms)
{
    double sum = 0.0;
    size_t j = 0;
    while (j + VW <= n) {
        vf run = {0};
        for (int k = 0; k < SUM_RUN && j + VW <= n; k++, j += VW) {
            const vf e = vexp(load(x + j) - max);
            if (terms != NULL)
                store(terms + j, e);
            run += e;
        }
        sum += sum_lanes(run);
    }
    const vf last = vexp(load_part(x + j, n - j) - max);
    if (terms != NULL)
        store_part(terms + j, last, n - j);
    for (size_t k = 0; k < n - j; k++)
        sum += (double)last[k];
    return sum;
}

static double logsumexp(size_t n, const float *x)
{
    const float max = row_max(n, x);
    if (isinf(max) || isnan(max))
        return (double)max;
    return (double)max + log(exp_sum(n, x, max, NULL));
}

static double softmax(size_t n, float *x, float scale)
{
    const float max = row_max(n, x);
    const double sum = exp_sum(n, x, max, x);
    const float factor = (float)((double)scale / sum);
    size_t j = 0;
    for (; j + VW <= n; j += VW)
        store(x + j, factor * load(x + j));
    store_part(x + j, factor * load_part(x + j, n - j), n - j);
    return isinf(max) || isnan(max) ? (double)max : (double)max + log(sum);
}

static void axpy(size_t n, float a, const float *restrict x, float *restrict y)
{
    size_t j = 0;
    for (; j + VW <= n; j += VW)
        store(y + j, load(y + j) + a * load(x + j));
    for (; j < n; j++)
        y[j] += a * x[j];
}

static double sum_squares(size_t n, const float *x)
{
    double sum = 0.0;
    size_t j = 0;
    while (j + VW <= n) {
        vf run = {0};
        for (int k = 0; k < SUM_RUN && j + VW <= n; k++, j += VW)
            run += load(x + j) * load(x + j);
        sum += sum_lanes(run);
    }
    for (; j < n; j++)
        sum += (double)x[j] * (double)x[j];
    return sum;
}

static void mask(size_t n, const uint32_t *restrict bits, uint32_t keep, float scale,
                 const float *x, float *y)
{
    size_t j = 0;
    for (; j + VW <= n; j += VW) {
        vu b;
        memcpy(&b, bits + j, sizeof b);
        store(y + j, load(x + j) * blend((vi)(b < keep), splat(scale), splat(0.0f)));
    }
    for (; j < n; j++)
        y[j] = x[j] * (bits[j] < keep ? scale : 0.0f);
}

/* Philox4x32-10 (lib/base/rng), VW / 2 blocks at once, each word in a 64-bit lane. */
typedef uint64_t vq __attribute__((vector_size(4 * VW)));

static void philox_lanes(uint64_t seed, uint32_t stream, vq counter, uint32_t *out)
{
    const uint64_t low = UINT64_C(0xFFFFFFFF);
    vq c0 = counter & low, c1 = counter >> 32, c2 = (vq){0} + stream, c3 = (vq){0};
    uint32_t k0 = (uint32_t)seed, k1 = (uint32_t)(seed >> 32);
    for (int round = 0; round < 10; round++) {
        const vq p0 = mul_low32(c0, (vq){0} + UINT64_C(0xD2511F53));
        const vq p1 = mul_low32(c2, (vq){0} + UINT64_C(0xCD9E8D57));
        c0 = (p1 >> 32) ^ c1 ^ (uint64_t)k0;
        c2 = (p0 >> 32) ^ c3 ^ (uint64_t)k1;
        c1 = p1 & low;
        c3 = p0 & low;
        k0 += UINT32_C(0x9E3779B9);
        k1 += UINT32_C(0xBB67AE85);
    }
    for (size_t lane = 0; lane < VW / 2; lane++) {
        out[4 * lane] = (uint32_t)c0[lane];
        out[4 * lane + 1] = (uint32_t)c1[lane];
        out[4 * lane + 2] = (uint32_t)c2[lane];
        out[4 * lane + 3] = (uint32_t)c3[lane];
    }
}

static void random_blocks(uint64_t seed, uint32_t stream, uint64_t block, size_t n_blocks,
                          uint32_t *out)
{
    vq counter;
    for (size_t lane = 0; lane < VW / 2; lane++)
        counter[lane] = block + lane;
    size_t i = 0;
    for (; i + VW / 2 <= n_blocks; i += VW / 2) {
        philox_lanes(seed, stream, counter, out + 4 * i);
        counter += VW / 2;
    }
    for (; i < n_blocks; i++)
        rng_block(seed, stream, block + i, out + 4 * i);
}

#include "lib/kern/panel_simd.h"

const struct kern_ops KERN_SET = {
    .name = KERN_NAME,
    .usable = kern_set_usable,
    .panels = &panels,
    .lstm_forward = lstm_forward,
    .lstm_backward = lstm_backward,
    .lstm_capped_forward = lstm_capped_forward,
    .lstm_capped_backward = lstm_capped_backward,
    .gru_forward = gru_forward,
    .gru_backward = gru_backward,
    .cho_gates_forward = cho_gates_forward,
    .cho_forward = cho_forward,
    .cho_backward = cho_backward,
    .cho_gates_backward = cho_gates_backward,
    .tanh_forward = tanh_forward,
    .tanh_backward = tanh_backward,
    .relu_forward = relu_forward,
    .relu_backward = relu_backward,
    .logsumexp = logsumexp,
    .softmax = softmax,
    .axpy = axpy,
    .sum_squares = sum_squares,
    .mask = mask,
    .random = random_blocks,
};
