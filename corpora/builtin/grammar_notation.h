/* Reading the notation of grammar_rules.c: tokens, arguments in brackets, variables. */
#ifndef PTBLM_CORPORA_BUILTIN_GRAMMAR_NOTATION_H
#define PTBLM_CORPORA_BUILTIN_GRAMMAR_NOTATION_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/buf.h"
#include "lib/base/err.h"

/* A stretch of a rule's text, borrowed. */
struct span {
    const char *at;
    size_t len;
};

enum { GRAMMAR_MAX_ARGUMENTS = 8 };

/* What the variables of a rule stand for. */
struct bindings {
    struct {
        char variable;
        struct span value;
    } of[GRAMMAR_MAX_ARGUMENTS];
    size_t n;
};

struct span span_of(const char *text);
bool span_is(struct span s, const char *text);

/* Takes the next word off the front of *rest; false at its end. */
bool notation_token(struct span *rest, struct span *token);

/* Takes the next alternative, up to a " | ", off the front of *rest; false at its end. */
bool notation_alternative(struct span *rest, struct span *alternative);

/* Takes the next of several parts with `separator` between them; false at the end. */
bool notation_part(struct span *rest, char separator, struct span *part);

/* The text between the brackets of a token, empty if it has none. */
struct span notation_arguments(struct span token);

/* Does the symbol `name` ("Verb[buy,sg]") fit a rule's head ("Verb[v,sg]")? Fills *b if so. */
bool notation_match(struct span head, struct span name, struct bindings *b);

/* NULL if the variable is not bound. */
const struct span *notation_value(const struct bindings *b, char variable);

/* False if there are too many. */
bool notation_bind(struct bindings *b, char variable, struct span value);

/* The first variable in an alternative that is not bound, or NUL. */
char notation_free_variable(struct span alternative, const struct bindings *b);

/* Sets *out to the token with its variables replaced by what they stand for. */
enum status notation_substitute(struct buf *out, struct span token, const struct bindings *b,
                                struct err *err);

/* Does the token name a symbol with a rule, rather than being a word? "N" is a word. */
bool notation_is_symbol(struct span token);

#endif
