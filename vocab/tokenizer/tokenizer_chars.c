/* Every character (Unicode code point) is a token, spaces too. Only a literal <unk> or <eos> stays
 * whole: prepared text has them, and spelling them out would teach a model to spell markup. */
#include "lib/base/utf8.h"
#include "vocab/tokenizer/tokenizer.h"

/* Length of the token that begins at bytes[0]. */
static size_t token_length(const char *bytes, size_t len)
{
    uint32_t code;
    if ((unsigned char)bytes[0] < 0x80 && bytes[0] != '<')
        return 1;
    const size_t special = bytes[0] == '<' ? token_special(bytes, len) : 0;
    return special > 0 ? special : utf8_next(bytes, len, &code);
}

static enum status split_chars(const struct tokenizer *t, const char *bytes, size_t len,
                               struct buf *room, struct token_sink *sink, struct err *err)
{
    (void)t, (void)room;
    for (size_t i = 0; i < len;) {
        const size_t n = token_length(bytes + i, len - i);
        TRY(token_sink_add(sink, bytes + i, n, err));
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
