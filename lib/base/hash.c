#include "lib/base/hash.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <xxhash.h>

#include "config.h"
#include "lib/base/mem.h"
#include "lib/base/rng.h"

#ifdef HAVE_XXH_DISPATCH
#include <xxh_x86dispatch.h> /* puts its functions in the place of those used here */
#endif

struct hash {
    XXH3_state_t *state;
};

uint64_t hash_bytes(const void *bytes, size_t n)
{
    return XXH3_64bits(bytes, n);
}

uint64_t hash_seeded(const void *bytes, size_t n, uint64_t seed)
{
    return XXH3_64bits_withSeed(bytes, n, seed);
}

/* The kernel hands 16 random bytes to every process; no system call is needed to read them. They
 * also guard the stack, so only what Philox makes of them is used. */
uint64_t hash_seed(void)
{
    uint64_t secret = 0;
    const void *random = (const void *)getauxval(AT_RANDOM);
    if (random != NULL)
        memcpy(&secret, random, sizeof secret);
    uint32_t out[4];
    rng_block(secret, RNG_HASH, 0, out);
    return (uint64_t)out[0] << 32 | out[1];
}

enum status hash_new(struct hash **h, struct err *err)
{
    struct hash *made = mem_zeroed(1, sizeof *made, err);
    if (made == NULL)
        return ST_NOMEM;
    made->state = XXH3_createState();
    if (made->state == NULL) {
        mem_free(made);
        return err_set(err, ST_NOMEM, "out of memory: cannot allocate a hash state");
    }
    XXH3_64bits_reset(made->state);
    *h = made;
    return ST_OK;
}

void hash_add(struct hash *h, const void *bytes, size_t n)
{
    if (n > 0)
        XXH3_64bits_update(h->state, bytes, n);
}

uint64_t hash_digest(const struct hash *h)
{
    return XXH3_64bits_digest(h->state);
}

void hash_free(struct hash *h)
{
    if (h == NULL)
        return;
    XXH3_freeState(h->state);
    mem_free(h);
}

struct hash_hex hash_hex(uint64_t hash)
{
    struct hash_hex h;
    snprintf(h.text, sizeof h.text, "%016" PRIx64, hash);
    return h;
}

/* The same hash without a call into the library, for all of a short string that there is to hash
 * would be done twice over on the way there. Included last: it takes the names of the above. */
#define XXH_INLINE_ALL
#include <xxhash.h>

uint64_t hash_seeded_16(const void *bytes, uint64_t seed)
{
    return XXH3_64bits_withSeed(bytes, 16, seed);
}
