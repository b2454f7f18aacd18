/* The inverse of the treebank tokenizer, as far as its tokens say what was there. Each token is
 * spelled by treebank_spelling.c; here is decided what stands before it: a blank, or nothing. */
#include "lib/base/ascii.h"
#include "vocab/tokenizer/treebank_english.h"

#include <string.h>

#include "vocab/tokenizer/treebank_rules.h"
#include "vocab/tokenizer/treebank_spelling.h"

enum { WORD_MAX = 32 }; /* bytes of the longest word in the lists below, and more */

struct writer {
    struct buf *out;
    const struct slice *tokens;
    size_t n;
    bool joined;       /* nothing stands between the last token and the next */
    bool double_quote; /* a " was opened */
    bool single_quote; /* a ` was opened */
};

static bool is(const struct slice *token, const char *text)
{
    return token->len == strlen(text) && memcmp(token->bytes, text, token->len) == 0;
}

/* Whether a token is one of `list`, whose items have a blank before and after. */
static bool is_one_of(const struct slice *token, const char *list)
{
    char item[WORD_MAX + 3];
    if (token->len > WORD_MAX || memchr(token->bytes, ' ', token->len) != NULL)
        return false;
    item[0] = ' ';
    memcpy(item + 1, token->bytes, token->len);
    memcpy(item + 1 + token->len, " ", 2);
    return strstr(list, item) != NULL;
}

/* "N", "N-year-old", "1980s" */
static bool begins_number(const struct slice *token)
{
    return token->len > 0 &&
           (ascii_is_digit(token->bytes[0]) ||
            (token->bytes[0] == 'N' && (token->len == 1 || token->bytes[1] == '-')));
}

/* "$", "us$", "c$" */
static bool is_currency(const struct slice *token)
{
    return token->len > 0 && token->len <= 4 && token->bytes[token->len - 1] == '$';
}

static bool follows_number(const struct writer *w, size_t i)
{
    return i + 1 < w->n && begins_number(&w->tokens[i + 1]);
}

/* The percent sign is an "N", too: the last of several, except after a currency ("$ N N" is a
 * number with a fraction) and after a month ("nov. N N", the day and the year). */
static bool is_percent(const struct writer *w, size_t i)
{
    size_t first = i;
    if (i == 0 || !is(&w->tokens[i], "N") || (i + 1 < w->n && is(&w->tokens[i + 1], "N")))
        return false;
    while (first > 0 && is(&w->tokens[first - 1], "N"))
        first--;
    if (first == i)
        return false;
    const struct slice *before = first > 0 ? &w->tokens[first - 1] : NULL;
    return before == NULL || !(is_currency(before) || is(before, "#") || is(before, "\u20ac") ||
                               treebank_is_month(before->bytes, before->len));
}

/* The year in "nov. N, N". */
static bool is_year(const struct writer *w, size_t i)
{
    return i >= 2 && is(&w->tokens[i], "N") && is(&w->tokens[i - 1], "N") &&
           treebank_is_month(w->tokens[i - 2].bytes, w->tokens[i - 2].len);
}

/* "can not", "gon na", "'t is": one word for the tokenizer. */
static bool is_contracted(const struct slice *one, const struct slice *two)
{
    char word[WORD_MAX];
    if (one->len + two->len > WORD_MAX)
        return false;
    memcpy(word, one->bytes, one->len);
    memcpy(word + one->len, two->bytes, two->len);
    return treebank_contraction(word, one->len + two->len) == one->len;
}

static bool is_possessive(const struct slice *before)
{
    return memchr("sSxXzZ", before->bytes[before->len - 1], 6) != NULL;
}

/* Whether token i > 0 stands behind the one before it without a blank. */
static bool joins_last(const struct writer *w, size_t i)
{
    static const char marks[] = " , . ; : ? ! % '' ) ] } ... -rrb- -RRB- -rsb- -RSB- -rcb- -RCB- "
                                "@-@ @,@ @.@ ";
    const struct slice *token = &w->tokens[i], *before = &w->tokens[i - 1];
    if (is(token, "'"))
        return w->single_quote || is_possessive(before);
    if (is(token, "\""))
        return w->double_quote;
    return is_one_of(token, marks) || treebank_is_clitic(token->bytes, token->len) ||
           is_percent(w, i) || is_contracted(before, token);
}

/* Whether the token after i stands behind it without a blank. */
static bool joins_next(const struct writer *w, size_t i)
{
    static const char marks[] = " `` ` ( [ { -lrb- -LRB- -lsb- -LSB- -lcb- -LCB- @-@ @,@ @.@ ";
    const struct slice *token = &w->tokens[i];
    if (is(token, "\""))
        return w->double_quote; /* just opened */
    if (is(token, "#") || is(token, "\u20ac"))
        return follows_number(w, i);
    return is_currency(token) || is_one_of(token, marks);
}

/* Signs that are spelled otherwise among tokens; NULL where the token is a word. */
static const char *sign_of(const struct writer *w, size_t i)
{
    static const char *const signs[][2] = {
        {"``", "\""},   {"''", "\""},   {"`", "'"},     {"-lrb-", "("}, {"-LRB-", "("},
        {"-rrb-", ")"}, {"-RRB-", ")"}, {"-lsb-", "["}, {"-LSB-", "["}, {"-rsb-", "]"},
        {"-RSB-", "]"}, {"-lcb-", "{"}, {"-LCB-", "{"}, {"-rcb-", "}"}, {"-RCB-", "}"},
        {"@-@", "-"},   {"@,@", ","},   {"@.@", "."},
    };
    const struct slice *token = &w->tokens[i];
    for (size_t k = 0; k < sizeof signs / sizeof signs[0]; k++)
        if (is(token, signs[k][0]))
            return signs[k][1];
    if (is(token, "#") && follows_number(w, i))
        return "\u00a3"; /* the treebank's pound sterling */
    return is_percent(w, i) ? "%" : NULL;
}

static bool is_in_name(const struct writer *w, size_t i)
{
    return (i > 0 && treebank_is_name_pair(&w->tokens[i - 1], &w->tokens[i])) ||
           (i + 1 < w->n && treebank_is_name_pair(&w->tokens[i], &w->tokens[i + 1]));
}

/* "corp", whose period the sentence's end took in the treebank. */
static bool lost_period(const struct slice *token)
{
    char word[WORD_MAX + 1];
    if (token->len > WORD_MAX)
        return false;
    memcpy(word, token->bytes, token->len);
    word[token->len] = '.';
    return treebank_is_abbreviation(word, token->len + 1, true) &&
           treebank_is_capital_abbreviation(word, token->len + 1);
}

static enum status write_token(struct writer *w, size_t i, bool capital, struct err *err)
{
    const struct slice *token = &w->tokens[i];
    const char *sign = sign_of(w, i);
    if (i > 0 && is_year(w, i))
        TRY(buf_add_text(w->out, ",", err));
    if (!w->joined && !(i > 0 && joins_last(w, i)))
        TRY(buf_add_text(w->out, " ", err));
    if (sign != NULL)
        TRY(buf_add_text(w->out, sign, err));
    else
        TRY(treebank_spell(w->out, token, capital, follows_number(w, i), err));
    if (is(token, "\""))
        w->double_quote = !w->double_quote;
    if (is(token, "`") || is(token, "'"))
        w->single_quote = is(token, "`");
    w->joined = joins_next(w, i);
    return ST_OK;
}

/* Whether a sentence that ends so needs no period. */
static bool is_ended(const struct buf *text)
{
    size_t at = text->len;
    while (at > 0 && strchr("\"')]}", text->data[at - 1]) != NULL)
        at--;
    return at > 0 && strchr(".?!:;", text->data[at - 1]) != NULL;
}

/* Whether a token may stand before the sentence's first word. */
static bool is_opening(const struct slice *token)
{
    return is_one_of(token, " `` ` \" ( [ { -- -lrb- -LRB- -lsb- -LSB- -lcb- -LCB- ");
}

enum status treebank_write_english(struct buf *out, const struct slice *tokens, size_t n,
                                   bool begins, bool ends, struct err *err)
{
    struct writer w = {.out = out, .tokens = tokens, .n = n, .joined = begins};
    bool capital = begins;
    for (size_t i = 0; i < n; i++) {
        if (tokens[i].len == 0)
            continue;
        const bool named = is_in_name(&w, i) || (ends && i + 1 == n && lost_period(&tokens[i]));
        TRY(write_token(&w, i, capital || named, err));
        capital = capital && is_opening(&tokens[i]);
    }
    return n > 0 && ends && !is_ended(out) ? buf_add_text(out, ".", err) : ST_OK;
}
