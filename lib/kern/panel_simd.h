/* Tiles and packing of panel products (lib/kern/panel.h), written once over vectors of VW floats
 * and included by kern_simd.h. Needs TILE_ROWS, muladd() (a * b + c, rounded once) and
 * transpose8() (8 rows of 8 floats). */

enum { PANEL_WIDTH = 2 * VW };

/* Sums stay in registers: TILE_ROWS * 2 of them, two for the panel's row, one for the element of A.
 * Both counts are constants in every call, so that the loops over them unroll. */
static inline __attribute__((always_inline)) void
tile_sums(const size_t m, const size_t vectors, const struct panel_tile *t, vf sums[TILE_ROWS][2])
{
    const size_t a_row = t->a_row, a_col = t->a_col;
    const float *a = t->a, *b = t->panel;
#pragma GCC unroll 16
    for (size_t i = 0; i < m; i++)
        sums[i][0] = sums[i][1] = (vf){0};
    for (size_t p = t->k; p-- > 0;) {
        const vf b0 = load(b), b1 = vectors == 2 ? load(b + VW) : b0;
        __builtin_prefetch(b + 32 * PANEL_WIDTH);
        __builtin_prefetch(b + 32 * PANEL_WIDTH + VW);
#pragma GCC unroll 16
        for (size_t i = 0; i < m; i++) {
            const vf x = splat(a[i * a_row]);
            sums[i][0] = muladd(x, b0, sums[i][0]);
            if (vectors == 2)
                sums[i][1] = muladd(x, b1, sums[i][1]);
        }
        a += a_col;
        b += PANEL_WIDTH;
    }
}

/* The last columns of a matrix: what is not a whole vector goes through a buffer. */
static __attribute__((noinline)) void store_tile_part(size_t m, const struct panel_tile *t,
                                                      vf sums[TILE_ROWS][2])
{
    for (size_t i = 0; i < m; i++) {
        float *c = t->c + i * t->c_row, row[PANEL_WIDTH];
        memcpy(row, sums[i], sizeof row);
        for (size_t j = 0; j < t->n; j++)
            c[j] = row[j] + (t->bias != NULL ? t->bias[j] : 0.0f) + (t->add ? c[j] : 0.0f);
    }
}

static inline __attribute__((always_inline)) void compute_tile(const size_t m, const size_t vectors,
                                                               const struct panel_tile *t)
{
    vf sums[TILE_ROWS][2];
#pragma GCC unroll 16
    for (size_t i = 0; i < m; i++) { /* C is needed at the end, and may not be in the cache */
        __builtin_prefetch(t->c + i * t->c_row, 1);
        __builtin_prefetch(t->c + i * t->c_row + VW, 1);
    }
    tile_sums(m, vectors, t, sums);
    if (t->n < vectors * VW) {
        store_tile_part(m, t, sums);
        return;
    }
#pragma GCC unroll 16
    for (size_t i = 0; i < m; i++) {
#pragma GCC unroll 2
        for (size_t j = 0; j < vectors; j++) {
            float *c = t->c + i * t->c_row + j * VW;
            vf v = sums[i][j];
            if (t->bias != NULL)
                v += load(t->bias + j * VW);
            store(c, t->add ? v + load(c) : v);
        }
    }
}

#define TILE_OF(ROWS)                                                                              \
    static __attribute__((noinline)) void tile_narrow_##ROWS(const struct panel_tile *t)           \
    {                                                                                              \
        compute_tile(ROWS, 1, t);                                                                  \
    }                                                                                              \
    static __attribute__((noinline)) void tile_##ROWS(const struct panel_tile *t)                  \
    {                                                                                              \
        compute_tile(ROWS, 2, t);                                                                  \
    }

typedef void tile_function(const struct panel_tile *t);

TILE_OF(1)
TILE_OF(2)
TILE_OF(3)
TILE_OF(4)
TILE_OF(5)
TILE_OF(6)
#if TILE_ROWS == 12
TILE_OF(7)
TILE_OF(8)
TILE_OF(9)
TILE_OF(10)
TILE_OF(11)
TILE_OF(12)
#define TILES(name)                                                                                \
    NULL, name##1, name##2, name##3, name##4, name##5, name##6, name##7, name##8, name##9,         \
        name##10, name##11, name##12
#elif TILE_ROWS == 6
#define TILES(name) NULL, name##1, name##2, name##3, name##4, name##5, name##6
#else
#error "TILE_ROWS must be 6 or 12"
#endif

static void panel_tile(size_t m, const struct panel_tile *t)
{
    static tile_function *const wide[] = {TILES(tile_)}, *const narrow[] = {TILES(tile_narrow_)};
    (t->n > VW ? wide : narrow)[m](t);
}

static void panel_pack_rows(size_t k, size_t n, const float *b, size_t ldb, float *panel)
{
    for (size_t p = 0; p < k; p++, b += ldb, panel += PANEL_WIDTH) {
        if (n == PANEL_WIDTH) {
            store(panel, load(b));
            store(panel + VW, load(b + VW));
        } else {
            memset(panel, 0, PANEL_WIDTH * sizeof *panel);
            memcpy(panel, b, n * sizeof *panel);
        }
    }
}

static void panel_pack_transposed(size_t k, size_t n, const float *b, size_t ldb, float *panel)
{
    if (n < PANEL_WIDTH)
        memset(panel, 0, k * PANEL_WIDTH * sizeof *panel);
    size_t p = 0;
    for (; p + 8 <= k; p += 8)
        for (size_t j = 0; j + 8 <= n; j += 8)
            transpose8(b + j * ldb + p, ldb, panel + p * PANEL_WIDTH + j, PANEL_WIDTH);
    for (size_t j = n / 8 * 8; j < n; j++)
        for (size_t q = 0; q < p; q++)
            panel[q * PANEL_WIDTH + j] = b[j * ldb + q];
    for (size_t j = 0; j < n; j++)
        for (size_t q = p; q < k; q++)
            panel[q * PANEL_WIDTH + j] = b[j * ldb + q];
}

/* Moves whole vectors, the surplus of each overwritten by the next, up to the end of the matrix;
 * there, only what is left. */
static void panel_pack_tile(size_t k, size_t m, const float *a, size_t lda, float *out, float *sums)
{
    const size_t end = (k - 1) * lda + m;
    vf sum = sums != NULL ? load_part(sums, m) : (vf){0};
    size_t p = 0;
    for (; p * lda + VW <= end; p++) {
        const vf v = load(a + p * lda);
        store(out + p * TILE_ROWS, v);
        sum += v;
    }
    for (; p < k; p++) {
        memcpy(out + p * TILE_ROWS, a + p * lda, m * sizeof *out);
        sum += load_part(a + p * lda, m);
    }
    if (sums != NULL)
        store_part(sums, sum, m);
}

/* Lanes are added from the first to the last. */
static inline float add_lanes(vf v)
{
    float sum = 0.0f;
    for (size_t i = 0; i < VW; i++)
        sum += v[i];
    return sum;
}

/* sums[i] = w[i] x for R rows of k floats, `apart` from each other: R * 2 sums at once hide the
 * latency of muladd. Each row is fetched AHEAD of its use. */
static inline __attribute__((always_inline)) void dots_of(const size_t R, size_t k, const float *w,
                                                          size_t apart, const float *x, float *sums)
{
    enum { AHEAD = 1024, LINE = 16 }; /* floats */
    vf even[4] = {{0}}, odd[4] = {{0}};
    size_t p = 0;
    for (; p + 2 * VW <= k; p += 2 * VW) {
        const vf x0 = load(x + p), x1 = load(x + p + VW);
#pragma GCC unroll 4
        for (size_t i = 0; i < R; i++) {
            const float *row = w + i * apart + p;
            even[i] = muladd(load(row), x0, even[i]);
            odd[i] = muladd(load(row + VW), x1, odd[i]);
            for (size_t line = 0; line < 2 * VW; line += LINE)
                __builtin_prefetch(row + AHEAD + line);
        }
    }
    for (size_t i = 0; i < R; i++)
        sums[i] = add_lanes(even[i] + odd[i]);
    for (; p < k; p++)
        for (size_t i = 0; i < R; i++)
            sums[i] += w[i * apart + p] * x[p];
}

/* Four rows at once, a quarter of all rows apart, so that memory is read as four long streams: 1.5
 * times as fast as row after row. */
static void panel_dots(size_t n, size_t k, const float *w, const float *x, const float *bias,
                       bool add, float *y)
{
    const size_t quarter = n / 4;
    float sums[4];
    for (size_t r = 0; r < quarter; r++) {
        dots_of(4, k, w + r * k, quarter * k, x, sums);
        for (size_t i = 0, at = r; i < 4; i++, at += quarter)
            y[at] = sums[i] + (bias != NULL ? bias[at] : 0.0f) + (add ? y[at] : 0.0f);
    }
    for (size_t r = 4 * quarter; r < n; r++) {
        dots_of(1, k, w + r * k, 0, x, sums);
        y[r] = sums[0] + (bias != NULL ? bias[r] : 0.0f) + (add ? y[r] : 0.0f);
    }
}

static const struct panel_ops panels = {
    .tile_rows = TILE_ROWS,
    .width = PANEL_WIDTH,
    .tile = panel_tile,
    .pack = panel_pack_rows,
    .pack_transposed = panel_pack_transposed,
    .pack_tile = panel_pack_tile,
    .dots = panel_dots,
};
