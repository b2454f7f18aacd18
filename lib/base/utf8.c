#include "lib/base/utf8.h"

#include <string.h>

/* The second byte has a narrower range after four of the leads; that shuts out overlong forms (E0,
 * F0), surrogates (ED) and what is above U+10FFFF (F4). */
static inline bool second_fits(unsigned char lead, unsigned char second)
{
    const unsigned char lo = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    const unsigned char hi = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    return second >= lo && second <= hi;
}

/* Length and code point of the character at the start of s[0..n), n >= 1; 0 if there is none. */
static inline size_t decode(const unsigned char *s, size_t n, uint32_t *code)
{
    *code = s[0];
    if (s[0] < 0x80)
        return 1;
    if (s[0] < 0xE0) {
        if (s[0] < 0xC2 || n < 2 || !utf8_continues((char)s[1]))
            return 0;
        *code = (s[0] & 0x1FU) << 6 | (s[1] & 0x3FU);
        return 2;
    }
    const size_t len = s[0] < 0xF0 ? 3 : 4;
    if (s[0] > 0xF4 || n < len || !second_fits(s[0], s[1]) || !utf8_continues((char)s[2]))
        return 0;
    *code = (s[0] & 0x0FU) << 12 | (s[1] & 0x3FU) << 6 | (s[2] & 0x3FU);
    if (len == 3)
        return 3;
    *code = *code << 6 | (s[3] & 0x3FU);
    return utf8_continues((char)s[3]) ? 4 : 0;
}

size_t utf8_next(const char *bytes, size_t n, uint32_t *code)
{
    const size_t len = decode((const unsigned char *)bytes, n, code);
    if (len > 0)
        return len;
    *code = UTF8_BAD;
    return 1;
}

/* Of a character that is not NUL, else 0. */
static inline size_t text_length(const unsigned char *s, size_t n)
{
    uint32_t code;
    return s[0] == 0 ? 0 : decode(s, n, &code);
}

/* True if all bytes of some words of eight are 0x01..0x7F: subtracting one borrows into the high
 * bit of a zero byte and of no other below 0x81. */
static bool are_ascii(const unsigned char *s, size_t words)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), highs = ones << 7;
    uint64_t seen = 0;
    for (size_t i = 0; i < words; i++) {
        uint64_t word;
        memcpy(&word, s + i * sizeof word, sizeof word);
        seen |= word | (word - ones);
    }
    return (seen & highs) == 0;
}

size_t utf8_span(const char *bytes, size_t n)
{
    const unsigned char *s = (const unsigned char *)bytes;
    size_t at = 0;
    while (at < n) {
        if (n - at >= 32 && are_ascii(s + at, 4)) {
            at += 32;
            continue;
        }
        if (n - at >= 8 && are_ascii(s + at, 1)) {
            at += 8;
            continue;
        }
        if (n - at < 8 && n >= 8 && are_ascii(s + n - 8, 1))
            return n;
        const size_t len = text_length(s + at, n - at);
        if (len == 0)
            break;
        at += len;
    }
    return at;
}

const char *utf8_defect(const char *bytes, size_t n)
{
    const unsigned char *s = (const unsigned char *)bytes;
    if (text_length(s, n) > 0)
        return NULL;
    if (s[0] == 0)
        return "a NUL byte";
    if (utf8_continues((char)s[0]))
        return "a continuation byte without a first byte";
    if (s[0] == 0xC0 || s[0] == 0xC1)
        return "an overlong form";
    if (s[0] > 0xF4)
        return "a byte that no character begins with";
    if (n > 1 && utf8_continues((char)s[1]) && !second_fits(s[0], s[1]))
        return s[0] == 0xED   ? "a surrogate"
               : s[0] == 0xF4 ? "a code point above U+10FFFF"
                              : "an overlong form";
    return "a character that is cut short";
}
