/* The reference kernels: plain loops over libm, the definition of what every set computes. */
#include "lib/kern/kern_sets.h"

#include <math.h>

#include "lib/base/rng.h"

static bool always(void)
{
    return true;
}

static float sigmoid(float x)
{
    return 1.0f / (1.0f + expf(-x));
}

static void lstm_forward(size_t H, size_t n, float *restrict gates, const float *restrict c_prev,
                         float *restrict c, float *restrict h)
{
    float *gi = gates, *gf = gates + H, *gg = gates + 2 * H, *go = gates + 3 * H;
    for (size_t j = 0; j < n; j++) {
        gi[j] = sigmoid(gi[j]);
        gf[j] = sigmoid(gf[j]);
        gg[j] = tanhf(gg[j]);
        go[j] = sigmoid(go[j]);
        c[j] = gf[j] * c_prev[j] + gi[j] * gg[j];
        h[j] = go[j] * tanhf(c[j]);
    }
}

static void lstm_backward(size_t H, size_t n, float *restrict gates, const float *restrict c_prev,
                          const float *restrict c, const float *restrict dh, float *restrict dc)
{
    float *gi = gates, *gf = gates + H, *gg = gates + 2 * H, *go = gates + 3 * H;
    for (size_t j = 0; j < n; j++) {
        const float i = gi[j], f = gf[j], g = gg[j], o = go[j];
        const float u = tanhf(c[j]);
        const float d = dc[j] + dh[j] * o * (1.0f - u * u);
        gi[j] = d * g * i * (1.0f - i);
        gf[j] = d * c_prev[j] * f * (1.0f - f);
        gg[j] = d * i * (1.0f - g * g);
        go[j] = dh[j] * u * o * (1.0f - o);
        dc[j] = d * f;
    }
}

static double logsumexp(size_t n, const float *x)
{
    float max = x[0];
    for (size_t j = 1; j < n; j++)
        max = x[j] > max || isnan(x[j]) ? x[j] : max;
    if (isinf(max) || isnan(max))
        return (double)max; /* all -inf, or a +inf that no finite term can matter beside */
    double sum = 0.0;
    for (size_t j = 0; j < n; j++)
        sum += (double)expf(x[j] - max);
    return (double)max + log(sum);
}

static double softmax(size_t n, float *x, float scale)
{
    const double lse = logsumexp(n, x);
    for (size_t j = 0; j < n; j++)
        x[j] = scale * expf((float)((double)x[j] - lse));
    return lse;
}

static void axpy(size_t n, float a, const float *restrict x, float *restrict y)
{
    for (size_t j = 0; j < n; j++)
        y[j] += a * x[j];
}

static double sum_squares(size_t n, const float *x)
{
    double sum = 0.0;
    for (size_t j = 0; j < n; j++)
        sum += (double)x[j] * (double)x[j];
    return sum;
}

static void mask(size_t n, const uint32_t *restrict bits, uint32_t keep, float scale,
                 const float *x, float *y)
{
    for (size_t j = 0; j < n; j++)
        y[j] = x[j] * (bits[j] < keep ? scale : 0.0f);
}

static void random_blocks(uint64_t seed, uint32_t stream, uint64_t block, size_t n_blocks,
                          uint32_t *out)
{
    for (size_t i = 0; i < n_blocks; i++)
        rng_block(seed, stream, block + i, out + 4 * i);
}

const struct kern_ops kern_ref = {
    .name = "ref",
    .usable = always,
    .lstm_forward = lstm_forward,
    .lstm_backward = lstm_backward,
    .logsumexp = logsumexp,
    .softmax = softmax,
    .axpy = axpy,
    .sum_squares = sum_squares,
    .mask = mask,
    .random = random_blocks,
};
