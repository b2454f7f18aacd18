#include "lib/base/rng.h"

#include <math.h>

void rng_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4])
{
    uint32_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
    uint32_t k0 = key[0], k1 = key[1];
    for (int round = 0; round < 10; round++) {
        const uint64_t p0 = UINT64_C(0xD2511F53) * c0;
        const uint64_t p1 = UINT64_C(0xCD9E8D57) * c2;
        const uint32_t n0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
        const uint32_t n2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
        c0 = n0;
        c1 = (uint32_t)p1;
        c2 = n2;
        c3 = (uint32_t)p0;
        k0 += UINT32_C(0x9E3779B9); /* the Weyl sequence of the paper's section 3.3 */
        k1 += UINT32_C(0xBB67AE85);
    }
    out[0] = c0;
    out[1] = c1;
    out[2] = c2;
    out[3] = c3;
}

void rng_block(uint64_t seed, uint32_t stream, uint64_t block, uint32_t out[4])
{
    const uint32_t key[2] = {(uint32_t)seed, (uint32_t)(seed >> 32)};
    const uint32_t counter[4] = {(uint32_t)block, (uint32_t)(block >> 32), stream, 0};
    rng_philox(counter, key, out);
}

void rng_init(struct rng *r, uint64_t seed, uint32_t stream)
{
    *r = (struct rng){.seed = seed, .stream = stream};
}

uint32_t rng_next(struct rng *r)
{
    const unsigned lane = (unsigned)(r->position % 4);
    if (lane == 0)
        rng_block(r->seed, r->stream, r->position / 4, r->cache);
    r->position++;
    return r->cache[lane];
}

double rng_uniform(struct rng *r)
{
    const uint64_t high = rng_next(r), low = rng_next(r);
    return (double)((high << 32 | low) >> 11) * 0x1p-53;
}

/* Of the 64-bit numbers, those above the largest multiple of n are drawn
 * again. */
uint64_t rng_below(struct rng *r, uint64_t n)
{
    const uint64_t excess = (UINT64_MAX % n + 1) % n;
    uint64_t x;
    do {
        x = (uint64_t)rng_next(r) << 32;
        x |= rng_next(r);
    } while (x > UINT64_MAX - excess);
    return x % n;
}

double rng_normal(struct rng *r)
{
    static const double two_pi = 6.283185307179586;
    const double u = 1.0 - rng_uniform(r), v = rng_uniform(r); /* u is not 0 */
    return sqrt(-2.0 * log(u)) * cos(two_pi * v);
}

void rng_fill_uniform(uint64_t seed, uint32_t stream, float *out, size_t n, float lo, float hi)
{
    for (size_t i = 0; i < n; i += 4) {
        uint32_t bits[4];
        rng_block(seed, stream, i / 4, bits);
        for (size_t j = 0; j < 4 && i + j < n; j++)
            out[i + j] = lo + (hi - lo) * rng_unit_float(bits[j]);
    }
}
