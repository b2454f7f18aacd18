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

static uint64_t count_high_bits(uint64_t highs)
{
    return (highs >> 7) * ASCII_ONES >> 56;
}

/* The next eight bytes of a piece from i on, zeros after its end. */
static uint64_t load(const char *bytes, size_t i, size_t len)
{
    uint64_t eight = 0;
    if (len - i >= 8)
        memcpy(&eight, bytes + i, 8);
    else
        memcpy(&eight, bytes + i, len - i);
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

/* Most text is ASCII, which a few instructions for 64 bytes tell. */
static bool is_ascii(const char *bytes)
{
    uint64_t any = 0, eight;
    for (size_t i = 0; i < BLOCK; i += 8) {
        memcpy(&eight, bytes + i, 8);
        any |= eight;
    }
    return (any & ASCII_HIGHS) == 0;
}

uint64_t text_size_characters(const char *bytes, size_t len)
{
    uint64_t continued = 0;
    for (size_t i = 0; i < len;) {
        if (len - i >= BLOCK && is_ascii(bytes + i)) {
            i += BLOCK;
            continue;
        }
        continued += count_high_bits(find_continued(load(bytes, i, len)));
        i += 8;
    }
    return len - continued;
}
