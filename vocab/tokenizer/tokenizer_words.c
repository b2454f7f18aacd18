/* Words as they stand between ASCII white space, for text that is tokenized already. */
#include <endian.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "vocab/tokenizer/tokenizer.h"
#include "vocab/tokenizer/treebank_english.h"

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Bit i is set where bytes[i] is white space, for eight bytes at once. Adding 0x80 - n to a byte
 * below 0x80 sets its high bit where the byte is n or more, and never reaches the next byte. */
static uint64_t find_eight_spaces(const char *bytes)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), highs = 0x80 * ones;
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    word = le64toh(word);
    const uint64_t low = word & ~highs;
    const uint64_t from_tab = low + (0x80 - '\t') * ones, after_cr = low + (0x7f - '\r') * ones;
    const uint64_t no_space = (low ^ ' ' * ones) + 0x7f * ones;
    const uint64_t spaces = ((from_tab & ~after_cr) | ~no_space) & ~word & highs;
    /* bit 8 i + 7 to bit 56 + i */
    return (spaces >> 7) * UINT64_C(0x0102040810204080) >> 56;
}

/* The same of up to 64 bytes; what follows the line counts as white space. */
static uint64_t find_spaces(const char *bytes, size_t len)
{
    uint64_t spaces = 0;
    size_t n = len < 64 ? len : 64, i = 0;
    for (; n - i >= 8; i += 8)
        spaces |= find_eight_spaces(bytes + i) << i;
    for (; i < n; i++)
        spaces |= (uint64_t)is_space(bytes[i]) << i;
    return n < 64 ? spaces | UINT64_MAX << n : spaces;
}

/* Goes through the line 64 bytes at a time, and in these from each edge of a word to the next. */
static enum status split_words(const struct tokenizer *t, const char *bytes, size_t len,
                               struct buf *room, struct token_sink *sink, struct err *err)
{
    (void)t, (void)room;
    uint64_t was_space = 1;
    size_t start = 0;
    for (size_t at = 0; at < len; at += 64) {
        const uint64_t spaces = find_spaces(bytes + at, len - at);
        uint64_t edges = spaces ^ (spaces << 1 | was_space);
        was_space = spaces >> 63;
        for (; edges != 0; edges &= edges - 1) {
            const size_t edge = at + (size_t)__builtin_ctzll(edges);
            if ((spaces >> (edge - at) & 1) != 0)
                TRY(token_sink_add(sink, bytes + start, edge - start, err));
            else
                start = edge;
        }
    }
    return was_space ? ST_OK : token_sink_add(sink, bytes + start, len - start, err);
}

const struct tokenizer tokenizer_words = {
    .name = "words",
    .summary = "words between white space, for text that is tokenized already",
    .split = split_words,
    .keeps_words = true,
    .gives_words = true,
    .joint = " ",
    .detokenize = treebank_write_english,
};
