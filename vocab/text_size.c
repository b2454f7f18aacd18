#include "vocab/text_size.h"

#include <endian.h>
#include <string.h>

#define ONES  UINT64_C(0x0101010101010101)
#define HIGHS (0x80 * ONES)

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

void text_size_add(struct text_size *s, const char *bytes, size_t len, bool ends_line)
{
    uint64_t words = 0, continued = 0, before = 0x80; /* the last byte before was a blank */
    for (size_t i = 0; i < len; i += 8) {
        const size_t n = len - i < 8 ? len - i : 8;
        uint64_t eight = ' ' * ONES; /* after the line, too */
        memcpy(&eight, bytes + i, n);
        eight = le64toh(eight);
        const uint64_t blanks = find_blanks(eight);
        words += count_high_bits(~blanks & HIGHS & (blanks << 8 | before));
        before = blanks >> 56;
        continued += count_high_bits(find_continued(eight));
    }
    s->words += words + ends_line;
    s->characters += len - continued + ends_line;
}
