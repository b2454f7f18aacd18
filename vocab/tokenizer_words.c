/* Words as they stand between ASCII white space: what text that is tokenized already needs. */
#include <stdbool.h>

#include "vocab/tokenizer.h"

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static enum status split_words(const char *bytes, size_t len, token_fn *emit, void *ctx,
                               struct err *err)
{
    size_t i = 0;
    for (;;) {
        while (i < len && is_space(bytes[i]))
            i++;
        if (i == len)
            return ST_OK;
        const size_t start = i;
        while (i < len && !is_space(bytes[i]))
            i++;
        TRY(emit(ctx, bytes + start, i - start, err));
    }
}

const struct tokenizer tokenizer_words = {
    .name = "words",
    .summary = "words between white space, for text that is tokenized already",
    .split = split_words,
    .joint = " ",
};
