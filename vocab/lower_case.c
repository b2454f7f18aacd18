#include "vocab/lower_case.h"

#include <stdint.h>

#include "lib/base/utf8.h"

/* Every `step`-th code point of [first, last] is upper case; its lower case is `delta` further. */
static const struct lower_range {
    uint16_t first, last;
    int16_t step, delta;
} lower_ranges[] = {
    {0x00c0, 0x00d6, 1, 32},   {0x00d8, 0x00de, 1, 32}, {0x0100, 0x012e, 2, 1},
    {0x0132, 0x0136, 2, 1},    {0x0139, 0x0147, 2, 1},  {0x014a, 0x0176, 2, 1},
    {0x0178, 0x0178, 1, -121}, {0x0179, 0x017d, 2, 1},  {0x01a0, 0x01a4, 2, 1},
    {0x01af, 0x01af, 1, 1},    {0x01cd, 0x01db, 2, 1},  {0x01de, 0x01ee, 2, 1},
    {0x01f8, 0x021e, 2, 1},    {0x0222, 0x0232, 2, 1},  {0x0246, 0x024e, 2, 1},
    {0x0386, 0x0386, 1, 38},   {0x0388, 0x038a, 1, 37}, {0x038c, 0x038c, 1, 64},
    {0x038e, 0x038f, 1, 63},   {0x0391, 0x03a1, 1, 32}, {0x03a3, 0x03ab, 1, 32},
    {0x0400, 0x040f, 1, 80},   {0x0410, 0x042f, 1, 32}, {0x0460, 0x0480, 2, 1},
    {0x048a, 0x04be, 2, 1},    {0x04c0, 0x04c0, 1, 15}, {0x04c1, 0x04cd, 2, 1},
    {0x04d0, 0x052e, 2, 1},    {0x0531, 0x0556, 1, 48}, {0x1e00, 0x1e94, 2, 1},
    {0x1ea0, 0x1efe, 2, 1},
};

static uint32_t lower(uint32_t code)
{
    for (size_t i = 0; i < sizeof lower_ranges / sizeof lower_ranges[0]; i++) {
        const struct lower_range *r = &lower_ranges[i];
        if (code < r->first)
            break;
        if (code <= r->last)
            return (code - r->first) % (uint32_t)r->step == 0 ? code + (uint32_t)r->delta : code;
    }
    return code;
}

/* Writes a code point over a character of the same length, 2 or 3 bytes. */
static void put(char *bytes, size_t n, uint32_t code)
{
    for (size_t i = n; i-- > 1; code >>= 6)
        bytes[i] = (char)(0x80 | (code & 0x3f));
    bytes[0] = (char)((n == 2 ? 0xc0 : 0xe0) | code);
}

static uint32_t upper(uint32_t code)
{
    for (size_t i = 0; i < sizeof lower_ranges / sizeof lower_ranges[0]; i++) {
        const uint32_t from = code - (uint32_t)lower_ranges[i].delta;
        if (from >= lower_ranges[i].first && from <= lower_ranges[i].last && lower(from) == code &&
            from != code)
            return from;
    }
    return code;
}

static inline void change_case(char *bytes, size_t len, char first, char last, int shift,
                               uint32_t (*beyond)(uint32_t code))
{
    size_t i = 0;
    while (i < len) {
        if ((unsigned char)bytes[i] < 0x80) {
            if (bytes[i] >= first && bytes[i] <= last)
                bytes[i] = (char)(bytes[i] + shift);
            i++;
            continue;
        }
        uint32_t code;
        const size_t n = utf8_next(bytes + i, len - i, &code);
        if ((n == 2 || n == 3) && beyond(code) != code)
            put(bytes + i, n, beyond(code));
        i += n;
    }
}

void lower_case(char *bytes, size_t len)
{
    change_case(bytes, len, 'A', 'Z', 'a' - 'A', lower);
}

void upper_case(char *bytes, size_t len)
{
    change_case(bytes, len, 'a', 'z', 'A' - 'a', upper);
}
