/* Text: lines out of bytes (corpora/text), and the tokens of every tokenizer. */
#include <string.h>

#include "corpora/text.h"
#include "corpora/utf8.h"
#include "lib/base/hash.h"
#include "lib/base/mem.h"
#include "tests/fuzz/fuzz.h"
#include "vocab/ids.h"
#include "vocab/tokenizer.h"

static enum status check_token(void *ctx, const char *token, size_t len, struct err *err)
{
    (void)err;
    size_t *n = ctx;
    ++*n;
    FUZZ_REQUIRE(len > 0);
    FUZZ_REQUIRE(utf8_span(token, len) == len);
    FUZZ_REQUIRE(memchr(token, '\n', len) == NULL);
    return ST_OK;
}

static void encode_piece(const struct text_piece *piece, const struct tokenizer *tokenizer)
{
    struct err err = {0};
    int32_t *ids = NULL;
    size_t n_tokens = 0, n = 0;
    uint64_t unknown = 0;
    FUZZ_REQUIRE(tokenizer->split(piece->bytes, piece->len, check_token, &n_tokens, &err) == ST_OK);
    const enum status status = ids_encode_line(&ids, &n, &unknown, piece->bytes, piece->len,
                                               tokenizer, fuzz_vocab(), OOV_UNK, &err);
    if (!fuzz_accepted(status, ST_INPUT, &err))
        return;
    FUZZ_REQUIRE(n == n_tokens && unknown <= n);
    for (size_t i = 0; i < n; i++)
        FUZZ_REQUIRE(ids[i] >= 0 && (size_t)ids[i] < vocab_size(fuzz_vocab()));
    mem_free(ids);
}

static void check_piece(const struct text_piece *piece, uint64_t line)
{
    FUZZ_REQUIRE(piece->line == line);
    FUZZ_REQUIRE(piece->len <= TEXT_PIECE + 1);
    FUZZ_REQUIRE(utf8_span(piece->bytes, piece->len) == piece->len);
    FUZZ_REQUIRE(piece->len == 0 || memchr(piece->bytes, '\n', piece->len) == NULL);
    for (size_t i = 0; tokenizer_at(i) != NULL; i++)
        encode_piece(piece, tokenizer_at(i));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err err = {0};
    struct source *source;
    struct text *text;
    FUZZ_REQUIRE(source_open_memory(&source, "fuzz", data, size, &err) == ST_OK);
    if (!fuzz_accepted(text_open(&text, source, &err), ST_INPUT, &err))
        return 0;
    struct text_piece piece;
    uint64_t line = 1;
    bool more = true, accepted = true;
    while (more && accepted) {
        accepted = fuzz_accepted(text_next(text, &piece, &more, &err), ST_INPUT, &err);
        if (more && accepted) {
            check_piece(&piece, line);
            line += piece.ends_line;
        }
    }
    if (accepted)
        FUZZ_REQUIRE(text_hash(text) == hash_bytes(data, size));
    text_close(text);
    return 0;
}
