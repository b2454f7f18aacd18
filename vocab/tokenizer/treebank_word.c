/* From a word of the text to tokens, from its ends inwards: first quotes, slashes and periods that
 * are not part of it come off, then clitics; what is left is a number, one word, or two written as
 * one. */
#include "vocab/tokenizer/treebank_word.h"

#include <endian.h>
#include <stdint.h>
#include <string.h>

#include "vocab/lower_case.h"
#include "vocab/tokenizer/treebank_rules.h"

#define EIGHT(c)      c, c, c, c, c, c, c, c
#define SIXTY_FOUR(c) EIGHT(c), EIGHT(c), EIGHT(c), EIGHT(c), EIGHT(c), EIGHT(c), EIGHT(c), EIGHT(c)

// clang-format off
const unsigned char treebank_classes[256] = {
    ['$'] = CH_MAY_GO_ON, ['&'] = CH_MAY_GO_ON, ['\''] = CH_JOINS, ['+'] = CH_JOINS | CH_NUMERIC,
    [','] = CH_NUMERIC, ['-'] = CH_NUMERIC | CH_MAY_GO_ON, ['.'] = CH_NUMERIC | CH_MAY_GO_ON,
    ['/'] = CH_JOINS | CH_NUMERIC | CH_EDGE,
    ['0'] = EIGHT(CH_DIGIT), CH_DIGIT, CH_DIGIT, [':'] = CH_NUMERIC,
    ['A'] = EIGHT(CH_ALPHA), EIGHT(CH_ALPHA), EIGHT(CH_ALPHA), CH_ALPHA, CH_ALPHA,
    ['\\'] = CH_JOINS | CH_NUMERIC | CH_EDGE, ['_'] = CH_JOINS | CH_EDGE,
    ['a'] = EIGHT(CH_ALPHA), EIGHT(CH_ALPHA), EIGHT(CH_ALPHA), CH_ALPHA, CH_ALPHA,
    [0x80] = SIXTY_FOUR(CH_BEYOND), SIXTY_FOUR(CH_BEYOND),
};
// clang-format on

static enum status send(struct scanner *s, struct span word, struct err *err)
{
    char *bytes = s->text + word.from;
    const size_t len = word.to - word.from;
    if (len == 0)
        return ST_OK;
    if (len > 1 || bytes[0] != 'N') /* a number in text that is prepared already */
        lower_case(bytes, len);
    return token_sink_add(s->sink, bytes, len, err);
}

/* "5", "1,000.50", "10:30", "1\/2", "1988-89", "-3" */
static bool is_number(const struct scanner *s, struct span word)
{
    bool digits = false;
    for (size_t i = word.from; i < word.to; i++) {
        digits |= treebank_is(s->text[i], CH_DIGIT);
        if (!treebank_is(s->text[i], CH_DIGIT | CH_NUMERIC))
            return false;
    }
    return digits;
}

static bool has_letter(const struct scanner *s, struct span word)
{
    for (size_t i = word.from; i < word.to; i++)
        if (treebank_is(s->text[i], CH_LETTER))
            return true;
    return false;
}

/* Sends a word without what stood around it and without its clitics. */
static enum status send_base(struct scanner *s, struct span word, struct err *err)
{
    const char *bytes = s->text + word.from;
    const size_t len = word.to - word.from;
    if (!has_letter(s, word) || treebank_is_bracket(bytes, len))
        return ST_OK;
    if (is_number(s, word))
        return token_sink_add(s->sink, "N", 1, err);
    const size_t middle = word.from + treebank_contraction(bytes, len);
    TRY(send(s, (struct span){word.from, middle}, err));
    return send(s, (struct span){middle, word.to}, err);
}

static enum status send_with_clitics(struct scanner *s, struct span word, struct err *err)
{
    struct span clitics[4]; /* the last one first; "couldn't've" has two */
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

/* Whether the period that ends a word is part of it. What stands before a hyphen does not matter
 * ("non-U.S."). A single letter is an initial ("J."), except at the end of the line. */
static bool owns_period(const struct scanner *s, struct span word)
{
    size_t from = word.to;
    while (from > word.from && s->text[from - 1] != '-')
        from--;
    const char *bytes = s->text + from;
    const size_t len = word.to - from;
    const bool last = word.to >= s->letters_end;
    if (len == 2 && treebank_is(bytes[0], CH_ALPHA))
        return !last;
    return treebank_is_abbreviation(bytes, len, last);
}

/* Takes one apostrophe off the end. After an s and outside quotes it is the possessive. */
static void trim_quote(struct scanner *s, struct span *word, bool *possessive)
{
    word->to--;
    if (s->in_quote)
        s->in_quote = false;
    else if (word->to > word->from)
        *possessive = memchr("sSxXzZ", s->text[word->to - 1], 6) != NULL;
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
        else if (treebank_is(c, CH_EDGE) || (c == '.' && !owns_period(s, *word)))
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
            while (bare > 1 && (bytes[bare - 1] == '.' || bytes[bare - 1] == '\''))
                bare--;
            if (treebank_is_elided(bytes, bare))
                break;
            s->in_quote = bare > 1 && bytes[1] != '\'';
        } else if (!treebank_is(bytes[0], CH_EDGE) &&
                   !(bytes[0] == '.' && !(len > 1 && treebank_is(bytes[1], CH_DIGIT)))) {
            break;
        }
    }
}

/* An apostrophe between spaces is the possessive in text that is prepared already. */
static bool is_lone_quote(const struct scanner *s, struct span word)
{
    return word.to - word.from == 1 && s->text[word.from] == '\'' && !s->in_quote &&
           (word.from == 0 || s->text[word.from - 1] == ' ') &&
           (word.to == s->len || s->text[word.to] == ' ');
}

enum status treebank_take_word(struct scanner *s, struct span word, struct err *err)
{
    if (is_lone_quote(s, word))
        return token_sink_add(s->sink, "'", 1, err);
    bool possessive = false;
    trim_start(s, &word);
    trim_end(s, &word, &possessive);
    TRY(send_with_clitics(s, word, err));
    return possessive ? token_sink_add(s->sink, "'", 1, err) : ST_OK;
}

/* Makes ASCII letters lower case, eight at a time. */
static void lower_letters(char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i += 8) {
        const uint64_t twenties = UINT64_C(0x2020202020202020);
        const uint64_t mask = len - i < 8 ? (UINT64_C(1) << 8 * (len - i)) - 1 : UINT64_MAX;
        uint64_t word;
        memcpy(&word, bytes + i, sizeof word);
        word |= htole64(twenties & mask);
        memcpy(bytes + i, &word, sizeof word);
    }
}

enum status treebank_take_plain_word(struct scanner *s, struct span word, struct err *err)
{
    char *bytes = s->text + word.from;
    const size_t len = word.to - word.from;
    if (len == 1)
        return send(s, word, err);
    lower_letters(bytes, len);
    const size_t first = treebank_contraction(bytes, len);
    if (first > 0)
        TRY(token_sink_add(s->sink, bytes, first, err));
    return token_sink_add(s->sink, bytes + first, len - first, err);
}
