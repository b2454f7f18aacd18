#include "vocab/text_size.h"

#include <endian.h>
#include <stdbool.h>
#include <string.h>

#define ONES  UINT64_C(0x0101010101010101)
#define HIGHS (0x80 * ONES)

enum { BLOCK = 64 };

/* The high bit of each of eight bytes that is ASCII white space (as in tokenizer_words.c). */
static uint64_t find_blanks(uint64_t eight)
{
    const uint64_t low = eight & ~HIGHS;
    const uint64_t from_tab = low + (0x80 - '\t') * ONES, after_cr = low + (0x7f - '\r') * ONES;
    const uint64_t no_space = (low ^ ' ' * ONES) + 0x7f * ONES;
    return ((from_tab & ~after_cr) | ~no_space) & ~eight & HIGHS;
}

/* The high bit of each that goes on with a character: its own is set, and the next one is not. */
static uint64_t find_continued(uint64_t eight)
{
    return eight & ~(eight << 1) & HIGHS;
}

static uint64_t count_high_bits(uint64_t highs)
{
    return (highs >> 7) * ONES >> 56;
}

/* The next eight bytes of a piece from i on, blanks after its end. */
static uint64_t load(const char *bytes, size_t i, size_t len)
{
    uint64_t eight = ' ' * ONES;
    if (len - i >= 8)
        memcpy(&eight, bytes + i, 8);
    else
        memcpy(&eight, bytes + i, len - i);
    return le64toh(eight);
}

uint64_t text_size_words(const char *bytes, size_t len)
{
    uint64_t words = 0, before = 0x80; /* the last byte before was a blank */
    for (size_t i = 0; i < len; i += 8) {
        const uint64_t blanks = find_blanks(load(bytes, i, len));
        words += count_high_bits(~blanks & HIGHS & (blanks << 8 | before));
        before = blanks >> 56;
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
    return (any & HIGHS) == 0;
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
