#include "vocab/quote.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "vocab/chars.h"

/* "\xNN" of each byte is the longest form of a character. */
enum { CHAR_ROOM = 4 * 4, END_ROOM = sizeof "...'" };

static bool is_plain(uint32_t code)
{
    return code >= 0x20 && code != '\\' && !(code >= 0x7f && code < 0xa0) && code != CHAR_BAD;
}

struct quote quote_bytes(const char *bytes, size_t len)
{
    struct quote q = {"'"};
    size_t at = 1;
    size_t i = 0;
    while (i < len && at + CHAR_ROOM + END_ROOM <= sizeof q.text) {
        uint32_t code;
        const size_t n = char_next(bytes + i, len - i, &code);
        if (is_plain(code)) {
            memcpy(q.text + at, bytes + i, n);
            at += n;
        } else {
            for (size_t k = 0; k < n; k++, at += 4)
                snprintf(q.text + at, 5, "\\x%02x", (unsigned char)bytes[i + k]);
        }
        i += n;
    }
    snprintf(q.text + at, sizeof q.text - at, i < len ? "...'" : "'");
    return q;
}
