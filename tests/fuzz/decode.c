/* Compressed data: decoded in large steps and in small ones, which must give the same. */
#include <string.h>

#include "corpora/compress/codecs.h"
#include "corpora/compress/decoder.h"
#include "lib/base/hash.h"
#include "tests/fuzz/fuzz.h"

/* Of a bomb no more is decoded: in large steps, two of the reader's buffers. */
enum { LARGE = 1 << 16, LARGE_MOST = 2 * LARGE, SMALL = 61, SMALL_MOST = 1 << 12 };

struct decoded {
    bool accepted;
    size_t len;
    uint64_t hash;
};

static struct decoded decode(const struct codec *codec, const uint8_t *data, size_t size,
                             size_t step, size_t most)
{
    static unsigned char bytes[LARGE];
    struct err err = {0};
    struct stream *below, *s;
    struct hash *hash;
    struct decoded d = {.accepted = true};
    FUZZ_REQUIRE(hash_new(&hash, &err) == ST_OK);
    FUZZ_REQUIRE(stream_open_memory(&below, data, size, &err) == ST_OK);
    FUZZ_REQUIRE(decoder_open(&s, below, codec, "fuzz", &err) == ST_OK);
    for (size_t got = 1; got > 0 && d.len < most;) {
        const size_t cap = step < most - d.len ? step : most - d.len;
        d.accepted = fuzz_accepted(stream_read(s, bytes, cap, &got, &err), ST_INPUT, &err);
        if (!d.accepted)
            break;
        FUZZ_REQUIRE(got <= cap);
        hash_add(hash, bytes, got);
        d.len += got;
    }
    d.hash = hash_digest(hash);
    hash_free(hash);
    stream_close(s);
    return d;
}

int fuzz_decode(const char *name, const uint8_t *data, size_t size)
{
    const struct codec *codec = codecs_find(name);
    FUZZ_REQUIRE(codec != NULL);
    const struct decoded large = decode(codec, data, size, LARGE, LARGE_MOST);
    const struct decoded small = decode(codec, data, size, SMALL, SMALL_MOST);
    if (large.len == LARGE_MOST || small.len == SMALL_MOST)
        return 0; /* what is behind was not looked at by both */
    FUZZ_REQUIRE(large.accepted == small.accepted);
    if (large.accepted) /* what comes before an error may differ */
        FUZZ_REQUIRE(large.len == small.len && large.hash == small.hash);
    return 0;
}
