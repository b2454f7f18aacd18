/* Plain English to text like the language-modelling Penn Treebank: tokens as in the treebank
 * (Robert MacIntyre's tokenizer.sed), then Mikolov's preprocessing: lower case, numbers to N,
 * punctuation left out. README.md says what becomes of what.
 *
 * Two passes. The first writes the line anew with ASCII punctuation. The second walks over that
 * from word to word, and takes each apart from its ends inwards. */
#include <stdbool.h>
#include <string.h>

#include "lib/base/buf.h"
#include "vocab/chars.h"
#include "vocab/tokenizer.h"
#include "vocab/treebank_rules.h"

struct scanner {
    char *text; /* [len], written over where tokens are made lower case */
    size_t len;
    size_t letters_end; /* behind the last letter or digit of the line */
    bool in_quote;      /* a single quote was opened */
    token_fn *emit;
    void *ctx;
};

/* text[from..to) of a scanner. */
struct span {
    size_t from, to;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_alpha(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Letters, digits, and all that is beyond ASCII. */
static bool is_letter(char c)
{
    return is_alpha(c) || is_digit(c) || (unsigned char)c >= 0x80;
}

static bool is_one_of(char c, const char *set)
{
    return c != '\0' && strchr(set, c) != NULL;
}

/* First pass. The treebank writes a slash as "\/". */
static enum status flatten(struct buf *out, const char *bytes, size_t len, struct err *err)
{
    for (size_t i = 0; i < len;) {
        size_t run = i;
        while (run < len && (unsigned char)bytes[run] < 0x80 && bytes[run] != '/')
            run++;
        TRY(buf_add(out, bytes + i, run - i, err));
        if (run == len)
            break;
        uint32_t code;
        const size_t n = char_next(bytes + run, len - run, &code);
        const char *ascii = code == '/' ? "/" : treebank_ascii(code);
        if (ascii != NULL && ascii[0] == '/' && (out->len == 0 || out->data[out->len - 1] != '\\'))
            ascii = "\\/";
        TRY(buf_add(out, ascii != NULL ? ascii : bytes + run, ascii != NULL ? strlen(ascii) : n,
                    err));
        i = run + n;
    }
    return ST_OK;
}

static enum status send(struct scanner *s, struct span word, struct err *err)
{
    char *bytes = s->text + word.from;
    const size_t len = word.to - word.from;
    if (len == 0)
        return ST_OK;
    if (len > 1 || bytes[0] != 'N') /* a number of text that is prepared already */
        chars_lower(bytes, len);
    return s->emit(s->ctx, bytes, len, err);
}

/* "5", "1,000.50", "10:30", "1\/2", "1988-89", "-3" */
static bool is_number(const struct scanner *s, struct span word)
{
    bool digits = false;
    for (size_t i = word.from; i < word.to; i++) {
        digits |= is_digit(s->text[i]);
        if (!is_digit(s->text[i]) && !is_one_of(s->text[i], ".,:-+\\/"))
            return false;
    }
    return digits;
}

static bool has_letter(const struct scanner *s, struct span word)
{
    for (size_t i = word.from; i < word.to; i++)
        if (is_letter(s->text[i]))
            return true;
    return false;
}

/* A word freed of what stands around it and of its clitics. */
static enum status send_base(struct scanner *s, struct span word, struct err *err)
{
    const char *bytes = s->text + word.from;
    const size_t len = word.to - word.from;
    if (!has_letter(s, word) || treebank_is_bracket(bytes, len))
        return ST_OK;
    if (is_number(s, word))
        return s->emit(s->ctx, "N", 1, err);
    const size_t middle = word.from + treebank_contraction(bytes, len);
    TRY(send(s, (struct span){word.from, middle}, err));
    return send(s, (struct span){middle, word.to}, err);
}

static enum status send_with_clitics(struct scanner *s, struct span word, struct err *err)
{
    struct span clitics[4]; /* from the last to the first: "couldn't've" has two */
    size_t n_clitics = 0;
    while (n_clitics < 4) {
        const size_t n = treebank_clitic(s->text + word.from, word.to - word.from);
        if (n == 0)
            break;
        clitics[n_clitics++] = (struct span){word.to - n, word.to};
        word.to -= n;
    }
    TRY(send_base(s, word, err));
    while (n_clitics > 0)
        TRY(send(s, clitics[--n_clitics], err));
    return ST_OK;
}

/* Whether a word that ends with a period owns it. What is before a hyphen does not matter
 * ("non-U.S."). A single letter is an initial ("J."), but a word at the end of the line. */
static bool owns_period(const struct scanner *s, struct span word)
{
    size_t from = word.to;
    while (from > word.from && s->text[from - 1] != '-')
        from--;
    const char *bytes = s->text + from;
    const size_t len = word.to - from;
    const bool last = word.to >= s->letters_end;
    if (len == 2 && is_alpha(bytes[0]))
        return !last;
    return treebank_is_abbreviation(bytes, len, last);
}

/* Takes one apostrophe off the end. Behind an s and outside of quotes it is the possessive. */
static void trim_quote(struct scanner *s, struct span *word, bool *possessive)
{
    word->to--;
    if (s->in_quote)
        s->in_quote = false;
    else if (word->to > word->from)
        *possessive = is_one_of(s->text[word->to - 1], "sSxXzZ");
}

static void trim_end(struct scanner *s, struct span *word, bool *possessive)
{
    while (word->to > word->from) {
        const char c = s->text[word->to - 1];
        const bool twice = word->to - word->from > 1 && s->text[word->to - 2] == c;
        if (c == '\'' && twice)
            word->to -= 2;
        else if (c == '\'')
            trim_quote(s, word, possessive);
        else if (is_one_of(c, "\\/_") || (c == '.' && !owns_period(s, *word)))
            word->to--;
        else
            break;
    }
}

static void trim_start(struct scanner *s, struct span *word)
{
    for (; word->from < word->to; word->from++) {
        const char *bytes = s->text + word->from;
        const size_t len = word->to - word->from;
        if (bytes[0] == '\'') {
            size_t bare = len;
            while (bare > 1 && is_one_of(bytes[bare - 1], ".'"))
                bare--;
            if (treebank_is_elided(bytes, bare))
                break;
            s->in_quote = bare > 1 && bytes[1] != '\'';
        } else if (!is_one_of(bytes[0], "\\/_") &&
                   !(bytes[0] == '.' && !(len > 1 && is_digit(bytes[1])))) {
            break;
        }
    }
}

/* An apostrophe between blanks is the possessive of text that is prepared already. */
static bool is_lone_quote(const struct scanner *s, struct span word)
{
    return word.to - word.from == 1 && s->text[word.from] == '\'' && !s->in_quote &&
           (word.from == 0 || s->text[word.from - 1] == ' ') &&
           (word.to == s->len || s->text[word.to] == ' ');
}

static enum status take_word(struct scanner *s, struct span word, struct err *err)
{
    if (is_lone_quote(s, word))
        return s->emit(s->ctx, "'", 1, err);
    bool possessive = false;
    trim_start(s, &word);
    trim_end(s, &word, &possessive);
    TRY(send_with_clitics(s, word, err));
    return possessive ? s->emit(s->ctx, "'", 1, err) : ST_OK;
}

/* "US$", "C$": up to three letters before the sign. */
static bool is_currency(const struct scanner *s, struct span word)
{
    for (size_t i = word.from; i < word.to; i++)
        if (!is_alpha(s->text[i]))
            return false;
    return word.to > word.from && word.to - word.from <= 3;
}

/* Whether the byte at `at` can be part of a word, among its neighbours. */
static bool continues_word(const struct scanner *s, size_t at)
{
    const char c = s->text[at];
    const char before = at > 0 ? s->text[at - 1] : '\0';
    const char after = at + 1 < s->len ? s->text[at + 1] : '\0';
    if (is_letter(c) || is_one_of(c, "'_+\\/"))
        return true;
    if (c == '-' || c == '.')
        return after != c && before != c;
    if (c == ',' || c == ':')
        return is_digit(before) && is_digit(after);
    return c == '&' && (is_letter(before) || before == '.') && is_letter(after);
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

/* Second pass. Bytes that begin no token are white space or punctuation. */
static enum status scan(struct scanner *s, struct err *err)
{
    size_t at = 0;
    while (at < s->len) {
        const bool markup = s->text[at] == '<';
        const size_t special = markup ? tokenizer_special(s->text + at, s->len - at) : 0;
        const size_t end = special > 0 ? at + special : word_end(s, at);
        if (special > 0)
            TRY(s->emit(s->ctx, s->text + at, special, err));
        else if (end > at)
            TRY(take_word(s, (struct span){at, end}, err));
        else if (s->text[at] == '%')
            TRY(s->emit(s->ctx, "N", 1, err));
        else if (is_one_of(s->text[at], "$&#"))
            TRY(s->emit(s->ctx, s->text + at, 1, err));
        else if (s->text[at] == '`')
            s->in_quote = true;
        at = end > at ? end : at + 1;
    }
    return ST_OK;
}

static enum status split_treebank(const char *bytes, size_t len, token_fn *emit, void *ctx,
                                  struct err *err)
{
    struct buf plain = {0};
    enum status status = flatten(&plain, bytes, len, err);
    if (status == ST_OK) {
        struct scanner s = {.text = plain.data, .len = plain.len, .emit = emit, .ctx = ctx};
        s.letters_end = s.len;
        while (s.letters_end > 0 && !is_letter(s.text[s.letters_end - 1]))
            s.letters_end--;
        status = scan(&s, err);
    }
    buf_fini(&plain);
    return status;
}

const struct tokenizer tokenizer_treebank = {
    .name = "treebank",
    .summary = "raw English to words as in the Penn Treebank, lower case, numbers as N",
    .split = split_treebank,
    .joint = " ",
};
