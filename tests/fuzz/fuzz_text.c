/* Text: lines out of bytes (corpora/text), and the tokens of every tokenizer. */
#include <string.h>

#include "corpora/text.h"
#include "lib/base/hash.h"
#include "lib/base/utf8.h"
#include "tests/fuzz/fuzz.h"
#include "vocab/ids.h"
#include "vocab/advice/text_advice.h"
#include "vocab/tokenizer/tokenizer.h"

static enum status check_token(void *ctx, const char *token, size_t len, struct err *err)
{
    (void)ctx;
    (void)err;
    FUZZ_REQUIRE(len > 0);
    FUZZ_REQUIRE(utf8_span(token, len) == len);
    FUZZ_REQUIRE(memchr(token, '\n', len) == NULL);
    return ST_OK;
}

static struct text *open_text(const uint8_t *data, size_t size)
{
    struct err err = {0};
    struct source *source;
    struct text *text = NULL;
    FUZZ_REQUIRE(source_open_memory(&source, "fuzz", data, size, &err) == ST_OK);
    return fuzz_accepted(text_open(&text, source, &err), ST_INPUT, &err) ? text : NULL;
}

/* The ids of the words counted in one reading are those of a vocabulary that was there before. */
static void check_one_reading(const uint8_t *data, size_t size, const struct ids_reading *how,
                              const struct ids *want, const struct vocab *vocab,
                              struct vocab_counts *counts)
{
    struct err err = {0};
    struct ids ids = {0};
    struct text *text = open_text(data, size);
    FUZZ_REQUIRE(text != NULL);
    FUZZ_REQUIRE(ids_count_text(&ids, counts, text, how, NULL, &err) == ST_OK);
    FUZZ_REQUIRE(ids_renumber(&ids, counts, vocab, OOV_UNK, "fuzz", &err) == ST_OK);
    FUZZ_REQUIRE(ids.n == want->n && ids.unknown == want->unknown && ids.types == want->types);
    FUZZ_REQUIRE(memcmp(ids.data, want->data, ids.n * sizeof *ids.data) == 0);
    text_close(text);
    ids_fini(&ids);
}

static void encode(const uint8_t *data, size_t size, const struct ids_reading *how)
{
    struct err err = {0};
    struct ids ids = {0};
    struct vocab_counts *counts;
    const struct vocab *vocab = fuzz_vocab();
    struct text *text = open_text(data, size);
    if (text == NULL)
        return;
    const enum status status = ids_encode_text(&ids, text, how, vocab, OOV_UNK, NULL, &err);
    if (fuzz_accepted(status, ST_INPUT, &err)) {
        FUZZ_REQUIRE(ids.unknown <= ids.n);
        for (size_t i = 0; i < ids.n; i++)
            FUZZ_REQUIRE(ids.data[i] >= 0 && (size_t)ids.data[i] < vocab_size(vocab));
        FUZZ_REQUIRE(vocab_counts_new(&counts, &err) == ST_OK);
        check_one_reading(data, size, how, &ids, vocab, counts);
        vocab_counts_free(counts);
    }
    text_close(text);
    ids_fini(&ids);
}

/* The same while it is watched, which changes nothing; what was seen is within what there is. */
static void encode_watched(const uint8_t *data, size_t size, const struct ids_reading *how)
{
    struct err err = {0};
    struct text_advice advice;
    struct unknown_word top[UNKNOWN_TOP];
    struct ids_reading watched = *how;
    FUZZ_REQUIRE(text_watch_new(&watched.watch, how->tokenizer, how->markers, &err) == ST_OK);
    encode(data, size, &watched);
    for (enum marker_kind kind = MARKER_BOS; kind < MARKER_KINDS; kind++) {
        const struct found_marker f = text_watch_marker(watched.watch, kind, fuzz_vocab());
        FUZZ_REQUIRE(f.begins <= f.all && f.ends <= f.all);
    }
    FUZZ_REQUIRE(text_watch_top(watched.watch, NULL, 0, top) <= UNKNOWN_TOP);
    FUZZ_REQUIRE(text_advice_find(&advice, watched.watch, 1, fuzz_vocab(), &err) == ST_OK);
    FUZZ_REQUIRE(advice.unknown >= 0.0 && advice.unknown <= 0.5);
    text_watch_free(watched.watch);
}

static void check_piece(const struct text_piece *piece, uint64_t line)
{
    FUZZ_REQUIRE(piece->line == line);
    FUZZ_REQUIRE(piece->len <= TEXT_PIECE + 1);
    FUZZ_REQUIRE(utf8_span(piece->bytes, piece->len) == piece->len);
    FUZZ_REQUIRE(piece->len == 0 || memchr(piece->bytes, '\n', piece->len) == NULL);
    for (size_t i = 0; tokenizer_at(i) != NULL; i++) {
        struct err err = {0};
        FUZZ_REQUIRE(tokenizer_split_each(tokenizer_at(i), piece->bytes, piece->len, check_token,
                                          NULL, &err) == ST_OK);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err err = {0};
    struct text *text = open_text(data, size);
    struct text_piece piece;
    uint64_t line = 1, hash = 0;
    bool more = true, accepted = true;
    while (text != NULL && more && accepted) {
        accepted = fuzz_accepted(text_next(text, &piece, &more, &err), ST_INPUT, &err);
        if (more && accepted) {
            check_piece(&piece, line);
            line += piece.ends_line;
        }
    }
    if (text != NULL && accepted)
        FUZZ_REQUIRE(text_finish(text, &hash, &err) == ST_OK && hash == hash_bytes(data, size));
    text_close(text);
    static const struct markers markers = {.bos = "<s>", .eos = "</s>", .unk = "unk"};
    for (size_t i = 0; tokenizer_at(i) != NULL; i++) {
        encode(data, size, &(struct ids_reading){.tokenizer = tokenizer_at(i)});
        encode_watched(data, size, &(struct ids_reading){tokenizer_at(i), &markers, NULL});
    }
    return 0;
}
