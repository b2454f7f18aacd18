/* Words as they stand between ASCII white space, for text that is tokenized already. */
#include <stdint.h>

#include "lib/base/ascii.h"
#include "vocab/tokenizer/tokenizer.h"
#include "vocab/tokenizer/treebank_english.h"

/* Goes through the line 64 bytes at a time, and in these from each edge of a word to the next. */
static enum status split_words(const struct tokenizer *t, const char *bytes, size_t len,
                               struct buf *room, struct token_sink *sink, struct err *err)
{
    (void)t, (void)room;
    uint64_t was_space = 1;
    size_t start = 0;
    for (size_t at = 0; at < len; at += 64) {
        const uint64_t spaces = ascii_find_spaces(bytes + at, len - at);
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
