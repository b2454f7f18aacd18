#include "corpora/builtin/grammar_notation.h"

#include <string.h>

struct span span_of(const char *text)
{
    return (struct span){text, strlen(text)};
}

static bool span_equal(struct span a, struct span b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

bool span_is(struct span s, const char *text)
{
    return span_equal(s, span_of(text));
}

/* The first n bytes of *s, which then begins `skip` bytes after them. */
static struct span take(struct span *s, size_t n, size_t skip)
{
    const struct span front = {s->at, n};
    if (skip > s->len - n)
        skip = s->len - n;
    s->at += n + skip;
    s->len -= n + skip;
    return front;
}

bool notation_part(struct span *rest, char separator, struct span *part)
{
    if (rest->len == 0)
        return false;
    const char *end = memchr(rest->at, separator, rest->len);
    *part = take(rest, end != NULL ? (size_t)(end - rest->at) : rest->len, 1);
    return true;
}

bool notation_token(struct span *rest, struct span *token)
{
    do {
        if (!notation_part(rest, ' ', token))
            return false;
    } while (token->len == 0);
    return true;
}

bool notation_alternative(struct span *rest, struct span *alternative)
{
    if (rest->len == 0)
        return false;
    const char *bar = memmem(rest->at, rest->len, " | ", 3);
    *alternative = take(rest, bar != NULL ? (size_t)(bar - rest->at) : rest->len, 3);
    return true;
}

struct span notation_arguments(struct span token)
{
    const char *open = memchr(token.at, '[', token.len);
    if (open == NULL || token.at[token.len - 1] != ']')
        return (struct span){token.at + token.len, 0};
    const size_t before = (size_t)(open + 1 - token.at);
    return (struct span){open + 1, token.len - before - 1};
}

bool notation_is_symbol(struct span token)
{
    return token.len >= 2 && token.at[0] >= 'A' && token.at[0] <= 'Z';
}

const struct span *notation_value(const struct bindings *b, char variable)
{
    for (size_t i = 0; i < b->n; i++)
        if (b->of[i].variable == variable)
            return &b->of[i].value;
    return NULL;
}

bool notation_bind(struct bindings *b, char variable, struct span value)
{
    if (b->n == GRAMMAR_MAX_ARGUMENTS)
        return false;
    b->of[b->n].variable = variable;
    b->of[b->n++].value = value;
    return true;
}

static bool match_argument(struct span expected, struct span actual, struct bindings *b)
{
    if (expected.len != 1)
        return span_equal(expected, actual);
    const struct span *bound = notation_value(b, expected.at[0]);
    return bound != NULL ? span_equal(*bound, actual) : notation_bind(b, expected.at[0], actual);
}

bool notation_match(struct span head, struct span name, struct bindings *b)
{
    struct span expected = notation_arguments(head), actual = notation_arguments(name);
    const struct span head_name = {head.at, (size_t)(expected.at - head.at)};
    const struct span own_name = {name.at, (size_t)(actual.at - name.at)};
    b->n = 0;
    if (!span_equal(head_name, own_name))
        return false;
    struct span e, a;
    while (notation_part(&expected, ',', &e))
        if (!notation_part(&actual, ',', &a) || !match_argument(e, a, b))
            return false;
    return actual.len == 0;
}

char notation_free_variable(struct span alternative, const struct bindings *b)
{
    struct span token, argument;
    while (notation_token(&alternative, &token)) {
        struct span arguments = notation_arguments(token);
        while (notation_part(&arguments, ',', &argument))
            if (argument.len == 1 && notation_value(b, argument.at[0]) == NULL)
                return argument.at[0];
    }
    return '\0';
}

enum status notation_substitute(struct buf *out, struct span token, const struct bindings *b,
                                struct err *err)
{
    struct span arguments = notation_arguments(token), argument;
    const char *separator = "";
    out->len = 0;
    TRY(buf_add(out, token.at, (size_t)(arguments.at - token.at), err));
    if (arguments.len == 0)
        return ST_OK;
    while (notation_part(&arguments, ',', &argument)) {
        const struct span *value = argument.len == 1 ? notation_value(b, argument.at[0]) : NULL;
        if (value == NULL)
            value = &argument;
        TRY(buf_add_text(out, separator, err));
        TRY(buf_add(out, value->at, value->len, err));
        separator = ",";
    }
    return buf_add_text(out, "]", err);
}
