/* The pointwise parts of the recurrent cells over vectors; part of kern_simd.h. */

/* Each is written for m lanes at place j, and walked by EACH_LANES: whole vectors, then
 * what is left. m is a constant in all but the last call, so that loads and stores are whole. */
static inline vf get(const float *x, size_t m)
{
    return m == VW ? load(x) : load_part(x, m);
}

static inline void put(float *x, vf v, size_t m)
{
    if (m == VW)
        store(x, v);
    else
        store_part(x, v, m);
}

#define EACH_LANES(n, lanes, ...)                                                                  \
    do {                                                                                           \
        size_t j_ = 0;                                                                             \
        for (; j_ + VW <= (n); j_ += VW)                                                           \
            lanes(j_, VW, __VA_ARGS__);                                                            \
        if (j_ < (n))                                                                              \
            lanes(j_, (n)-j_, __VA_ARGS__);                                                        \
    } while (0)

static inline void lstm_forward_lanes(size_t j, size_t m, size_t H, float *gates,
                                      const float *c_prev, float *c, float *h)
{
    float *gi = gates + j, *gf = gi + H, *gg = gf + H, *go = gg + H;
    const vf i = vsigmoid(get(gi, m)), f = vsigmoid(get(gf, m));
    const vf g = vtanh(get(gg, m)), o = vsigmoid(get(go, m));
    const vf now = f * get(c_prev + j, m) + i * g;
    put(gi, i, m);
    put(gf, f, m);
    put(gg, g, m);
    put(go, o, m);
    put(c + j, now, m);
    put(h + j, o * vtanh(now), m);
}

static void lstm_forward(size_t H, size_t n, float *restrict gates, const float *restrict c_prev,
                         float *restrict c, float *restrict h)
{
    EACH_LANES(n, lstm_forward_lanes, H, gates, c_prev, c, h);
}

static inline void lstm_backward_lanes(size_t j, size_t m, size_t H, float *gates,
                                       const float *c_prev, const float *c, const float *dh,
                                       float *dc)
{
    float *gi = gates + j, *gf = gi + H, *gg = gf + H, *go = gg + H;
    const vf i = get(gi, m), f = get(gf, m), g = get(gg, m), o = get(go, m);
    const vf to_h = get(dh + j, m), u = vtanh(get(c + j, m));
    const vf d = get(dc + j, m) + to_h * o * (1.0f - u * u);
    put(gi, d * g * i * (1.0f - i), m);
    put(gf, d * get(c_prev + j, m) * f * (1.0f - f), m);
    put(gg, d * i * (1.0f - g * g), m);
    put(go, to_h * u * o * (1.0f - o), m);
    put(dc + j, d * f, m);
}

static void lstm_backward(size_t H, size_t n, float *restrict gates, const float *restrict c_prev,
                          const float *restrict c, const float *restrict dh, float *restrict dc)
{
    EACH_LANES(n, lstm_backward_lanes, H, gates, c_prev, c, dh, dc);
}

static inline void gru_forward_lanes(size_t j, size_t m, size_t H, float *x, const float *h,
                                     const float *h_prev, float *out)
{
    const vf r = vsigmoid(get(x + j, m) + get(h + j, m));
    const vf z = vsigmoid(get(x + H + j, m) + get(h + H + j, m));
    const vf u = vtanh(get(x + 2 * H + j, m) + r * get(h + 2 * H + j, m));
    put(x + j, r, m);
    put(x + H + j, z, m);
    put(x + 2 * H + j, u, m);
    put(out + j, (1.0f - z) * u + z * get(h_prev + j, m), m);
}

static void gru_forward(size_t H, size_t n, float *restrict x, const float *restrict h,
                        const float *restrict h_prev, float *restrict out)
{
    EACH_LANES(n, gru_forward_lanes, H, x, h, h_prev, out);
}

static inline void gru_backward_lanes(size_t j, size_t m, size_t H, float *x, float *h,
                                      const float *h_prev, const float *dh, float *dh_prev)
{
    const vf r = get(x + j, m), z = get(x + H + j, m), u = get(x + 2 * H + j, m);
    const vf d = get(dh + j, m), hn = get(h + 2 * H + j, m);
    const vf dn = d * (1.0f - z) * (1.0f - u * u);
    const vf dz = d * (get(h_prev + j, m) - u) * z * (1.0f - z);
    const vf dr = dn * hn * r * (1.0f - r);
    put(x + j, dr, m);
    put(h + j, dr, m);
    put(x + H + j, dz, m);
    put(h + H + j, dz, m);
    put(x + 2 * H + j, dn, m);
    put(h + 2 * H + j, dn * r, m);
    put(dh_prev + j, get(dh_prev + j, m) + d * z, m);
}

static void gru_backward(size_t H, size_t n, float *restrict x, float *restrict h,
                         const float *restrict h_prev, const float *restrict dh,
                         float *restrict dh_prev)
{
    EACH_LANES(n, gru_backward_lanes, H, x, h, h_prev, dh, dh_prev);
}

static inline void cho_gates_forward_lanes(size_t j, size_t m, size_t H, float *gates,
                                           const float *h_prev, float *reset)
{
    const vf r = vsigmoid(get(gates + j, m));
    put(gates + j, r, m);
    put(gates + H + j, vsigmoid(get(gates + H + j, m)), m);
    put(reset + j, r * get(h_prev + j, m), m);
}

static void cho_gates_forward(size_t H, size_t n, float *restrict gates,
                              const float *restrict h_prev, float *restrict reset)
{
    EACH_LANES(n, cho_gates_forward_lanes, H, gates, h_prev, reset);
}

static inline void cho_forward_lanes(size_t j, size_t m, const float *z, float *a,
                                     const float *h_prev, float *out)
{
    const vf gate = get(z + j, m), u = vtanh(get(a + j, m));
    put(a + j, u, m);
    put(out + j, (1.0f - gate) * u + gate * get(h_prev + j, m), m);
}

static void cho_forward(size_t n, const float *restrict z, float *restrict a,
                        const float *restrict h_prev, float *restrict out)
{
    EACH_LANES(n, cho_forward_lanes, z, a, h_prev, out);
}

static inline void cho_backward_lanes(size_t j, size_t m, float *z, float *a, const float *h_prev,
                                      const float *dh, float *dh_prev)
{
    const vf gate = get(z + j, m), u = get(a + j, m), d = get(dh + j, m);
    put(a + j, d * (1.0f - gate) * (1.0f - u * u), m);
    put(z + j, d * (get(h_prev + j, m) - u) * gate * (1.0f - gate), m);
    put(dh_prev + j, get(dh_prev + j, m) + d * gate, m);
}

static void cho_backward(size_t n, float *restrict z, float *restrict a,
                         const float *restrict h_prev, const float *restrict dh,
                         float *restrict dh_prev)
{
    EACH_LANES(n, cho_backward_lanes, z, a, h_prev, dh, dh_prev);
}

static inline void cho_gates_backward_lanes(size_t j, size_t m, float *r, const float *h_prev,
                                            const float *dreset, float *dh_prev)
{
    const vf gate = get(r + j, m), d = get(dreset + j, m);
    put(r + j, d * get(h_prev + j, m) * gate * (1.0f - gate), m);
    put(dh_prev + j, get(dh_prev + j, m) + d * gate, m);
}

static void cho_gates_backward(size_t n, float *restrict r, const float *restrict h_prev,
                               const float *restrict dreset, float *restrict dh_prev)
{
    EACH_LANES(n, cho_gates_backward_lanes, r, h_prev, dreset, dh_prev);
}

static inline void tanh_forward_lanes(size_t j, size_t m, const float *a, float *h)
{
    put(h + j, vtanh(get(a + j, m)), m);
}

static void tanh_forward(size_t n, const float *restrict a, float *restrict h)
{
    EACH_LANES(n, tanh_forward_lanes, a, h);
}

static inline void tanh_backward_lanes(size_t j, size_t m, const float *h, const float *dh,
                                       float *da)
{
    const vf u = get(h + j, m);
    put(da + j, get(dh + j, m) * (1.0f - u * u), m);
}

static void tanh_backward(size_t n, const float *restrict h, const float *restrict dh,
                          float *restrict da)
{
    EACH_LANES(n, tanh_backward_lanes, h, dh, da);
}

static inline void relu_forward_lanes(size_t j, size_t m, const float *a, float *h)
{
    const vf v = get(a + j, m);
    put(h + j, blend(v <= 0.0f, splat(0.0f), v), m);
}

static void relu_forward(size_t n, const float *restrict a, float *restrict h)
{
    EACH_LANES(n, relu_forward_lanes, a, h);
}

static inline void relu_backward_lanes(size_t j, size_t m, const float *h, const float *dh,
                                       float *da)
{
    put(da + j, blend(get(h + j, m) <= 0.0f, splat(0.0f), get(dh + j, m)), m);
}

static void relu_backward(size_t n, const float *restrict h, const float *restrict dh,
                          float *restrict da)
{
    EACH_LANES(n, relu_backward_lanes, h, dh, da);
}
