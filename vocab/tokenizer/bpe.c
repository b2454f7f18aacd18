#include "vocab/tokenizer/bpe.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/escape.h"
#include "lib/base/hash.h"
#include "lib/base/hash_table.h"
#include "lib/base/mem.h"
#include "lib/base/utf8.h"

enum {
    NO_RANK = INT32_MAX,
    UNSET = -1,
    CACHED_WORDS = 1 << 18, /* remembered at the most, each of up to so many bytes: */
    CACHED_BYTES = 48,
};

/* The words that were split, and the tokens of each: pool[starts[i] .. starts[i + 1]). */
struct cache {
    struct hash_table words;
    int32_t *pool;
    size_t n, room;
    uint32_t *starts; /* [words + 1], room for [starts_room] */
    size_t starts_room;
};

struct bpe {
    bool bytes;
    struct buf text;
    size_t n_merges;
    struct hash_table tokens; /* as they are shown: "lo@@", "w" */
    size_t n_known;           /* of them, those that merges are of or make */
    size_t n_listed;          /* and those of bytes */
    struct hash_table pairs;  /* of two numbers of tokens; a pair's number is its rank */
    int32_t *results;         /* [size of pairs] the token that each makes */
    size_t results_room;
    struct cache cache;
    struct buf key;
    /* The word that is split. */
    int32_t *pieces, *ranks; /* [n]; ranks[i] is that of pieces i and i + 1 */
    size_t n, room;
};

/* --- tokens --- */

int bpe_byte_of(const char *token, size_t len)
{
    static const char digits[] = "0123456789ABCDEF";
    if (len != BPE_BYTE_LEN || memcmp(token, "<0x", 3) != 0 || token[5] != '>')
        return -1;
    const char *high = strchr(digits, token[3]), *low = strchr(digits, token[4]);
    if (token[3] == '\0' || token[4] == '\0' || high == NULL || low == NULL)
        return -1;
    return (int)((high - digits) * 16 + (low - digits));
}

static enum status make_key(struct bpe *b, const char *piece, size_t len, bool ends,
                            struct err *err)
{
    b->key.len = 0;
    TRY(buf_add(&b->key, piece, len, err));
    return ends ? ST_OK : buf_add_text(&b->key, BPE_GOES_ON, err);
}

static enum status add_token(struct bpe *b, const char *piece, size_t len, bool ends,
                             int32_t *number, struct err *err)
{
    TRY(make_key(b, piece, len, ends, err));
    return hash_table_add(&b->tokens, b->key.data, b->key.len, number, err);
}

/* Whether a piece of several characters would be read as something else. */
static bool is_ambiguous(const struct bpe *b, const char *piece, size_t len, bool ends)
{
    const size_t mark = strlen(BPE_GOES_ON);
    if (b->bytes && bpe_byte_of(piece, len) >= 0)
        return true;
    if (!ends)
        return false;
    return token_special(piece, len) == len ||
           (len >= mark && memcmp(piece + len - mark, BPE_GOES_ON, mark) == 0);
}

static enum status add_byte(struct bpe *b, unsigned char byte, bool ends, int32_t *number,
                            struct err *err)
{
    char text[BPE_BYTE_LEN + 1];
    snprintf(text, sizeof text, "<0x%02X>", byte);
    return add_token(b, text, BPE_BYTE_LEN, ends, number, err);
}

/* --- reading merges --- */

/* A line: two pieces, the second perhaps at the end of a word. */
struct merge {
    struct slice left, right;
    bool ends;
};

struct lines {
    const char *name;
    uint64_t line;
};

static enum status refuse(const struct lines *at, struct slice line, const char *why,
                          struct err *err)
{
    return err_set(err, ST_INPUT, "'%s' line %" PRIu64 " has %s, which is not a merge: %s",
                   at->name, at->line, escape_quoted(line.bytes, line.len).text, why);
}

static bool ends_with(struct slice s, const char *end)
{
    const size_t n = strlen(end);
    return s.len >= n && memcmp(s.bytes + s.len - n, end, n) == 0;
}

static bool has_blank(struct slice s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.bytes[i] == ' ' || (s.bytes[i] >= '\t' && s.bytes[i] <= '\r') || s.bytes[i] == '\0')
            return true;
    return false;
}

static enum status parse_merge(struct merge *m, const struct lines *at, struct slice line,
                               struct err *err)
{
    const char *blank = line.len > 0 ? memchr(line.bytes, ' ', line.len) : NULL;
    if (blank == NULL)
        return refuse(at, line, "two pieces with a blank between them are expected", err);
    m->left = (struct slice){line.bytes, (size_t)(blank - line.bytes)};
    m->right = (struct slice){blank + 1, line.len - m->left.len - 1};
    m->ends = ends_with(m->right, BPE_WORD_END);
    if (m->ends)
        m->right.len -= strlen(BPE_WORD_END);
    if (m->left.len == 0 || m->right.len == 0 || has_blank(m->left) || has_blank(m->right))
        return refuse(at, line, "two pieces with a blank between them are expected", err);
    if (ends_with(m->left, BPE_WORD_END))
        return refuse(at, line, "its first piece ends a word", err);
    if (m->left.len + m->right.len > BPE_PIECE_MAX)
        return refuse(at, line, "its piece is too long", err);
    if (utf8_span(line.bytes, line.len) != line.len)
        return refuse(at, line, "it is not UTF-8", err);
    return ST_OK;
}

static enum status keep_line(struct bpe *b, const struct merge *m, struct err *err)
{
    TRY(buf_add(&b->text, m->left.bytes, m->left.len, err));
    TRY(buf_add_text(&b->text, " ", err));
    TRY(buf_add(&b->text, m->right.bytes, m->right.len, err));
    return buf_add_text(&b->text, m->ends ? BPE_WORD_END "\n" : "\n", err);
}

static enum status keep_result(struct bpe *b, size_t rank, int32_t result, struct err *err)
{
    if (rank >= b->results_room) {
        const size_t room = b->results_room == 0 ? 1024 : 2 * b->results_room;
        int32_t *results = mem_resize(b->results, room, sizeof *results, err);
        if (results == NULL)
            return ST_NOMEM;
        b->results = results;
        b->results_room = room;
    }
    b->results[rank] = result;
    return ST_OK;
}

/* A piece of one character is known at the end of a word and within one. */
static enum status add_piece(struct bpe *b, struct slice piece, bool ends, int32_t *number,
                             struct err *err)
{
    uint32_t code;
    int32_t other;
    if (utf8_next(piece.bytes, piece.len, &code) == piece.len)
        TRY(add_token(b, piece.bytes, piece.len, !ends, &other, err));
    return add_token(b, piece.bytes, piece.len, ends, number, err);
}

static enum status add_merge(struct bpe *b, const struct merge *m, struct buf *joined,
                             struct err *err)
{
    int32_t pair[2], result, rank;
    joined->len = 0;
    TRY(buf_add(joined, m->left.bytes, m->left.len, err));
    TRY(buf_add(joined, m->right.bytes, m->right.len, err));
    if (is_ambiguous(b, m->left.bytes, m->left.len, false) ||
        is_ambiguous(b, m->right.bytes, m->right.len, m->ends) ||
        is_ambiguous(b, joined->data, joined->len, m->ends))
        return ST_OK;
    TRY(add_piece(b, m->left, false, &pair[0], err));
    TRY(add_piece(b, m->right, m->ends, &pair[1], err));
    TRY(add_token(b, joined->data, joined->len, m->ends, &result, err));
    TRY(hash_table_add(&b->pairs, (const char *)pair, sizeof pair, &rank, err));
    return keep_result(b, (size_t)rank, result, err);
}

/* Merges of tools that mark the beginnings of words instead of their ends (GPT-2's U+0120, and
 * SentencePiece's U+2581) have the same header. */
static bool marks_beginnings(struct slice text)
{
    const char *const marks[] = {"\n\xc4\xa0", "\n\xe2\x96\x81"};
    for (size_t i = 0; i < 2; i++)
        if (memmem(text.bytes, text.len, marks[i], strlen(marks[i])) != NULL)
            return memmem(text.bytes, text.len, BPE_WORD_END, strlen(BPE_WORD_END)) == NULL;
    return false;
}

static enum status check_header(const struct lines *at, struct slice line, struct slice text,
                                struct err *err)
{
    const size_t n = strlen(BPE_HEADER);
    if (line.len < n || memcmp(line.bytes, BPE_HEADER, n) != 0 ||
        (line.len > n && line.bytes[n] != ' '))
        return err_set(err, ST_INPUT,
                       "'%s' line 1 has %s, not \"" BPE_HEADER "\", with which the merges of "
                       "subword-nmt begin",
                       at->name, escape_quoted(line.bytes, line.len).text);
    if (marks_beginnings(text))
        return err_set(err, ST_INPUT,
                       "'%s' has merges that mark the beginnings of words, not their ends by "
                       "\"" BPE_WORD_END "\" as subword-nmt's do",
                       at->name);
    return ST_OK;
}

static enum status parse_lines(struct bpe *b, const char *name, struct slice text, struct err *err)
{
    struct lines at = {.name = name};
    struct buf joined = {0};
    enum status status;
    TRY(buf_add_text(&b->text, BPE_HEADER "\n", err));
    for (size_t from = 0; from < text.len || at.line == 0;) {
        const char *end = from < text.len ? memchr(text.bytes + from, '\n', text.len - from) : NULL;
        const size_t next = end != NULL ? (size_t)(end - text.bytes) : text.len;
        struct slice line = {text.bytes + from, next - from};
        struct merge m = {.ends = false};
        from = next + 1;
        at.line++;
        if (line.len > 0 && line.bytes[line.len - 1] == '\r')
            line.len--;
        if (at.line == 1) {
            TRY_OUT(check_header(&at, line, text, err));
            continue;
        }
        TRY_OUT(parse_merge(&m, &at, line, err));
        if (b->n_merges++ == BPE_MERGES_MAX)
            TRY_OUT(err_set(err, ST_INPUT, "'%s' has more than %d merges", name, BPE_MERGES_MAX));
        TRY_OUT(keep_line(b, &m, err));
        TRY_OUT(add_merge(b, &m, &joined, err));
    }
    status = ST_OK;
out:
    buf_fini(&joined);
    return status;
}

static bool is_printable(int byte)
{
    return byte > ' ' && byte < 0x7f;
}

/* The printable characters of ASCII, which are their own bytes. */
static enum status list_printable(struct bpe *b, struct err *err)
{
    int32_t number;
    for (int byte = 1; b->bytes && byte < 0x80; byte++) {
        const char c = (char)byte;
        if (is_printable(byte))
            TRY(add_piece(b, (struct slice){&c, 1}, true, &number, err));
    }
    return ST_OK;
}

/* All other bytes that UTF-8 has, but NUL and blanks; only some end a character. */
static enum status list_bytes(struct bpe *b, struct err *err)
{
    int32_t number;
    for (int byte = 1; b->bytes && byte < 0xf5; byte++) {
        const bool blank = byte == ' ' || (byte >= '\t' && byte <= '\r');
        if (blank || is_printable(byte) || byte == 0xc0 || byte == 0xc1)
            continue;
        TRY(add_byte(b, (unsigned char)byte, false, &number, err));
        if (byte < 0xc0)
            TRY(add_byte(b, (unsigned char)byte, true, &number, err));
    }
    return ST_OK;
}

enum status bpe_parse(struct bpe **out, const char *name, const char *text, size_t len, bool bytes,
                      struct err *err)
{
    struct bpe *b = mem_zeroed(1, sizeof *b, err);
    if (b == NULL)
        return ST_NOMEM;
    enum status status;
    b->bytes = bytes;
    TRY_OUT(parse_lines(b, name, (struct slice){text != NULL ? text : "", len}, err));
    TRY_OUT(list_printable(b, err));
    b->n_known = hash_table_size(&b->tokens);
    TRY_OUT(list_bytes(b, err));
    b->n_listed = hash_table_size(&b->tokens);
    *out = b;
    return ST_OK;
out:
    bpe_free(b);
    return status;
}

struct slice bpe_text(const struct bpe *b)
{
    return (struct slice){b->text.data, b->text.len};
}

uint64_t bpe_hash(const struct bpe *b)
{
    return hash_bytes(b->text.data, b->text.len);
}

size_t bpe_n_merges(const struct bpe *b)
{
    return b->n_merges;
}

size_t bpe_n_tokens(const struct bpe *b)
{
    return b->n_listed;
}

struct slice bpe_token(const struct bpe *b, size_t i)
{
    return hash_table_get(&b->tokens, (int32_t)i);
}

/* --- splitting a word --- */

static enum status reserve_pieces(struct bpe *b, size_t n, struct err *err)
{
    if (n <= b->room)
        return ST_OK;
    int32_t *pieces = mem_resize(b->pieces, 2 * n, sizeof *pieces, err);
    if (pieces == NULL)
        return ST_NOMEM;
    b->pieces = pieces;
    int32_t *ranks = mem_resize(b->ranks, 2 * n, sizeof *ranks, err);
    if (ranks == NULL)
        return ST_NOMEM;
    b->ranks = ranks;
    b->room = 2 * n;
    return ST_OK;
}

static enum status spell_bytes(struct bpe *b, const char *bytes, size_t len, bool ends,
                               struct err *err)
{
    for (size_t i = 0; i < len; i++)
        TRY(add_byte(b, (unsigned char)bytes[i], ends && i == len - 1, &b->pieces[b->n++], err));
    return ST_OK;
}

static enum status begin_word(struct bpe *b, struct slice word, struct err *err)
{
    TRY(reserve_pieces(b, word.len, err));
    b->n = 0;
    for (size_t i = 0, n; i < word.len; i += n) {
        uint32_t code;
        n = utf8_next(word.bytes + i, word.len - i, &code);
        const bool ends = i + n == word.len;
        TRY(make_key(b, word.bytes + i, n, ends, err));
        const int32_t number = hash_table_find(&b->tokens, b->key.data, b->key.len);
        const bool known = number >= 0 && (size_t)number < b->n_known;
        if (b->bytes && !known)
            TRY(spell_bytes(b, word.bytes + i, n, ends, err));
        else if (number >= 0)
            b->pieces[b->n++] = number;
        else
            TRY(hash_table_add(&b->tokens, b->key.data, b->key.len, &b->pieces[b->n++], err));
    }
    return ST_OK;
}

/* The ranks that are not set; returns the lowest of all. */
static int32_t find_ranks(struct bpe *b)
{
    int32_t lowest = NO_RANK;
    for (size_t i = 0; i + 1 < b->n; i++) {
        if (b->ranks[i] == UNSET) {
            const int32_t rank =
                hash_table_find(&b->pairs, (const char *)&b->pieces[i], 2 * sizeof *b->pieces);
            b->ranks[i] = rank == HASH_TABLE_NONE ? NO_RANK : rank;
        }
        lowest = b->ranks[i] < lowest ? b->ranks[i] : lowest;
    }
    return lowest;
}

/* Joins all neighbours of that rank, from the left. */
static void merge(struct bpe *b, int32_t rank)
{
    size_t to = 0;
    for (size_t i = 0; i < b->n; to++) {
        const bool joins = i + 1 < b->n && b->ranks[i] == rank;
        b->pieces[to] = joins ? b->results[rank] : b->pieces[i];
        b->ranks[to] = joins ? UNSET : b->ranks[i];
        if (joins && to > 0)
            b->ranks[to - 1] = UNSET;
        i += joins ? 2 : 1;
    }
    b->n = to;
}

static enum status split_anew(struct bpe *b, struct slice word, struct err *err)
{
    TRY(begin_word(b, word, err));
    for (size_t i = 0; i < b->n; i++)
        b->ranks[i] = UNSET;
    for (int32_t rank = find_ranks(b); rank != NO_RANK; rank = find_ranks(b))
        merge(b, rank);
    return ST_OK;
}

/* --- words that were split before --- */

static enum status reserve_starts(struct cache *c, size_t n, struct err *err)
{
    if (n <= c->starts_room)
        return ST_OK;
    uint32_t *starts = mem_resize(c->starts, 2 * n, sizeof *starts, err);
    if (starts == NULL)
        return ST_NOMEM;
    starts[0] = 0;
    c->starts = starts;
    c->starts_room = 2 * n;
    return ST_OK;
}

static enum status remember(struct bpe *b, struct slice word, struct err *err)
{
    struct cache *c = &b->cache;
    int32_t number;
    if (word.len > CACHED_BYTES || hash_table_size(&c->words) == CACHED_WORDS)
        return ST_OK;
    TRY(reserve_starts(c, hash_table_size(&c->words) + 2, err));
    if (c->n + b->n > c->room) {
        const size_t room = 2 * (c->n + b->n) + 1024;
        int32_t *pool = mem_resize(c->pool, room, sizeof *pool, err);
        if (pool == NULL)
            return ST_NOMEM;
        c->pool = pool;
        c->room = room;
    }
    TRY(hash_table_add(&c->words, word.bytes, word.len, &number, err));
    memcpy(c->pool + c->n, b->pieces, b->n * sizeof *b->pieces);
    c->n += b->n;
    c->starts[number + 1] = (uint32_t)c->n;
    return ST_OK;
}

static enum status send(const struct bpe *b, const int32_t *pieces, size_t n,
                        struct token_sink *sink, struct err *err)
{
    for (size_t i = 0; i < n; i++) {
        const struct slice token = hash_table_get(&b->tokens, pieces[i]);
        TRY(token_sink_add(sink, token.bytes, token.len, err));
    }
    return ST_OK;
}

enum status bpe_split(struct bpe *b, struct slice word, struct token_sink *sink, struct err *err)
{
    const struct cache *c = &b->cache;
    const int32_t known = hash_table_find(&c->words, word.bytes, word.len);
    if (known >= 0)
        return send(b, c->pool + c->starts[known], c->starts[known + 1] - c->starts[known], sink,
                    err);
    TRY(split_anew(b, word, err));
    TRY(remember(b, word, err));
    return send(b, b->pieces, b->n, sink, err);
}

void bpe_free(struct bpe *b)
{
    if (b == NULL)
        return;
    buf_fini(&b->text);
    buf_fini(&b->key);
    hash_table_fini(&b->tokens);
    hash_table_fini(&b->pairs);
    hash_table_fini(&b->cache.words);
    mem_free(b->cache.pool);
    mem_free(b->cache.starts);
    mem_free(b->results);
    mem_free(b->pieces);
    mem_free(b->ranks);
    mem_free(b);
}
