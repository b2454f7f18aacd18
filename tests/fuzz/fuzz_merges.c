/* Merges of byte-pair encoding, and words that they split. The merges are what comes before the
 * last NUL, the words what comes after it; without a NUL all is merges, and words as well. */
#include <string.h>

#include "lib/base/utf8.h"
#include "tests/fuzz/fuzz.h"
#include "vocab/tokenizer/token_show.h"
#include "vocab/tokenizer/tokenizer_bpe.h"

/* --- the same split, the slow way (bpe.h) --- */

/* Pieces and merges at the most, for the time that they take. */
enum { PIECES = 48, MERGES = 64, NO_RANK = MERGES };

struct pieces {
    struct slice word;
    size_t n, at[PIECES + 1]; /* piece i is word[at[i] .. at[i + 1]) */
};

static bool is_left_out(const char *piece, size_t len, bool ends)
{
    return ends && (token_special(piece, len) == len ||
                    (len >= 2 && memcmp(piece + len - 2, BPE_GOES_ON, 2) == 0));
}

/* The number of the first line that merges pieces i and i + 1. */
static size_t find_rank(const struct pieces *p, size_t i, struct slice merges)
{
    struct buf line = {0};
    struct err err;
    const char *bytes = p->word.bytes, *at = memchr(merges.bytes, '\n', merges.len);
    const size_t middle = p->at[i + 1], end = p->at[i + 2];
    const bool ends = end == p->word.len;
    size_t rank = 0;
    if (is_left_out(bytes + p->at[i], end - p->at[i], ends))
        return NO_RANK;
    FUZZ_REQUIRE(buf_add_text(&line, "\n", &err) == ST_OK);
    FUZZ_REQUIRE(buf_add(&line, bytes + p->at[i], middle - p->at[i], &err) == ST_OK);
    FUZZ_REQUIRE(buf_add_text(&line, " ", &err) == ST_OK);
    FUZZ_REQUIRE(buf_add(&line, bytes + middle, end - middle, &err) == ST_OK);
    FUZZ_REQUIRE(buf_add_text(&line, ends ? BPE_WORD_END "\n" : "\n", &err) == ST_OK);
    const char *found = memmem(merges.bytes, merges.len, line.data, line.len);
    buf_fini(&line);
    for (; found != NULL && at < found; rank++)
        at = memchr(at + 1, '\n', (size_t)(merges.bytes + merges.len - at - 1));
    return found != NULL ? rank : NO_RANK;
}

/* Joins what has the lowest rank, everywhere; false: nothing has one. */
static bool join_once(struct pieces *p, struct slice merges)
{
    size_t ranks[PIECES], best = NO_RANK, to = 0;
    for (size_t i = 0; i + 1 < p->n; i++) {
        ranks[i] = find_rank(p, i, merges);
        best = ranks[i] < best ? ranks[i] : best;
    }
    if (best == NO_RANK)
        return false;
    for (size_t i = 0; i < p->n; to++) {
        p->at[to] = p->at[i];
        i += i + 1 < p->n && ranks[i] == best ? 2 : 1;
    }
    p->n = to;
    p->at[to] = p->word.len;
    return true;
}

static void split_slowly(struct buf *out, struct slice word, struct slice merges)
{
    struct pieces p = {.word = word};
    struct err err;
    uint32_t code;
    for (size_t at = 0; at < word.len; at += utf8_next(word.bytes + at, word.len - at, &code))
        p.at[p.n++] = at;
    p.at[p.n] = word.len;
    while (join_once(&p, merges))
        continue;
    for (size_t i = 0; i < p.n; i++) {
        FUZZ_REQUIRE(buf_add(out, word.bytes + p.at[i], p.at[i + 1] - p.at[i], &err) == ST_OK);
        FUZZ_REQUIRE(buf_add_text(out, i + 1 < p.n ? BPE_GOES_ON "\n" : "\n", &err) == ST_OK);
    }
}

/* --- what a split must be --- */

static enum status add_line(void *ctx, const char *token, size_t len, struct err *err)
{
    FUZZ_REQUIRE(len > 0 && utf8_span(token, len) == len);
    FUZZ_REQUIRE(memchr(token, '\n', len) == NULL && memchr(token, ' ', len) == NULL);
    TRY(buf_add(ctx, token, len, err));
    return buf_add_text(ctx, "\n", err);
}

/* The tokens of a line, each with a line end after it. */
static void split(struct buf *out, const struct tokenizer *t, struct slice line)
{
    struct err err;
    out->len = 0;
    FUZZ_REQUIRE(buf_add_text(out, "", &err) == ST_OK);
    FUZZ_REQUIRE(tokenizer_split_each(t, line.bytes, line.len, add_line, out, &err) == ST_OK);
}

static bool next_line(struct slice *text, struct slice *line)
{
    const char *end = text->len > 0 ? memchr(text->bytes, '\n', text->len) : NULL;
    if (end == NULL)
        return false;
    *line = (struct slice){text->bytes, (size_t)(end - text->bytes)};
    *text = (struct slice){end + 1, text->len - line->len - 1};
    return true;
}

/* The words come back from their tokens. */
static void check_back(const struct tokenizer *t, const struct buf *tokens, const struct buf *words)
{
    struct token_show show = {.tokenizer = t};
    struct slice rest = {tokens->data, tokens->len}, token;
    struct buf text = {0};
    struct err err;
    while (next_line(&rest, &token)) {
        token_show_next(&show, token);
        FUZZ_REQUIRE(buf_add_text(&text, show.before, &err) == ST_OK);
        FUZZ_REQUIRE(buf_add(&text, show.text.bytes, show.text.len, &err) == ST_OK);
    }
    token_show_end(&show);
    FUZZ_REQUIRE(show.before[0] == '\0');
    FUZZ_REQUIRE(buf_add_text(&text, "\n", &err) == ST_OK);
    for (size_t i = 0; i < text.len; i++)
        text.data[i] = text.data[i] == ' ' ? '\n' : text.data[i];
    FUZZ_REQUIRE(words->len == 0 || text.len == words->len);
    FUZZ_REQUIRE(memcmp(text.data, words->data, words->len) == 0);
    buf_fini(&text);
}

static void check_slowly(const struct tokenizer *t, const struct buf *tokens,
                         const struct buf *words)
{
    struct slice rest = {words->data, words->len}, word;
    struct buf want = {0};
    struct err err;
    while (next_line(&rest, &word)) {
        if (word.len > PIECES)
            break;
        if (token_special(word.bytes, word.len) == word.len) {
            FUZZ_REQUIRE(buf_add(&want, word.bytes, word.len + 1, &err) == ST_OK);
            continue;
        }
        split_slowly(&want, word, bpe_text(t->bpe));
    }
    FUZZ_REQUIRE(want.len <= tokens->len);
    FUZZ_REQUIRE(want.len == 0 || memcmp(want.data, tokens->data, want.len) == 0);
    buf_fini(&want);
}

/* With bytes every token is known without a text. */
static void check_known(const struct tokenizer *t, const struct buf *tokens)
{
    struct slice rest = {tokens->data, tokens->len}, token;
    struct vocab_counts *counts;
    struct vocab *v;
    struct err err;
    FUZZ_REQUIRE(vocab_counts_new(&counts, &err) == ST_OK);
    FUZZ_REQUIRE(tokenizer_complete(t, counts, &err) == ST_OK);
    FUZZ_REQUIRE(vocab_from_counts(&v, counts, &(struct vocab_limits){1, 0}, &err) == ST_OK);
    while (next_line(&rest, &token))
        FUZZ_REQUIRE(vocab_find(v, token.bytes, token.len) >= 0);
    vocab_free(v);
    vocab_counts_free(counts);
}

/* What is written is read as the same. */
static struct tokenizer *read_again(const struct tokenizer *t, const struct tokenizer *row)
{
    struct tokenizer *again;
    struct err err;
    const struct slice text = bpe_text(t->bpe);
    FUZZ_REQUIRE(tokenizer_new(&again, row, "fuzz", text.bytes, text.len, &err) == ST_OK);
    const struct slice same = bpe_text(again->bpe);
    FUZZ_REQUIRE(same.len == text.len && memcmp(same.bytes, text.bytes, text.len) == 0);
    FUZZ_REQUIRE(bpe_hash(again->bpe) == bpe_hash(t->bpe));
    FUZZ_REQUIRE(bpe_n_merges(again->bpe) == bpe_n_merges(t->bpe));
    FUZZ_REQUIRE(bpe_n_tokens(again->bpe) == bpe_n_tokens(t->bpe));
    return again;
}

static bool read_merges(const struct tokenizer *row, struct slice merges, struct slice line)
{
    struct err err = {0};
    struct tokenizer *t, *again;
    struct buf words = {0}, tokens = {0}, second = {0};
    if (!fuzz_accepted(tokenizer_new(&t, row, "fuzz", merges.bytes, merges.len, &err), ST_INPUT,
                       &err))
        return false;
    split(&words, &tokenizer_words, line);
    split(&tokens, t, line);
    check_back(t, &tokens, &words);
    if (!row->spells_bytes && bpe_n_merges(t->bpe) <= MERGES)
        check_slowly(t, &tokens, &words);
    if (row->spells_bytes)
        check_known(t, &tokens);
    split(&second, t, line); /* from what is remembered */
    FUZZ_REQUIRE(second.len == tokens.len && memcmp(second.data, tokens.data, tokens.len) == 0);
    again = read_again(t, row);
    split(&second, again, line);
    FUZZ_REQUIRE(second.len == tokens.len && memcmp(second.data, tokens.data, tokens.len) == 0);
    tokenizer_free(t);
    tokenizer_free(again);
    buf_fini(&words), buf_fini(&tokens), buf_fini(&second);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *bytes = (const char *)data, *nul = size > 0 ? memrchr(data, 0, size) : NULL;
    const size_t len = nul != NULL ? (size_t)(nul - bytes) : size;
    const struct slice merges = {size > 0 ? bytes : "", len};
    struct slice line = nul != NULL ? (struct slice){nul + 1, size - len - 1} : merges;
    line.len = utf8_span(line.bytes, line.len);
    const bool accepted = read_merges(&tokenizer_bpe, merges, line);
    FUZZ_REQUIRE(read_merges(&tokenizer_bpe_bytes, merges, line) == accepted);
    return 0;
}
