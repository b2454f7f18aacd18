/* Turns plain English into text like the language-modelling Penn Treebank: tokens as in the
 * treebank (Robert MacIntyre's tokenizer.sed), then Mikolov's preprocessing: lower case, numbers to
 * N, punctuation left out. vocab/README.md has the rules.
 *
 * There are two passes. The first copies the line with ASCII punctuation. The second walks over the
 * copy from word to word and takes each apart. */
#include "vocab/tokenizer/tokenizer_treebank.h"

#include <endian.h>
#include <stdint.h>
#include <string.h>

#include "lib/base/utf8.h"
#include "vocab/tokenizer/tokenizer.h"
#include "vocab/tokenizer/treebank_english.h"
#include "vocab/tokenizer/treebank_rules.h"
#include "vocab/tokenizer/treebank_word.h"

/* How many bytes from bytes[0] on stay as they are: ASCII except the slash. */
static size_t count_plain(const char *bytes, size_t len)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), highs = 0x80 * ones;
    size_t n = 0;
    for (; len - n >= 8; n += 8) {
        uint64_t word;
        memcpy(&word, bytes + n, sizeof word);
        const uint64_t slashes = word ^ '/' * ones; /* zero bytes where they stand */
        if (((word | ((slashes - ones) & ~slashes)) & highs) != 0)
            break;
    }
    while (n < len && (unsigned char)bytes[n] < 0x80 && bytes[n] != '/')
        n++;
    return n;
}

/* First pass. The treebank writes a slash as "\/". */
static enum status flatten(struct buf *out, const char *bytes, size_t len, struct err *err)
{
    for (size_t i = 0; i < len;) {
        const size_t run = i + count_plain(bytes + i, len - i);
        TRY(buf_add(out, bytes + i, run - i, err));
        if (run == len)
            break;
        uint32_t code;
        const size_t n = utf8_next(bytes + run, len - run, &code);
        const char *ascii = code == '/' ? "/" : treebank_ascii(code);
        if (ascii != NULL && ascii[0] == '/' && (out->len == 0 || out->data[out->len - 1] != '\\'))
            ascii = "\\/";
        TRY(buf_add(out, ascii != NULL ? ascii : bytes + run, ascii != NULL ? strlen(ascii) : n,
                    err));
        i = run + n;
    }
    return ST_OK;
}

/* "US$", "C$": up to three letters before the sign. */
static bool is_currency(const struct scanner *s, struct span word)
{
    for (size_t i = word.from; i < word.to; i++)
        if (!treebank_is(s->text[i], CH_ALPHA))
            return false;
    return word.to > word.from && word.to - word.from <= 3;
}

/* Whether the byte at `at` can be part of a word, among its neighbours. */
static bool continues_word(const struct scanner *s, size_t at)
{
    const char c = s->text[at];
    const char before = at > 0 ? s->text[at - 1] : '\0';
    const char after = at + 1 < s->len ? s->text[at + 1] : '\0';
    if (treebank_is(c, CH_LETTER | CH_JOINS))
        return true;
    if (c == '-' || c == '.')
        return after != c && before != c;
    if (c == ',' || c == ':')
        return treebank_is(before, CH_DIGIT) && treebank_is(after, CH_DIGIT);
    return c == '&' && (treebank_is(before, CH_LETTER) || before == '.') &&
           treebank_is(after, CH_LETTER);
}

static size_t word_end(const struct scanner *s, size_t from)
{
    size_t at = from;
    while (at < s->len && continues_word(s, at))
        at++;
    if (at < s->len && s->text[at] == '$' && is_currency(s, (struct span){from, at}))
        at++;
    return at;
}

/* How many of eight bytes are ASCII letters before the first that is not. Adding 0x80 - n to a byte
 * below 0x80 sets its high bit where the byte is n or more, and never reaches the next byte. */
static size_t count_letters(const char *bytes)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), highs = 0x80 * ones;
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    word = le64toh(word);
    const uint64_t small = (word | 0x20 * ones) & ~highs;
    const uint64_t from_a = small + (0x80 - 'a') * ones, after_z = small + (0x7f - 'z') * ones;
    const uint64_t others = ~(from_a & ~after_z & ~word) & highs;
    return others == 0 ? 8 : (size_t)__builtin_ctzll(others) / 8;
}

/* The end of a word that consists of ASCII letters and stays whole; `from` where the word is of
 * another kind. The zeros after the line end its last word. */
static size_t plain_word_end(const struct scanner *s, size_t from)
{
    size_t at = from, n;
    do {
        n = count_letters(s->text + at);
        at += n;
    } while (n == 8);
    return treebank_is(s->text[at], CH_GOES_ON) ? from : at;
}

/* Takes a byte that begins no word: white space, punctuation, or a token by itself. */
static enum status take_mark(struct scanner *s, size_t at, struct err *err)
{
    const char c = s->text[at];
    if (c == '%')
        return token_sink_add(s->sink, "N", 1, err);
    if (c == '$' || c == '&' || c == '#')
        return token_sink_add(s->sink, s->text + at, 1, err);
    if (c == '`')
        s->in_quote = true;
    return ST_OK;
}

/* Takes the word or mark at `at`, which ends before *end. */
static enum status take_next(struct scanner *s, size_t at, size_t *end, struct err *err)
{
    const bool markup = s->text[at] == '<';
    const size_t special = markup ? token_special(s->text + at, s->len - at) : 0;
    *end = at + special;
    if (special > 0)
        return token_sink_add(s->sink, s->text + at, special, err);
    *end = word_end(s, at);
    if (*end > at)
        return treebank_take_word(s, (struct span){at, *end}, err);
    *end = at + 1;
    return take_mark(s, at, err);
}

/* Second pass. `shortly`: with the short cuts for spaces and plain words. */
static enum status scan(struct scanner *s, bool shortly, struct err *err)
{
    size_t at = 0;
    while (at < s->len) {
        if (shortly && s->text[at] == ' ') {
            at++;
            continue;
        }
        size_t end = shortly ? plain_word_end(s, at) : at;
        if (end > at)
            TRY(treebank_take_plain_word(s, (struct span){at, end}, err));
        else
            TRY(take_next(s, at, &end, err));
        at = end;
    }
    return ST_OK;
}

static enum status split(const char *bytes, size_t len, struct buf *room, bool shortly,
                         struct token_sink *sink, struct err *err)
{
    room->len = 0;
    TRY(flatten(room, bytes, len, err));
    TRY(buf_reserve(room, SCANNER_SLACK, err));
    memset(room->data + room->len, 0, SCANNER_SLACK);
    struct scanner s = {.text = room->data, .len = room->len, .sink = sink};
    s.letters_end = s.len;
    while (s.letters_end > 0 && !treebank_is(s.text[s.letters_end - 1], CH_LETTER))
        s.letters_end--;
    return scan(&s, shortly, err);
}

static enum status split_treebank(const struct tokenizer *t, const char *bytes, size_t len,
                                  struct buf *room, struct token_sink *sink, struct err *err)
{
    (void)t;
    return split(bytes, len, room, true, sink, err);
}

enum status treebank_split_by_rules(const struct tokenizer *t, const char *bytes, size_t len,
                                    struct buf *room, struct token_sink *sink, struct err *err)
{
    (void)t;
    return split(bytes, len, room, false, sink, err);
}

const struct tokenizer tokenizer_treebank = {
    .name = "treebank",
    .summary = "raw English to words as in the Penn Treebank, lower case, numbers as N",
    .split = split_treebank,
    .joint = " ",
    .detokenize = treebank_write_english,
};
