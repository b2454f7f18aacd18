#include "vocab/advice/text_watch.h"

#include <string.h>

#include "lib/base/ascii.h"
#include "lib/base/hash_table.h"
#include "lib/base/mem.h"

enum {
    SAMPLE_BYTES = 1 << 16,
    UNKNOWN_WORDS = 1 << 16, /* counted apart */
    UNKNOWN_BYTES = 1 << 22, /* of them all together */
};

struct text_watch {
    const struct tokenizer *tokenizer;
    const struct markers *markers;
    bool in_line;
    struct found_marker found[KNOWN_MARKERS_MAX];
    struct text_shape shape;
    uint64_t lines_scanned, words_scanned, unks; /* TOKEN_UNK as it is written here */
    struct buf sample;
    bool sample_is_full;
    struct hash_table words; /* that are not in the vocabulary */
    uint64_t *times;         /* [room] */
    size_t room, word_bytes;
};

enum status text_watch_new(struct text_watch **out, const struct tokenizer *tokenizer,
                           const struct markers *markers, struct err *err)
{
    struct text_watch *w = mem_zeroed(1, sizeof *w, err);
    if (w == NULL)
        return ST_NOMEM;
    w->tokenizer = tokenizer;
    w->markers = markers;
    *out = w;
    return ST_OK;
}

void text_watch_free(struct text_watch *w)
{
    if (w == NULL)
        return;
    buf_fini(&w->sample);
    hash_table_fini(&w->words);
    mem_free(w->times);
    mem_free(w);
}

void text_watch_set_tokenizer(struct text_watch *w, const struct tokenizer *tokenizer)
{
    w->tokenizer = tokenizer;
}

/* --- markers --- */

static void count_marker(struct text_watch *w, const char *bytes, size_t len, bool first, bool last)
{
    const size_t i = known_marker_find(bytes, len);
    w->unks += len == strlen(TOKEN_UNK) && memcmp(bytes, TOKEN_UNK, len) == 0;
    if (i == KNOWN_MARKERS_MAX)
        return;
    w->found[i].begins += first;
    w->found[i].ends += last;
    w->found[i].all++;
}

/* What stands in angles or brackets in a word that the tokenizer takes apart. */
static void scan_inside(struct text_watch *w, struct slice word, bool first, bool last)
{
    for (size_t i = 0; i < word.len; i++) {
        const char c = word.bytes[i];
        if (c != '<' && c != '[')
            continue;
        const char *end = memchr(word.bytes + i, c == '<' ? '>' : ']', word.len - i);
        if (end == NULL)
            continue;
        const size_t to = (size_t)(end - word.bytes) + 1;
        count_marker(w, word.bytes + i, to - i, first && i == 0, last && to == word.len);
    }
}

static void scan(struct text_watch *w, const char *bytes, size_t len, bool ends_line)
{
    bool first = !w->in_line;
    size_t end = len;
    while (end > 0 && ascii_is_space(bytes[end - 1]))
        end--;
    for (size_t at = 0; at < end;) {
        while (ascii_is_space(bytes[at]))
            at++;
        const size_t from = at;
        while (at < end && !ascii_is_space(bytes[at]))
            at++;
        const bool last = ends_line && at == end;
        const struct slice word = {bytes + from, at - from};
        const bool inside = !w->tokenizer->keeps_words &&
                            known_marker_find(word.bytes, word.len) == KNOWN_MARKERS_MAX;
        if (inside)
            scan_inside(w, word, first, last);
        else
            count_marker(w, word.bytes, word.len, first, last);
        text_shape_add(&w->shape, word, first);
        w->words_scanned++;
        first = false;
    }
    w->lines_scanned += ends_line;
}

static enum status add_sample(struct text_watch *w, const char *bytes, size_t len, bool ends_line,
                              struct err *err)
{
    const size_t room = SAMPLE_BYTES - w->sample.len;
    w->sample_is_full = len >= room;
    if (w->sample_is_full) /* cut between words */
        for (len = room; len > 0 && !ascii_is_space(bytes[len - 1]);)
            len--;
    TRY(buf_add(&w->sample, bytes, len, err));
    return ends_line ? buf_add_text(&w->sample, "\n", err) : ST_OK;
}

enum status text_watch_line(struct text_watch *w, const char *bytes, size_t len, bool ends_line,
                            struct err *err)
{
    scan(w, bytes, len, ends_line);
    if (!w->sample_is_full)
        TRY(add_sample(w, bytes, len, ends_line, err));
    w->in_line = !ends_line;
    return ST_OK;
}

static bool is_replaced(const struct text_watch *w, const char *text)
{
    const struct markers *m = w->markers;
    return m != NULL &&
           (strcmp(text, m->bos) == 0 || strcmp(text, m->eos) == 0 || strcmp(text, m->unk) == 0);
}

/* How often it stands where its kind does. An eos inside of a line ends a sentence there, and
 * TOKEN_EOS does already. */
static uint64_t weight(const struct found_marker *f, enum marker_kind kind)
{
    if (kind == MARKER_BOS)
        return f->begins;
    return kind == MARKER_EOS && strcmp(f->text, TOKEN_EOS) == 0 ? f->ends : f->all;
}

static bool is_worth_a_word(const struct text_watch *w, const struct known_marker *k, uint64_t n,
                            const struct vocab *vocab)
{
    if (n == 0 || is_replaced(w, k->text))
        return false;
    if (k->kind != MARKER_UNK)
        return n >= w->lines_scanned / 100;
    if (w->tokenizer->keeps_words && !w->tokenizer->learns &&
        vocab_find(vocab, k->text, strlen(k->text)) < 0)
        return false;
    return k->bare ? w->unks == 0 && n >= w->words_scanned / 1000 : n >= w->words_scanned / 10000;
}

struct found_marker text_watch_marker(const struct text_watch *w, enum marker_kind kind,
                                      const struct vocab *vocab)
{
    struct found_marker best = {.text = NULL};
    uint64_t most = 0;
    const struct known_marker *k;
    for (size_t i = 0; (k = known_marker_at(i)) != NULL; i++) {
        struct found_marker f = w->found[i];
        f.text = k->text;
        const uint64_t n = k->kind == kind ? weight(&f, kind) : 0;
        if (n <= most || !is_worth_a_word(w, k, n, vocab))
            continue;
        most = n;
        best = f;
    }
    best.lines = w->lines_scanned > 0 ? w->lines_scanned : 1;
    best.words = w->words_scanned;
    return best;
}

const struct tokenizer *text_watch_tokenizer(const struct text_watch *w)
{
    return w->tokenizer;
}

const struct markers *text_watch_markers(const struct text_watch *w)
{
    return w->markers;
}

const struct text_shape *text_watch_shape(const struct text_watch *w)
{
    return &w->shape;
}

struct slice text_watch_sample(const struct text_watch *w)
{
    return (struct slice){w->sample.data, w->sample.len};
}

/* --- words that the vocabulary lacks --- */

static enum status reserve_times(struct text_watch *w, struct err *err)
{
    if (hash_table_size(&w->words) < w->room)
        return ST_OK;
    const size_t room = w->room == 0 ? 256 : 2 * w->room;
    uint64_t *times = mem_resize(w->times, room, sizeof *times, err);
    if (times == NULL)
        return ST_NOMEM;
    w->times = times;
    w->room = room;
    return ST_OK;
}

enum status text_watch_unknown(struct text_watch *w, struct slice token, uint64_t times,
                               struct err *err)
{
    int32_t number = hash_table_find(&w->words, token.bytes, token.len);
    if (number >= 0) {
        w->times[number] += times;
        return ST_OK;
    }
    if (hash_table_size(&w->words) == UNKNOWN_WORDS || token.len > UNKNOWN_BYTES - w->word_bytes)
        return ST_OK;
    TRY(reserve_times(w, err));
    TRY(hash_table_add(&w->words, token.bytes, token.len, &number, err));
    w->times[number] = times;
    w->word_bytes += token.len;
    return ST_OK;
}

enum status text_watch_unknown_of(struct text_watch *w, const struct vocab_counts *counts,
                                  const struct vocab *vocab, struct err *err)
{
    const size_t n = vocab_counts_size(counts);
    for (size_t i = 0; i < n; i++) {
        const struct slice word = vocab_counts_word(counts, (int32_t)i);
        if (vocab_find(vocab, word.bytes, word.len) < 0)
            TRY(text_watch_unknown(w, word, vocab_counts_count(counts, (int32_t)i), err));
    }
    return ST_OK;
}

uint64_t text_watch_times(const struct text_watch *w, const char *token)
{
    const int32_t number = hash_table_find(&w->words, token, strlen(token));
    return number < 0 ? 0 : w->times[number];
}

static bool is_among(struct slice word, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (list[i] != NULL && strlen(list[i]) == word.len &&
            memcmp(list[i], word.bytes, word.len) == 0)
            return true;
    return false;
}

size_t text_watch_top(const struct text_watch *w, const char *const *but, size_t n_but,
                      struct unknown_word top[UNKNOWN_TOP])
{
    size_t n = 0;
    for (size_t i = 0; i < hash_table_size(&w->words); i++) {
        const struct slice word = hash_table_get(&w->words, (int32_t)i);
        if ((n == UNKNOWN_TOP && top[n - 1].times >= w->times[i]) || is_among(word, but, n_but))
            continue;
        size_t at = n < UNKNOWN_TOP ? n++ : n - 1;
        for (; at > 0 && top[at - 1].times < w->times[i]; at--)
            top[at] = top[at - 1];
        top[at] = (struct unknown_word){word, w->times[i]};
    }
    return n;
}
