/* What comes between a source and its tokens: encodings, JSON lines, forms that are no text, and
 * Unicode's form C. The first byte chooses. The steps of reading must not be seen in the result. */
#include <stdio.h>
#include <string.h>

#include "corpora/input/encoding.h"
#include "corpora/input/foreign.h"
#include "corpora/input/json_lines.h"
#include "lib/base/buf.h"
#include "lib/base/utf8.h"
#include "tests/fuzz/fuzz.h"
#include "vocab/normalize.h"

enum { LINES = 0x80, OUTPUT_MAX = 1 << 20 };

static const char *const names[] = {NULL,           "UTF-16LE",    "UTF-16BE", "UTF-32LE",
                                    "windows-1252", "GB18030",     "UTF-7",    "SHIFT_JIS",
                                    "ISO-2022-JP",  "ISO-2022-KR", "EUC-JP",   "BIG5-HKSCS"};

struct steps {
    const uint8_t *data;
    size_t left, step;
};

static enum status read_step(void *ctx, void *buf, size_t cap, size_t *got, struct err *err)
{
    struct steps *s = ctx;
    (void)err;
    *got = s->left < s->step ? s->left : s->step;
    *got = *got < cap ? *got : cap;
    if (*got > 0)
        memcpy(buf, s->data, *got);
    s->data += *got;
    s->left -= *got;
    return ST_OK;
}

struct conversion {
    struct converter *converter;
    const struct byte_reader *raw;
};

static enum status read_converted(void *ctx, void *buf, size_t cap, size_t *got, struct err *err)
{
    const struct conversion *c = ctx;
    return converter_read(c->converter, c->raw, buf, cap, got, err);
}

/* All that comes out; the status is that of the end. */
static enum status read_all(struct buf *out, const uint8_t *data, size_t size, uint8_t choice,
                            size_t step, size_t cap, struct err *err)
{
    static char piece[1 << 16];
    struct steps steps = {data, size, step};
    const char *name = names[(choice & ~LINES) % (sizeof names / sizeof *names)];
    const struct byte_reader raw = {read_step, &steps};
    struct conversion conversion = {NULL, &raw};
    const struct byte_reader converted = {read_converted, &conversion};
    const struct byte_reader *from = name != NULL ? &converted : &raw;
    struct json_lines *lines = NULL;
    enum status status = ST_OK;
    size_t got = 1;
    FUZZ_REQUIRE(buf_reserve(out, 0, err) == ST_OK);
    if (name != NULL)
        FUZZ_REQUIRE(converter_new(&conversion.converter, name, "fuzz", 0, err) == ST_OK);
    if ((choice & LINES) != 0)
        FUZZ_REQUIRE(json_lines_new(&lines, "t", "fuzz", err) == ST_OK);
    while (status == ST_OK && got > 0 && out->len < OUTPUT_MAX) {
        status = lines != NULL ? json_lines_read(lines, from, piece, cap, &got, err)
                               : from->read(from->ctx, piece, cap, &got, err);
        if (status == ST_OK)
            FUZZ_REQUIRE(got <= cap && buf_add(out, piece, got, err) == ST_OK);
    }
    json_lines_free(lines);
    converter_free(conversion.converter);
    return status;
}

static void check_form(const struct buf *out)
{
    struct normalizer first = {0}, second = {0};
    struct err err = {0};
    struct slice once = {out->data, utf8_span(out->data, out->len)};
    if (fuzz_accepted(normalize_nfc(&first, &once, &err), ST_INPUT, &err)) {
        struct slice twice = once;
        FUZZ_REQUIRE(utf8_span(once.bytes, once.len) == once.len);
        FUZZ_REQUIRE(normalize_nfc(&second, &twice, &err) == ST_OK);
        FUZZ_REQUIRE(once.len == twice.len && memcmp(once.bytes, twice.bytes, once.len) == 0);
    }
    normalizer_fini(&first);
    normalizer_fini(&second);
}

static void check_foreign(const uint8_t *data, size_t size)
{
    struct foreign found;
    struct err err = {0};
    bool is;
    FUZZ_REQUIRE(foreign_find(&found, &is, (const char *)data, size, &err) == ST_OK);
    FUZZ_REQUIRE(!is || found.name != NULL);
    /* what is refused for its bytes cannot be read as text */
    FUZZ_REQUIRE(!is || found.is_text || utf8_span((const char *)data, size) < size);
    FUZZ_REQUIRE(!foreign_find_zip(&found, data, size) || found.name != NULL);
    encoding_guess(data, size);
}

/* What cannot be converted is shown with the bytes after it that are there already. In UTF-7 a
 * character is bits of several bytes, and glibc points at one or another of them. */
static bool is_same(const struct err *a, const struct err *b)
{
    const bool bits = strstr(b->text, "it is not 'UTF-7'") != NULL;
    const char *bytes = strstr(b->text, bits ? " at byte " : ", where 0x");
    const size_t len = bytes != NULL ? (size_t)(bytes - b->text) : sizeof b->text;
    const bool same = strncmp(a->text, b->text, len) == 0;
    if (!same)
        fprintf(stderr, "%s\n%s\n", a->text, b->text);
    return same;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct {
        size_t step, cap;
    } ways[] = {{1, 64}, {7, 100}, {4096, 1 << 16}};
    if (size == 0 || size > 1 << 17)
        return 0;
    struct buf want = {0};
    struct err why = {0};
    const enum status status = read_all(&want, data + 1, size - 1, data[0], size, 1 << 16, &why);
    fuzz_accepted(status, ST_INPUT, &why);
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        struct buf got = {0};
        struct err err = {0};
        FUZZ_REQUIRE(read_all(&got, data + 1, size - 1, data[0], ways[i].step, ways[i].cap, &err) ==
                     status);
        FUZZ_REQUIRE(got.len == want.len && memcmp(got.data, want.data, want.len) == 0);
        FUZZ_REQUIRE(is_same(&err, &why));
        buf_fini(&got);
    }
    check_form(&want);
    check_foreign(data + 1, size - 1);
    buf_fini(&want);
    return 0;
}
