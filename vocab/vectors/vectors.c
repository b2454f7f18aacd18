#include "vocab/vectors/vectors.h"

#include <string.h>

#include "lib/base/escape.h"
#include "lib/base/hash_table.h"
#include "lib/base/mem.h"
#include "lib/base/utf8.h"
#include "vocab/lower_case.h"
#include "vocab/vectors/vectors_lines.h"
#include "vocab/vectors/vectors_parse.h"

struct vectors {
    struct vectors_lines lines;
    size_t width;
    bool has_sizes; /* the first line is "N D" */
    uint64_t said;  /* N */
};

/* --- opening --- */

static enum status refuse_first(const struct vectors *v, struct slice line, struct err *err)
{
    return err_set(err, ST_INPUT,
                   "'%s' line 1 has %s: it is no file of word vectors, which begins with the "
                   "numbers of words and of values (word2vec), or with a word and its values "
                   "(GloVe)",
                   vectors_name(v), escape_quoted(line.bytes, line.len).text);
}

static enum status refuse_width(const struct vectors *v, uint64_t width, struct err *err)
{
    return err_set(err, ST_INPUT, "'%s' line 1 %s %llu values for a word: they are from 1 to %d",
                   vectors_name(v), v->has_sizes ? "says" : "has", (unsigned long long)width,
                   VECTORS_WIDTH_MAX);
}

/* In word2vec's binary form a word and a blank are followed by the bytes of its floats. In text
 * they are decimal, perhaps after the rest of a word with blanks: no control characters, and UTF-8
 * where the word is. */
static enum status check_binary(struct vectors *v, struct err *err)
{
    struct slice ahead;
    TRY(vectors_lines_look(&v->lines, 1 << 12, &ahead, err));
    const char *end = ahead.bytes + ahead.len, *at = memchr(ahead.bytes, ' ', ahead.len);
    while (at != NULL && at < end && *at != '\r' && *at != '\n') {
        uint32_t code;
        at += utf8_next(at, (size_t)(end - at), &code);
        const bool is_cut = end - at < 3;
        if (is_cut || code == '\t' || (code != UTF8_BAD && code >= ' ' && code != 0x7f))
            continue;
        return err_set(err, ST_INPUT,
                       "'%s' is in word2vec's binary form: only vectors that were saved as text "
                       "can be read",
                       vectors_name(v));
    }
    return ST_OK;
}

static enum status skip_mark(struct vectors_lines *l, struct err *err)
{
    static const char mark[] = "\xEF\xBB\xBF";
    const size_t len = sizeof mark - 1;
    struct slice ahead;
    TRY(vectors_lines_look(l, len, &ahead, err));
    if (ahead.len >= len && memcmp(ahead.bytes, mark, len) == 0)
        vectors_lines_skip(l, len);
    return ST_OK;
}

/* Takes the sizes of the first line, or leaves that line as the first of the words. */
static enum status read_width(struct vectors *v, struct err *err)
{
    struct slice line;
    uint64_t width;
    bool more;
    TRY(skip_mark(&v->lines, err));
    TRY(vectors_lines_next(&v->lines, &line, &more, err));
    if (!more)
        return err_set(err, ST_INPUT, "'%s' is empty: it has no word vectors", vectors_name(v));
    v->has_sizes = vectors_parse_sizes(line, &v->said, &width);
    if (!v->has_sizes) {
        width = vectors_guess_width(line);
        if (width == 0)
            return refuse_first(v, line, err);
        vectors_lines_back(&v->lines);
    }
    if (width < 1 || width > VECTORS_WIDTH_MAX)
        return refuse_width(v, width, err);
    v->width = (size_t)width;
    return v->has_sizes ? check_binary(v, err) : ST_OK;
}

enum status vectors_open_source(struct vectors **out, struct source *source, struct err *err)
{
    struct vectors *v = mem_zeroed(1, sizeof *v, err);
    if (v == NULL) {
        source_close(source);
        return ST_NOMEM;
    }
    v->lines.source = source;
    const enum status status = read_width(v, err);
    if (status == ST_OK)
        *out = v;
    else
        vectors_close(v);
    return status;
}

/* The name of the only member of an archive; NULL: the path is none, or has several. */
static enum status only_member(char **member, const char *path, const struct source_limits *limits,
                               struct err *err)
{
    struct source_list list = {0};
    *member = NULL;
    if (strcmp(path, "-") == 0)
        return ST_OK;
    enum status status = source_list_open(&list, path, limits, err);
    if (status == ST_OK && list.kind == SOURCE_ARCHIVE && list.n == 1) {
        *member = mem_copy_string(list.names[0], strlen(list.names[0]), err);
        status = *member == NULL ? ST_NOMEM : ST_OK;
    }
    source_list_fini(&list);
    return status;
}

enum status vectors_open(struct vectors **v, const char *path, const char *member,
                         const struct source_limits *limits, struct err *err)
{
    struct source *source;
    char *only = NULL;
    if (member == NULL)
        TRY(only_member(&only, path, limits, err));
    enum status status = source_open(&source, path, member != NULL ? member : only, limits, err);
    mem_free(only);
    return status == ST_OK ? vectors_open_source(v, source, err) : status;
}

size_t vectors_width(const struct vectors *v)
{
    return v->width;
}

const char *vectors_name(const struct vectors *v)
{
    return source_name(v->lines.source);
}

void vectors_close(struct vectors *v)
{
    if (v == NULL)
        return;
    vectors_lines_fini(&v->lines);
    mem_free(v);
}

/* --- reading --- */

/* Where the words of a vocabulary that are not in lower case are found by it. Words of the same
 * lower case are a chain. */
struct lower_words {
    struct hash_table table;
    int32_t *first; /* [words of the table] a word's id */
    int32_t *next;  /* [V] the next one, or -1 */
    struct buf word;
};

static enum status add_lower(struct lower_words *w, struct slice word, int32_t id, struct err *err)
{
    int32_t number;
    w->word.len = 0;
    TRY(buf_add(&w->word, word.bytes, word.len, err));
    lower_case(w->word.data, w->word.len);
    if (memcmp(w->word.data, word.bytes, word.len) == 0)
        return ST_OK;
    const size_t size = hash_table_size(&w->table);
    TRY(hash_table_add(&w->table, w->word.data, w->word.len, &number, err));
    w->next[id] = (size_t)number < size ? w->first[number] : -1;
    w->first[number] = id;
    return ST_OK;
}

static enum status list_lower(struct lower_words *w, const struct vocab *vocab, struct err *err)
{
    const size_t V = vocab_size(vocab);
    w->first = mem_zeroed(V, sizeof *w->first, err);
    w->next = mem_zeroed(V, sizeof *w->next, err);
    if (w->first == NULL || w->next == NULL)
        return ST_NOMEM;
    for (int32_t id = 0; (size_t)id < V; id++)
        TRY(add_lower(w, vocab_slice(vocab, id), id, err));
    return ST_OK;
}

static void lower_words_fini(struct lower_words *w)
{
    hash_table_fini(&w->table);
    mem_free(w->first);
    mem_free(w->next);
    buf_fini(&w->word);
}

struct reading {
    const struct vocab *vocab;
    float *table;           /* [V, D] */
    unsigned char *matches; /* [V] */
    float *values;          /* [D] of one line */
    struct vectors_found found;
    struct lower_words lower;
};

static void fill(struct reading *r, const struct vectors *v, int32_t id, enum vectors_match match)
{
    if (r->matches[id] >= match)
        return;
    r->found.lower -= r->matches[id] == VECTORS_LOWER;
    r->found.lower += match == VECTORS_LOWER;
    r->found.exact += match == VECTORS_EXACT;
    r->matches[id] = (unsigned char)match;
    memcpy(r->table + (size_t)id * v->width, r->values, v->width * sizeof *r->table);
}

static void take_word(struct reading *r, const struct vectors *v, struct slice word)
{
    const int32_t id = vocab_find(r->vocab, word.bytes, word.len);
    const int32_t number = hash_table_find(&r->lower.table, word.bytes, word.len);
    if (id >= 0)
        fill(r, v, id, VECTORS_EXACT);
    for (int32_t other = number >= 0 ? r->lower.first[number] : -1; other >= 0;
         other = r->lower.next[other])
        fill(r, v, other, VECTORS_LOWER);
}

static enum status refuse_line(const struct vectors *v, enum vectors_defect defect,
                               const struct vectors_line *line, struct err *err)
{
    const unsigned long long at = (unsigned long long)v->lines.line;
    if (defect == VECTORS_BAD_VALUE)
        return err_set(err, ST_INPUT, "'%s' line %llu has %s as value %zu: it is no finite number",
                       vectors_name(v), at, escape_quoted(line->field.bytes, line->field.len).text,
                       line->found);
    return err_set(err, ST_INPUT, "'%s' line %llu has %zu value%s, where line 1 %s %zu",
                   vectors_name(v), at, line->found, line->found == 1 ? "" : "s",
                   v->has_sizes ? "says" : "has", v->width);
}

static enum status check_said(const struct vectors *v, const struct reading *r, struct err *err)
{
    if (!v->has_sizes || r->found.lines == v->said)
        return ST_OK;
    return err_set(err, ST_INPUT,
                   "'%s' has %llu words, but its first line says %llu: %s; if it is complete, put "
                   "the right number there",
                   vectors_name(v), (unsigned long long)r->found.lines, (unsigned long long)v->said,
                   r->found.lines < v->said ? "it looks cut short"
                                            : "it looks put together of several files");
}

static enum status read_lines(struct vectors *v, struct reading *r, struct err *err)
{
    struct slice line;
    struct vectors_line parsed;
    bool more;
    for (;;) {
        TRY(vectors_lines_next(&v->lines, &line, &more, err));
        if (!more)
            return check_said(v, r, err);
        const enum vectors_defect defect = vectors_parse_line(&parsed, line, v->width, r->values);
        if (defect != VECTORS_FINE)
            return refuse_line(v, defect, &parsed, err);
        r->found.lines++;
        take_word(r, v, parsed.word);
    }
}

enum status vectors_read(struct vectors *v, const struct vocab *vocab, float *table,
                         unsigned char *matches, struct vectors_found *found, struct err *err)
{
    struct reading r = {.vocab = vocab, .table = table, .matches = matches};
    enum status status = ST_NOMEM;
    memset(matches, VECTORS_NONE, vocab_size(vocab));
    r.values = mem_zeroed(v->width, sizeof *r.values, err);
    if (r.values == NULL)
        goto out;
    TRY_OUT(list_lower(&r.lower, vocab, err));
    TRY_OUT(read_lines(v, &r, err));
    *found = r.found;
out:
    lower_words_fini(&r.lower);
    mem_free(r.values);
    return status;
}
