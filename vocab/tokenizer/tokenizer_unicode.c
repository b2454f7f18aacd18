/* Words as they stand between blanks of Unicode: those at which Python's str.split divides. */
#include <stdbool.h>
#include <stdint.h>

#include "lib/base/utf8.h"
#include "vocab/tokenizer/tokenizer.h"
#include "vocab/tokenizer/treebank_english.h"

/* Python, Objects/unicodetype_db.h, _PyUnicode_IsWhitespace: bidirectional type WS, B or S, or
 * category Zs. The set has been the same since Unicode 6.3. */
static bool is_blank_code(uint32_t code)
{
    return (code >= 0x09 && code <= 0x0D) || (code >= 0x1C && code <= 0x20) || code == 0x85 ||
           code == 0xA0 || code == 0x1680 || (code >= 0x2000 && code <= 0x200A) || code == 0x2028 ||
           code == 0x2029 || code == 0x202F || code == 0x205F || code == 0x3000;
}

/* The length of the blank that bytes[0..n) begin with, n >= 1, or 0. */
static size_t blank_length(const char *bytes, size_t n)
{
    const unsigned char first = (unsigned char)bytes[0];
    if (first < 0x80)
        return is_blank_code(first);
    if (first != 0xC2 && (first < 0xE1 || first > 0xE3)) /* where such blanks begin */
        return 0;
    uint32_t code;
    const size_t len = utf8_next(bytes, n, &code);
    return is_blank_code(code) ? len : 0;
}

static enum status split_unicode(const struct tokenizer *t, const char *bytes, size_t len,
                                 struct buf *room, struct token_sink *sink, struct err *err)
{
    (void)t, (void)room;
    size_t start = 0;
    for (size_t at = 0; at < len;) {
        const size_t blank = blank_length(bytes + at, len - at);
        if (blank > 0 && at > start)
            TRY(token_sink_add(sink, bytes + start, at - start, err));
        at += blank > 0 ? blank : 1;
        if (blank > 0)
            start = at;
    }
    return len > start ? token_sink_add(sink, bytes + start, len - start, err) : ST_OK;
}

const struct tokenizer tokenizer_unicode = {
    .name = "unicode",
    .summary = "words between any blanks of Unicode, such as a no-break space",
    .split = split_unicode,
    .keeps_words = true,
    .joint = " ",
    .detokenize = treebank_write_english,
};
