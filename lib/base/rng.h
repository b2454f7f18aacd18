/* Random numbers from a counter: Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as
 * 1, 2, 3", SC'11). A number depends only on seed, stream and position, so it is the same for any
 * number of threads and after a resumed run. */
#ifndef PTBLM_BASE_RNG_H
#define PTBLM_BASE_RNG_H

#include <stddef.h>
#include <stdint.h>

/* One stream per purpose; a purpose that needs several adds an index in the low bits. */
enum rng_stream {
    RNG_INIT = 1 << 16,
    RNG_DROPOUT = 2 << 16,
    RNG_SAMPLE = 3 << 16,
    RNG_CORPUS = 4 << 16,
    RNG_HASH = 5 << 16,
    RNG_TEST = 6 << 16,
    RNG_DOCUMENTS = 7 << 16,
    RNG_EXAMPLES = 8 << 16,
    RNG_PIXELS = 9 << 16,
    RNG_CHRONO = 10 << 16,
    RNG_LOCKED = 11 << 16,
    RNG_DROP_WORDS = 12 << 16,
    RNG_DROP_STATE = 13 << 16,
    RNG_DROP_WEIGHTS = 14 << 16,
    RNG_STREAMS = 15 << 16,
    RNG_WINDOWS = 16 << 16,
    RNG_ZERO_STATE = 17 << 16,
};

/* The block function: 128 random bits for a 128-bit counter under a 64-bit key. */
void rng_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]);

/* The four numbers of block `block` of a stream; number i of the stream is entry i % 4 of block
 * i / 4. */
void rng_block(uint64_t seed, uint32_t stream, uint64_t block, uint32_t out[4]);

/* A sequential reader of one stream. */
struct rng {
    uint64_t seed;
    uint64_t position; /* numbers used so far */
    uint32_t stream;
    uint32_t cache[4];
};

void rng_init(struct rng *r, uint64_t seed, uint32_t stream);
uint32_t rng_next(struct rng *r);

/* Uniform in [0, 1) with 53 random bits; uses two numbers. */
double rng_uniform(struct rng *r);

/* Uniform in [0, n), n >= 1, every number exactly equally likely. */
uint64_t rng_below(struct rng *r, uint64_t n);

/* Normal, of mean 0 and deviation 1 (Box and Muller 1958); uses four numbers. */
double rng_normal(struct rng *r);

/* 32 random bits as a float in [0, 1), the 24 high bits used. */
static inline float rng_unit_float(uint32_t bits)
{
    return (float)(bits >> 8) * 0x1p-24f;
}

/* out[i] = lo + (hi - lo) * u, u uniform in [0, 1), from the first n numbers of the stream. */
void rng_fill_uniform(uint64_t seed, uint32_t stream, float *out, size_t n, float lo, float hi);

#endif
