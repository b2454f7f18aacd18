#include "vocab/advice/text_advice.h"

#include <string.h>

#include "vocab/lower_case.h"
#include "vocab/tokenizer/tokenizer_bpe.h"

/* Counts the tokens of a text, and those that the vocabulary lacks. */
struct trial {
    struct token_sink sink;
    const struct vocab *vocab;
    uint64_t tokens, unknown;
};

static enum status take(struct token_sink *s, const struct slice *tokens, size_t n, struct err *err)
{
    struct trial *t = (struct trial *)s;
    int32_t ids[TOKEN_BATCH];
    (void)err;
    vocab_find_all(t->vocab, tokens, n, ids);
    t->tokens += n;
    for (size_t i = 0; i < n; i++)
        t->unknown += ids[i] < 0;
    return ST_OK;
}

static void upper_ascii(char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        bytes[i] = (char)(bytes[i] >= 'a' && bytes[i] <= 'z' ? bytes[i] - 'a' + 'A' : bytes[i]);
}

static enum status try_line(struct trial *t, struct slice line, const struct tokenizer *tokenizer,
                            struct marked_lines *lines, struct buf *room, struct err *err)
{
    TRY(marked_lines_read(lines, &line, true, err));
    TRY(tokenizer->split(tokenizer, line.bytes, line.len, room, &t->sink, err));
    TRY(token_sink_flush(&t->sink, err));
    t->tokens++; /* TOKEN_EOS */
    return ST_OK;
}

/* The share of unknown tokens in a copy of the sample that is changed. */
static enum status try_change(double *share, const struct text_watch *w, enum text_change change,
                              const struct tokenizer *tokenizer, const struct vocab *vocab,
                              struct err *err)
{
    static const struct markers none;
    const struct slice sample = text_watch_sample(w);
    const struct markers *markers = text_watch_markers(w);
    struct trial t = {.sink = {.take = take}, .vocab = vocab};
    struct marked_lines lines = {.markers = markers != NULL ? markers : &none,
                                 .anywhere = !tokenizer->keeps_words};
    struct buf text = {0}, room = {0};
    enum status status;
    TRY_OUT(buf_add(&text, sample.bytes, sample.len, err));
    if (change == TEXT_LOWER)
        lower_case(text.data, text.len);
    if (change == TEXT_UPPER)
        upper_ascii(text.data, text.len);
    for (size_t at = 0; at < text.len;) {
        const char *end = memchr(text.data + at, '\n', text.len - at);
        const size_t len = (end != NULL ? (size_t)(end - text.data) : text.len) - at;
        TRY_OUT(try_line(&t, (struct slice){text.data + at, len}, tokenizer, &lines, &room, err));
        at += len + 1;
    }
    *share = t.tokens > 0 ? (double)t.unknown / (double)t.tokens : 0.0;
out:
    marked_lines_fini(&lines);
    buf_fini(&text);
    buf_fini(&room);
    return status;
}

/* A change is taken where it leaves clearly less than the best one before it. */
static enum status try_and_take(struct text_advice *a, const struct text_watch *w,
                                struct text_advice other, double most, const struct vocab *vocab,
                                struct err *err)
{
    const struct tokenizer *own = text_watch_tokenizer(w);
    TRY(try_change(&other.unknown, w, other.change, other.tokenizer != NULL ? other.tokenizer : own,
                   vocab, err));
    if (other.unknown <= most && (a->change == TEXT_KEEP || other.unknown < 0.7 * a->unknown))
        *a = other;
    return ST_OK;
}

/* Letters are in most vocabularies, but only one of characters has the blank. */
static bool may_fit(const struct tokenizer *t, const struct vocab *vocab)
{
    return t->joint[0] != '\0' || vocab_find(vocab, " ", 1) >= 0;
}

static bool find_marker(struct text_advice *a, const struct text_watch *w, uint64_t unknown)
{
    const struct known_marker *k;
    for (size_t i = 0; (k = known_marker_at(i)) != NULL; i++) {
        const uint64_t times = text_watch_times(w, k->text);
        if (k->kind == MARKER_UNK && times > 0 && times >= unknown / 2) {
            *a = (struct text_advice){.change = TEXT_UNK, .marker = k->text};
            return true;
        }
    }
    return false;
}

enum status text_advice_find(struct text_advice *a, const struct text_watch *w, uint64_t unknown,
                             const struct vocab *vocab, struct err *err)
{
    double now;
    *a = (struct text_advice){.change = TEXT_KEEP};
    if (find_marker(a, w, unknown))
        return ST_OK;
    TRY(try_change(&now, w, TEXT_KEEP, text_watch_tokenizer(w), vocab, err));
    if (now <= 0.0)
        return ST_OK;
    const enum text_change cases[] = {TEXT_LOWER, TEXT_UPPER};
    for (size_t i = 0; i < 2; i++)
        TRY(try_and_take(a, w, (struct text_advice){.change = cases[i]}, now / 2, vocab, err));
    const struct tokenizer *t;
    for (size_t i = 0; (t = tokenizer_at(i)) != NULL; i++)
        if (t != text_watch_tokenizer(w) && tokenizer_is_ready(t) && may_fit(t, vocab))
            TRY(try_and_take(a, w, (struct text_advice){.change = TEXT_TOKENIZER, .tokenizer = t},
                             now / 2, vocab, err));
    return ST_OK;
}
