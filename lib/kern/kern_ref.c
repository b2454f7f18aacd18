/* The reference kernels: plain loops over libm, the definition of what all sets compute. */
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

static void lstm_capped_forward(size_t H, size_t n, float *restrict gates,
                                const float *restrict c_prev, float *restrict c, float *restrict h)
{
    float *gi = gates, *gf = gates + H, *gg = gates + 2 * H, *go = gates + 3 * H;
    for (size_t j = 0; j < n; j++) {
        gi[j] = sigmoid(gi[j]);
        gf[j] = sigmoid(gf[j]);
        gg[j] = tanhf(gg[j]);
        go[j] = sigmoid(go[j]);
        const float room = 1.0f - gf[j];
        c[j] = gf[j] * c_prev[j] + (gi[j] > room ? room : gi[j]) * gg[j];
        h[j] = go[j] * tanhf(c[j]);
    }
}

static void lstm_capped_backward(size_t H, size_t n, float *restrict gates,
                                 const float *restrict c_prev, const float *restrict c,
                                 const float *restrict dh, float *restrict dc)
{
    float *gi = gates, *gf = gates + H, *gg = gates + 2 * H, *go = gates + 3 * H;
    for (size_t j = 0; j < n; j++) {
        const float i = gi[j], f = gf[j], g = gg[j], o = go[j], room = 1.0f - f;
        const bool capped = i > room;
        const float u = tanhf(c[j]);
        const float d = dc[j] + dh[j] * o * (1.0f - u * u);
        gi[j] = d * (capped ? 0.0f : g * i * (1.0f - i)); /* NaN stays NaN */
        gf[j] = d * (c_prev[j] - (capped ? g : 0.0f)) * f * (1.0f - f);
        gg[j] = d * (capped ? room : i) * (1.0f - g * g);
        go[j] = dh[j] * u * o * (1.0f - o);
        dc[j] = d * f;
    }
}

static void gru_forward(size_t H, size_t n, float *restrict rz, float *restrict a,
                        float *restrict q, const float *restrict b, const float *restrict h_prev,
                        float *restrict out)
{
    float *r = rz, *z = rz + H;
    for (size_t j = 0; j < n; j++) {
        r[j] = sigmoid(r[j]);
        z[j] = sigmoid(z[j]);
        q[j] += b[j];
        a[j] = tanhf(a[j] + r[j] * q[j]);
        out[j] = (1.0f - z[j]) * a[j] + z[j] * h_prev[j];
    }
}

static void gru_backward(size_t H, size_t n, float *restrict rz, float *restrict a,
                         float *restrict q, const float *restrict h_prev, const float *restrict dh,
                         float *restrict dh_prev)
{
    for (size_t j = 0; j < n; j++) {
        const float r = rz[j], z = rz[H + j], u = a[j];
        const float dn = dh[j] * (1.0f - z) * (1.0f - u * u);
        rz[j] = dn * q[j] * r * (1.0f - r);
        rz[H + j] = dh[j] * (h_prev[j] - u) * z * (1.0f - z);
        a[j] = dn;
        q[j] = dn * r;
        dh_prev[j] += dh[j] * z;
    }
}

static void cho_gates_forward(size_t H, size_t n, float *restrict gates,
                              const float *restrict h_prev, float *restrict reset)
{
    float *r = gates, *z = gates + H;
    for (size_t j = 0; j < n; j++) {
        r[j] = sigmoid(r[j]);
        z[j] = sigmoid(z[j]);
        reset[j] = r[j] * h_prev[j];
    }
}

static void cho_forward(size_t n, const float *restrict z, float *restrict a,
                        const float *restrict h_prev, float *restrict out)
{
    for (size_t j = 0; j < n; j++) {
        a[j] = tanhf(a[j]);
        out[j] = (1.0f - z[j]) * a[j] + z[j] * h_prev[j];
    }
}

static void cho_backward(size_t n, float *restrict z, float *restrict a,
                         const float *restrict h_prev, const float *restrict dh,
                         float *restrict dh_prev)
{
    for (size_t j = 0; j < n; j++) {
        const float gate = z[j], u = a[j];
        a[j] = dh[j] * (1.0f - gate) * (1.0f - u * u);
        z[j] = dh[j] * (h_prev[j] - u) * gate * (1.0f - gate);
        dh_prev[j] += dh[j] * gate;
    }
}

static void cho_gates_backward(size_t n, float *restrict r, const float *restrict h_prev,
                               const float *restrict dreset, float *restrict dh_prev)
{
    for (size_t j = 0; j < n; j++) {
        const float gate = r[j];
        r[j] = dreset[j] * h_prev[j] * gate * (1.0f - gate);
        dh_prev[j] += dreset[j] * gate;
    }
}

static void tanh_forward(size_t n, float *x)
{
    for (size_t j = 0; j < n; j++)
        x[j] = tanhf(x[j]);
}

static void tanh_backward(size_t n, const float *restrict h, float *restrict d)
{
    for (size_t j = 0; j < n; j++)
        d[j] *= 1.0f - h[j] * h[j];
}

/* Compares for what becomes 0, so that NaN stays NaN. */
static void relu_forward(size_t n, float *x)
{
    for (size_t j = 0; j < n; j++)
        x[j] = x[j] <= 0.0f ? 0.0f : x[j];
}

static void relu_backward(size_t n, const float *restrict h, float *restrict d)
{
    for (size_t j = 0; j < n; j++)
        d[j] *= h[j] <= 0.0f ? 0.0f : 1.0f;
}

static double logsumexp(size_t n, const float *x)
{
    float max = x[0];
    for (size_t j = 1; j < n; j++)
        max = x[j] > max || isnan(x[j]) ? x[j] : max;
    if (isinf(max) || isnan(max))
        return (double)max; /* all -inf, or a +inf, beside which no finite term matters */
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
