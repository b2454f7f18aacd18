/* Every character (Unicode code point) a token, blanks too. Only a literal <unk> or <eos> stays
 * whole: prepared text writes them, and spelling them out would teach a model to spell markup. */
#include "vocab/tokenizer.h"
#include "vocab/chars.h"

static enum status split_chars(const char *bytes, size_t len, token_fn *emit, void *ctx,
                               struct err *err)
{
    for (size_t i = 0; i < len;) {
        size_t n = bytes[i] == '<' ? tokenizer_special(bytes + i, len - i) : 0;
        uint32_t code;
        if (n == 0)
            n = char_next(bytes + i, len - i, &code);
        TRY(emit(ctx, bytes + i, n, err));
        i += n;
    }
    return ST_OK;
}

const struct tokenizer tokenizer_chars = {
    .name = "chars",
    .summary = "every character a token, spaces too",
    .split = split_chars,
    .joint = "",
};
