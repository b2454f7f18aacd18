/* Word vectors, as a file and in memory: rows are whole and finite, or left alone, and come back
 * from what is written of them. */
#include <math.h>
#include <string.h>

#include "lib/base/buf.h"
#include "lib/base/mem.h"
#include "tests/fuzz/fuzz.h"
#include "vocab/vectors/vectors.h"

enum { WORDS = 9 };
static const float UNSET = 0x1.8p100f;

/* A vocabulary with words that differ in case only. */
static const struct vocab *words(void)
{
    static const char text[] = "<unk>\n<eos>\na\nA\nB\nthe\nThe\n\xc3\x89t\xc3\xa9\n \n";
    static struct vocab *vocab;
    struct err err;
    if (vocab == NULL)
        FUZZ_REQUIRE(vocab_parse(&vocab, "fuzz", text, sizeof text - 1, &err) == ST_OK);
    FUZZ_REQUIRE(vocab_size(vocab) == WORDS);
    return vocab;
}

/* The rows of the words, [WORDS, D]. */
struct rows {
    size_t D;
    float *table;
    unsigned char matches[WORDS];
    struct vectors_found found;
};

/* True if the file is accepted; what it is read into is then to be freed. */
static bool read_rows(struct rows *r, struct vectors *v)
{
    struct err err = {0};
    r->D = vectors_width(v);
    FUZZ_REQUIRE(r->D >= 1 && r->D <= VECTORS_WIDTH_MAX);
    r->table = mem_unset(WORDS * r->D, sizeof *r->table, &err);
    FUZZ_REQUIRE(r->table != NULL);
    for (size_t i = 0; i < WORDS * r->D; i++)
        r->table[i] = UNSET;
    const bool accepted = fuzz_accepted(
        vectors_read(v, words(), r->table, r->matches, &r->found, &err), ST_INPUT, &err);
    vectors_close(v);
    if (!accepted)
        mem_free(r->table);
    return accepted;
}

static bool read_bytes(struct rows *r, const void *bytes, size_t n)
{
    struct err err = {0};
    struct source *source;
    struct vectors *v;
    FUZZ_REQUIRE(source_open_memory(&source, "fuzz", bytes, n, &err) == ST_OK);
    return fuzz_accepted(vectors_open_source(&v, source, &err), ST_INPUT, &err) && read_rows(r, v);
}

static bool read_path(struct rows *r, const char *path)
{
    struct err err = {0};
    struct source_limits limits = SOURCE_LIMITS_DEFAULT;
    struct vectors *v;
    limits.bytes = 1 << 17;
    return fuzz_accepted(vectors_open(&v, path, NULL, &limits, &err), ST_INPUT, &err) &&
           read_rows(r, v);
}

static void check_rows(const struct rows *r)
{
    size_t counts[3] = {0};
    for (size_t id = 0; id < WORDS; id++) {
        FUZZ_REQUIRE(r->matches[id] <= VECTORS_EXACT);
        counts[r->matches[id]]++;
        for (size_t k = 0; k < r->D; k++) {
            const float x = r->table[id * r->D + k];
            FUZZ_REQUIRE(isfinite(x) && (r->matches[id] != VECTORS_NONE || x == UNSET));
        }
    }
    FUZZ_REQUIRE(counts[VECTORS_EXACT] == r->found.exact);
    FUZZ_REQUIRE(counts[VECTORS_LOWER] == r->found.lower);
    FUZZ_REQUIRE(r->found.lines >= r->found.exact);
}

/* Writes the rows that were found in word2vec's form, under the words themselves. */
static void write_rows(const struct rows *r, struct buf *out)
{
    struct err err;
    FUZZ_REQUIRE(buf_addf(out, &err, "%zu %zu\n", r->found.exact + r->found.lower, r->D) == ST_OK);
    for (int32_t id = 0; id < WORDS; id++) {
        if (r->matches[id] == VECTORS_NONE)
            continue;
        FUZZ_REQUIRE(buf_add_text(out, vocab_word(words(), id), &err) == ST_OK);
        for (size_t k = 0; k < r->D; k++)
            FUZZ_REQUIRE(buf_addf(out, &err, " %.9g", (double)r->table[(size_t)id * r->D + k]) ==
                         ST_OK);
        FUZZ_REQUIRE(buf_add_text(out, "\n", &err) == ST_OK);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rows r, again;
    struct buf text = {0};
    if (read_path(&r, fuzz_file(data, size))) {
        check_rows(&r);
        mem_free(r.table);
    }
    if (!read_bytes(&r, data, size))
        return 0;
    check_rows(&r);
    write_rows(&r, &text);
    FUZZ_REQUIRE(read_bytes(&again, text.data, text.len));
    FUZZ_REQUIRE(again.D == r.D && again.found.exact == r.found.exact + r.found.lower);
    FUZZ_REQUIRE(memcmp(again.table, r.table, WORDS * r.D * sizeof *r.table) == 0);
    mem_free(r.table);
    mem_free(again.table);
    buf_fini(&text);
    return 0;
}
