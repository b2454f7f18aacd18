/* The pointwise parts of the recurrent cells over vectors; part of kern_simd.h. */

/* Each is written for m lanes at position j and applied by EACH_LANES: to whole vectors, then to
 * what is left. m is constant in all but the last call, so that loads and stores are whole
 * vectors. */
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

static inline void lstm_capped_forward_lanes(size_t j, size_t m, size_t H, float *gates,
                                             const float *c_prev, float *c, float *h)
{
    float *gi = gates + j, *gf = gi + H, *gg = gf + H, *go = gg + H;
    const vf i = vsigmoid(get(gi, m)), f = vsigmoid(get(gf, m));
    const vf g = vtanh(get(gg, m)), o = vsigmoid(get(go, m)), room = 1.0f - f;
    const vf now = f * get(c_prev + j, m) + blend(i > room, room, i) * g;
    put(gi, i, m);
    put(gf, f, m);
    put(gg, g, m);
    put(go, o, m);
    put(c + j, now, m);
    put(h + j, o * vtanh(now), m);
}

static void lstm_capped_forward(size_t H, size_t n, float *restrict gates,
                                const float *restrict c_prev, float *restrict c, float *restrict h)
{
    EACH_LANES(n, lstm_capped_forward_lanes, H, gates, c_prev, c, h);
}

static inline void lstm_capped_backward_lanes(size_t j, size_t m, size_t H, float *gates,
                                              const float *c_prev, const float *c, const float *dh,
                                              float *dc)
{
    float *gi = gates + j, *gf = gi + H, *gg = gf + H, *go = gg + H;
    const vf i = get(gi, m), f = get(gf, m), g = get(gg, m), o = get(go, m);
    const vf to_h = get(dh + j, m), u = vtanh(get(c + j, m)), room = 1.0f - f;
    const vf d = get(dc + j, m) + to_h * o * (1.0f - u * u), zero = splat(0.0f);
    put(gi, d * blend(i > room, zero, g * i * (1.0f - i)), m);
    put(gf, d * (get(c_prev + j, m) - blend(i > room, g, zero)) * f * (1.0f - f), m);
    put(gg, d * blend(i > room, room, i) * (1.0f - g * g), m);
    put(go, to_h * u * o * (1.0f - o), m);
    put(dc + j, d * f, m);
}

static void lstm_capped_backward(size_t H, size_t n, float *restrict gates,
                                 const float *restrict c_prev, const float *restrict c,
                                 const float *restrict dh, float *restrict dc)
{
    EACH_LANES(n, lstm_capped_backward_lanes, H, gates, c_prev, c, dh, dc);
}

static inline void gru_forward_lanes(size_t j, size_t m, size_t H, float *rz, float *a, float *q,
                                     const float *b, const float *h_prev, float *out)
{
    const vf r = vsigmoid(get(rz + j, m)), z = vsigmoid(get(rz + H + j, m));
    const vf product = get(q + j, m) + get(b + j, m);
    const vf u = vtanh(get(a + j, m) + r * product);
    put(rz + j, r, m);
    put(rz + H + j, z, m);
    put(a + j, u, m);
    put(q + j, product, m);
    put(out + j, (1.0f - z) * u + z * get(h_prev + j, m), m);
}

static void gru_forward(size_t H, size_t n, float *restrict rz, float *restrict a,
                        float *restrict q, const float *restrict b, const float *restrict h_prev,
                        float *restrict out)
{
    EACH_LANES(n, gru_forward_lanes, H, rz, a, q, b, h_prev, out);
}

static inline void gru_backward_lanes(size_t j, size_t m, size_t H, float *rz, float *a, float *q,
                                      const float *h_prev, const float *dh, float *dh_prev)
{
    const vf r = get(rz + j, m), z = get(rz + H + j, m), u = get(a + j, m), d = get(dh + j, m);
    const vf dn = d * (1.0f - z) * (1.0f - u * u);
    put(rz + j, dn * get(q + j, m) * r * (1.0f - r), m);
    put(rz + H + j, d * (get(h_prev + j, m) - u) * z * (1.0f - z), m);
    put(a + j, dn, m);
    put(q + j, dn * r, m);
    put(dh_prev + j, get(dh_prev + j, m) + d * z, m);
}

static void gru_backward(size_t H, size_t n, float *restrict rz, float *restrict a,
                         float *restrict q, const float *restrict h_prev, const float *restrict dh,
                         float *restrict dh_prev)
{
    EACH_LANES(n, gru_backward_lanes, H, rz, a, q, h_prev, dh, dh_prev);
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

static inline void tanh_forward_lanes(size_t j, size_t m, float *x)
{
    put(x + j, vtanh(get(x + j, m)), m);
}

static void tanh_forward(size_t n, float *x)
{
    EACH_LANES(n, tanh_forward_lanes, x);
}

static inline void tanh_backward_lanes(size_t j, size_t m, const float *h, float *d)
{
    const vf u = get(h + j, m);
    put(d + j, get(d + j, m) * (1.0f - u * u), m);
}

static void tanh_backward(size_t n, const float *restrict h, float *restrict d)
{
    EACH_LANES(n, tanh_backward_lanes, h, d);
}

static inline void relu_forward_lanes(size_t j, size_t m, float *x)
{
    const vf v = get(x + j, m);
    put(x + j, blend(v <= 0.0f, splat(0.0f), v), m);
}

static void relu_forward(size_t n, float *x)
{
    EACH_LANES(n, relu_forward_lanes, x);
}

static inline void relu_backward_lanes(size_t j, size_t m, const float *h, float *d)
{
    put(d + j, get(d + j, m) * blend(get(h + j, m) <= 0.0f, splat(0.0f), splat(1.0f)), m);
}

static void relu_backward(size_t n, const float *restrict h, float *restrict d)
{
    EACH_LANES(n, relu_backward_lanes, h, d);
}
