#include "vocab/vocab_extend.h"

#include <inttypes.h>

static enum status add_new_words(struct buf *text, const struct vocab *base,
                                 const struct vocab *more, uint64_t min_count, struct err *err)
{
    const int32_t n = (int32_t)vocab_size(more);
    for (int32_t id = 0; id < n; id++) {
        const struct slice word = vocab_slice(more, id);
        const uint64_t count = vocab_count(more, id);
        if (count < min_count || vocab_find(base, word.bytes, word.len) >= 0)
            continue;
        TRY(buf_add(text, word.bytes, word.len, err));
        TRY(buf_addf(text, err, "\t%" PRIu64 "\n", count));
    }
    return ST_OK;
}

enum status vocab_extend(struct vocab **out, const struct vocab *base, const struct vocab *more,
                         uint64_t min_count, struct err *err)
{
    struct buf text = {0};
    enum status status = vocab_format(base, &text, err);
    if (status == ST_OK)
        status = add_new_words(&text, base, more, min_count, err);
    if (status == ST_OK)
        status = vocab_parse(out, "the model's words and the new ones", text.data, text.len, err);
    buf_fini(&text);
    return status;
}
