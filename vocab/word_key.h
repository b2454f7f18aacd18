/* What a word is looked up by: 16 bytes that say all about a word of up to 16 bytes, so that it is
 * compared without touching its letters again, and a hash of them. vocab.c alone includes this. */
#ifndef PTBLM_VOCAB_WORD_KEY_H
#define PTBLM_VOCAB_WORD_KEY_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "lib/base/hash.h"

enum { WORD_KEY_EXACT = 16 }; /* up to this length, words with equal keys are equal */

struct word_key {
    uint64_t lo, hi;
    uint32_t len, hash;
};

static inline uint64_t word_key_eight(const char *bytes)
{
    uint64_t eight;
    memcpy(&eight, bytes, sizeof eight);
    return eight;
}

static inline uint64_t word_key_pair(const char *bytes)
{
    uint16_t pair;
    memcpy(&pair, bytes, sizeof pair);
    return pair;
}

/* Two multiplications, each with its high half brought down: every bit of the key reaches every bit
 * of the hash. The factors are odd and of no pattern (XXH3's and splitmix64's). */
static inline uint32_t word_key_mix(uint64_t lo, uint64_t hi, uint64_t len)
{
    uint64_t h = (lo + len) * UINT64_C(0x9FB21C651E98DF25);
    h = (h ^ h >> 32 ^ hi) * UINT64_C(0xBF58476D1CE4E5B9);
    return (uint32_t)(h ^ h >> 32);
}

/* All bytes of a word of 2 to 7: four pairs that overlap where need be. */
static inline uint64_t word_key_short(const char *word, size_t len)
{
    const char *middle = word + len / 2 - 1;
    return word_key_pair(word) | word_key_pair(middle) << 16 |
           word_key_pair(middle + len % 2) << 32 | word_key_pair(word + len - 2) << 48;
}

/* All bytes of a word of up to 16, the hash of a longer one. Nothing beyond the word is read. There
 * are few cases, for the lengths of words are hard to foretell. */
static inline struct word_key word_key_of(const char *word, size_t len)
{
    struct word_key k = {.len = (uint32_t)len};
    if (len > WORD_KEY_EXACT) {
        k.lo = hash_bytes(word, len);
    } else if (len >= 8) {
        k.lo = word_key_eight(word);
        k.hi = word_key_eight(word + len - 8);
    } else if (len >= 2) {
        k.lo = word_key_short(word, len);
    } else if (len == 1) {
        k.lo = (unsigned char)word[0];
    }
    k.hash = word_key_mix(k.lo, k.hi, len);
    return k;
}

#endif
