/* Kinds of ASCII characters, whatever the locale. */
#ifndef PTBLM_BASE_ASCII_H
#define PTBLM_BASE_ASCII_H

#include <endian.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* White space: blank, tab, line feed, vertical tab, form feed, carriage return. */
static inline bool ascii_is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static inline bool ascii_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* A byte of 1, and the high bit, in each of eight bytes. */
#define ASCII_ONES  UINT64_C(0x0101010101010101)
#define ASCII_HIGHS (0x80 * ASCII_ONES)

/* Bit i is set where bytes[i] is white space, for eight bytes at once. Adding 0x80 - n to a byte
 * below 0x80 sets its high bit where the byte is n or more, and never reaches the next byte. */
static inline uint64_t ascii_find_eight_spaces(const char *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    word = le64toh(word);
    const uint64_t low = word & ~ASCII_HIGHS;
    const uint64_t from_tab = low + (0x80 - '\t') * ASCII_ONES,
                   after_cr = low + (0x7f - '\r') * ASCII_ONES;
    const uint64_t no_space = (low ^ ' ' * ASCII_ONES) + 0x7f * ASCII_ONES;
    const uint64_t spaces = ((from_tab & ~after_cr) | ~no_space) & ~word & ASCII_HIGHS;
    /* bit 8 i + 7 to bit 56 + i */
    return (spaces >> 7) * UINT64_C(0x0102040810204080) >> 56;
}

/* The same of up to 64 bytes; what follows them counts as white space. */
static inline uint64_t ascii_find_spaces(const char *bytes, size_t len)
{
    uint64_t spaces = 0;
    size_t n = len < 64 ? len : 64, i = 0;
    for (; n - i >= 8; i += 8)
        spaces |= ascii_find_eight_spaces(bytes + i) << i;
    for (; i < n; i++)
        spaces |= (uint64_t)ascii_is_space(bytes[i]) << i;
    return n < 64 ? spaces | UINT64_MAX << n : spaces;
}

#endif
