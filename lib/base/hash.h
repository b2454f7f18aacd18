/* 64-bit checksums and fingerprints: XXH3 from libxxhash. Not cryptographic: it finds damage,
 * not malice. */
#ifndef PTBLM_BASE_HASH_H
#define PTBLM_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

#include "lib/base/err.h"

/* The hash of a block in memory. */
uint64_t hash_bytes(const void *bytes, size_t n);

/* The same under a seed, for hash tables. Not for what is kept in files. */
uint64_t hash_seeded(const void *bytes, size_t n, uint64_t seed);

/* hash_seeded of 16 bytes, which is quicker. */
uint64_t hash_seeded_16(const void *bytes, uint64_t seed);

/* A seed that differs between processes, so that nobody can prepare a text whose words all fall
 * into one bucket of a table. No result may depend on it. */
uint64_t hash_seed(void);

/* hash_bytes of a stream: the digest depends only on the bytes, not on how they were split. */
struct hash;
enum status hash_new(struct hash **h, struct err *err);
void hash_add(struct hash *h, const void *bytes, size_t n);
uint64_t hash_digest(const struct hash *h);
void hash_free(struct hash *h);

/* A hash as 16 lower-case hexadecimal digits; JSON numbers have 53 bits. */
enum { HASH_DIGITS = 16 };
struct hash_hex {
    char text[HASH_DIGITS + 1];
};
struct hash_hex hash_hex(uint64_t hash);

#endif
