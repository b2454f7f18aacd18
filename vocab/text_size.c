#include "vocab/text_size.h"

#include <endian.h>
#include <stdbool.h>
#include <string.h>

#include "lib/base/ascii.h"

enum { BLOCK = 64 };

/* The high bit of each that goes on with a character: its own is set, and the next one is not. */
static uint64_t find_continued(uint64_t eight)
{
    return eight & ~(eight << 1) & ASCII_HIGHS;
}

/* The sum of eight bytes, up to 255. */
static uint64_t sum_bytes(uint64_t eight)
{
    return eight * ASCII_ONES >> 56;
}

static uint64_t load(const char *bytes)
{
    uint64_t eight;
    memcpy(&eight, bytes, 8);
    return le64toh(eight);
}

/* n < 8 bytes, and zeros after them. */
static uint64_t load_last(const char *bytes, size_t n)
{
    uint64_t eight = 0;
    memcpy(&eight, bytes, n);
    return le64toh(eight);
}

uint64_t text_size_words(const char *bytes, size_t len)
{
    uint64_t words = 0, was_space = 1;
    for (size_t at = 0; at < len; at += 64) {
        const uint64_t spaces = ascii_find_spaces(bytes + at, len - at);
        words += (uint64_t)__builtin_popcountll(~spaces & (spaces << 1 | was_space));
        was_space = spaces >> 63;
    }
    return words;
}

/* Most text is ASCII, which a few instructions for a block tell. Of a length that is no multiple of
 * 8 some bytes are looked at twice. len >= 8 */
static inline bool is_ascii(const char *bytes, size_t len)
{
    uint64_t any = load(bytes + len - 8);
    for (size_t i = 0; i + 8 < len; i += 8)
        any |= load(bytes + i);
    return (any & ASCII_HIGHS) == 0;
}

static uint64_t count_continued(const char *bytes, size_t len)
{
    uint64_t continued = 0;
    size_t i = 0;
    for (; len - i >= 8; i += 8)
        continued += sum_bytes(find_continued(load(bytes + i)) >> 7);
    return continued + sum_bytes(find_continued(load_last(bytes + i, len - i)) >> 7);
}

uint64_t text_size_characters(const char *bytes, size_t len)
{
    uint64_t continued = 0;
    size_t i = 0;
    for (; len - i >= BLOCK; i += BLOCK)
        if (!is_ascii(bytes + i, BLOCK))
            continued += count_continued(bytes + i, BLOCK);
    if (len - i < 8 || !is_ascii(bytes + i, len - i))
        continued += count_continued(bytes + i, len - i);
    return len - continued;
}
