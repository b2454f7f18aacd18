/* Rules to tables. Symbols are made on demand: beginning with the start symbol, each is looked up
 * by its name and arguments among the heads of the rules, and the symbols of its alternatives come
 * next. */
#include "corpora/builtin/grammar_compile.h"

#include <string.h>

#include "corpora/builtin/grammar_automaton.h"
#include "corpora/builtin/grammar_notation.h"
#include "lib/base/mem.h"

/* The word at rank r of a class, counted from 0, has weight ZIPF / (r + ZIPF_SHIFT), cut to an
 * integer: the law of Zipf and Mandelbrot. */
enum { ZIPF = 10000000, ZIPF_SHIFT = 24, N_LISTS = 2 };

struct compiler {
    struct grammar *g;
    const char *const *lists[N_LISTS];
    bool *used[N_LISTS]; /* which rules have been taken */
    struct buf name;     /* the symbol that is being made */
    uint32_t total;      /* weight of its options so far */
    struct buf item;     /* one symbol of its alternatives */
};

/* "n : sg pl" in the rules gives the values that a variable runs through. */
static bool find_range(const struct compiler *c, char variable, struct span *values)
{
    for (size_t i = 0; c->lists[0][i] != NULL; i++) {
        const char *rule = c->lists[0][i];
        if (rule[0] == variable && strncmp(rule + 1, " : ", 3) == 0) {
            *values = span_of(rule + 4);
            return true;
        }
    }
    return false;
}

/* The first rule whose head fits; the text after the head in *body. */
static const char *find_rule(struct compiler *c, struct span name, struct span *body,
                             struct bindings *b)
{
    for (size_t list = 0; list < N_LISTS; list++)
        for (size_t i = 0; c->lists[list] != NULL && c->lists[list][i] != NULL; i++) {
            struct span head;
            if (c->lists[list][i][0] != name.at[0])
                continue;
            *body = span_of(c->lists[list][i]);
            if (notation_token(body, &head) && notation_match(head, name, b)) {
                c->used[list][i] = true;
                return c->lists[list][i];
            }
        }
    return NULL;
}

static enum status add_option(struct compiler *c, uint32_t weight, uint32_t first, uint32_t n_items,
                              struct err *err)
{
    if (weight == 0 || __builtin_add_overflow(c->total, weight, &c->total))
        return err_set(err, ST_INPUT, "a weight of grammar symbol '%s' is 0 or too large",
                       c->name.data);
    if (c->g->options.len / sizeof(struct grammar_option) >= GRAMMAR_MAX_OPTIONS)
        return err_set(err, ST_INPUT, "the grammar has more than %d options, the limit",
                       GRAMMAR_MAX_OPTIONS);
    const struct grammar_option option = {c->total, first, n_items};
    return buf_add(&c->g->options, &option, sizeof option, err);
}

static enum status add_word(struct compiler *c, struct span text, uint32_t weight, struct err *err)
{
    int32_t word;
    TRY(hash_table_add(&c->g->words, text.at, text.len, &word, err));
    return add_option(c, weight, (uint32_t)word, 0, err);
}

/* "bank/banks": the form whose place in the range of the head's last variable is that of its
 * value. A word without a slash is the same in all forms. */
static bool pick_form(const struct compiler *c, const struct bindings *b, struct span *word)
{
    struct span forms = *word, values, value;
    if (memchr(word->at, '/', word->len) == NULL)
        return true;
    if (b->n == 0 || !find_range(c, b->of[b->n - 1].variable, &values))
        return false;
    const struct span wanted = b->of[b->n - 1].value;
    while (notation_part(&forms, '/', word) && notation_token(&values, &value))
        if (value.len == wanted.len && memcmp(value.at, wanted.at, value.len) == 0)
            return true;
    return false;
}

static enum status compile_class(struct compiler *c, struct span words, const struct bindings *b,
                                 struct err *err)
{
    struct span word;
    for (uint32_t rank = 0; notation_token(&words, &word); rank++) {
        if (!pick_form(c, b, &word))
            return err_set(err, ST_INPUT, "word class '%s' has no form of '%.*s'", c->name.data,
                           (int)word.len, word.at);
        TRY(add_word(c, word, ZIPF / (rank + ZIPF_SHIFT), err));
    }
    return ST_OK;
}

static enum status add_alternative(struct compiler *c, struct span text, uint32_t weight,
                                   const struct bindings *b, struct err *err)
{
    struct span token;
    const uint32_t first = (uint32_t)(c->g->items.len / sizeof(uint32_t));
    while (notation_token(&text, &token)) {
        int32_t symbol;
        if (span_is(token, "_"))
            continue;
        TRY(notation_substitute(&c->item, token, b, err));
        TRY(hash_table_add(&c->g->names, c->item.data, c->item.len, &symbol, err));
        TRY(buf_add(&c->g->items, &symbol, sizeof symbol, err));
    }
    const uint32_t end = (uint32_t)(c->g->items.len / sizeof(uint32_t));
    return add_option(c, weight, first, end - first, err);
}

/* An alternative with variables that the head does not bind stands for one with each value. */
static enum status add_alternatives(struct compiler *c, struct span text, uint32_t weight,
                                    const struct bindings *b, struct err *err)
{
    const char variable = notation_free_variable(text, b);
    if (variable == '\0')
        return add_alternative(c, text, weight, b, err);
    struct span values, value;
    if (!find_range(c, variable, &values))
        return err_set(err, ST_INPUT, "variable '%c' in a rule of '%s' has no range", variable,
                       c->name.data);
    while (notation_token(&values, &value)) {
        struct bindings more = *b;
        if (!notation_bind(&more, variable, value))
            return err_set(err, ST_INPUT, "a rule of '%s' has too many variables", c->name.data);
        TRY(add_alternatives(c, text, weight, &more, err));
    }
    return ST_OK;
}

/* Takes a leading number off an alternative; 1 if there is none, 0 for one that is too large. */
static uint32_t take_weight(struct span *text)
{
    struct span rest = *text, token;
    uint32_t weight = 0;
    if (!notation_token(&rest, &token) || strspn(token.at, "0123456789") < token.len)
        return 1;
    *text = rest;
    for (size_t i = 0; i < token.len; i++)
        if (weight > UINT32_MAX / 100)
            return 0;
        else
            weight = 10 * weight + (uint32_t)(token.at[i] - '0');
    return weight;
}

static enum status compile_rule(struct compiler *c, struct span body, const struct bindings *b,
                                struct err *err)
{
    struct span alternative;
    while (notation_alternative(&body, &alternative)) {
        const uint32_t weight = take_weight(&alternative);
        TRY(add_alternatives(c, alternative, weight, b, err));
    }
    return ST_OK;
}

/* The options of the symbol c->name. */
static enum status compile_options(struct compiler *c, bool *is_class, struct err *err)
{
    const struct span name = {c->name.data, c->name.len};
    *is_class = true;
    if (!notation_is_symbol(name))
        return add_word(c, name, 1, err);
    struct span body, arrow;
    struct bindings b;
    const char *rule = find_rule(c, name, &body, &b);
    if (rule == NULL)
        return err_set(err, ST_INPUT, "no grammar rule fits the symbol '%s'", name.at);
    if (!notation_token(&body, &arrow) || !(span_is(arrow, "->") || span_is(arrow, "=")))
        return err_set(err, ST_INPUT, "grammar rule '%.40s' has neither '->' nor '='", rule);
    *is_class = span_is(arrow, "=");
    TRY(*is_class ? compile_class(c, body, &b, err) : compile_rule(c, body, &b, err));
    if (c->total == 0)
        return err_set(err, ST_INPUT, "grammar rule '%.40s' is empty", rule);
    return ST_OK;
}

static uint32_t n_options(const struct grammar *g)
{
    return (uint32_t)(g->options.len / sizeof(struct grammar_option));
}

/* The names grow while their rules are read: later symbols wait at their end. */
static enum status compile_all(struct compiler *c, struct err *err)
{
    struct grammar *g = c->g;
    for (int32_t i = 0; i < (int32_t)hash_table_size(&g->names); i++) {
        if (hash_table_size(&g->names) > GRAMMAR_MAX_SYMBOLS)
            return err_set(err, ST_INPUT, "the grammar has more than %d symbols, the limit",
                           GRAMMAR_MAX_SYMBOLS);
        const struct slice name = hash_table_get(&g->names, i);
        struct grammar_symbol symbol = {.first = n_options(g)};
        c->name.len = 0;
        c->total = 0;
        TRY(buf_add(&c->name, name.bytes, name.len, err));
        TRY(compile_options(c, &symbol.is_class, err));
        symbol.n = n_options(g) - symbol.first;
        TRY(buf_add(&g->symbols, &symbol, sizeof symbol, err));
    }
    return ST_OK;
}

static bool is_range(const char *rule)
{
    return rule[0] != '\0' && strncmp(rule + 1, " : ", 3) == 0;
}

/* A rule that nothing asks for is a slip of the pen; a range is no rule. */
static enum status check_used(const struct compiler *c, struct err *err)
{
    for (size_t list = 0; list < N_LISTS; list++)
        for (size_t i = 0; c->lists[list] != NULL && c->lists[list][i] != NULL; i++)
            if (!c->used[list][i] && !is_range(c->lists[list][i]))
                return err_set(err, ST_INPUT, "grammar rule '%.40s' is never used",
                               c->lists[list][i]);
    return ST_OK;
}

enum { UNSEEN, OPEN, DONE };

/* Depth-first search for a symbol that derives itself. */
static enum status check_finite(const struct grammar *g, uint32_t symbol, unsigned char *mark,
                                struct err *err)
{
    const struct grammar_symbol *s = grammar_symbols(g) + symbol;
    if (mark[symbol] == DONE || s->is_class)
        return ST_OK;
    if (mark[symbol] == OPEN)
        return err_set(err, ST_INPUT, "grammar symbol '%s' derives itself",
                       hash_table_get(&g->names, (int32_t)symbol).bytes);
    mark[symbol] = OPEN;
    for (uint32_t i = 0; i < s->n; i++) {
        const struct grammar_option *o = grammar_options(g) + s->first + i;
        for (uint32_t j = 0; j < o->n_items; j++)
            TRY(check_finite(g, grammar_items(g)[o->first + j], mark, err));
    }
    mark[symbol] = DONE;
    return ST_OK;
}

static enum status begin(struct compiler *c, struct err *err)
{
    int32_t symbol;
    for (size_t list = 0; list < N_LISTS; list++) {
        size_t n = 0;
        while (c->lists[list] != NULL && c->lists[list][n] != NULL)
            n++;
        c->used[list] = mem_zeroed(n, sizeof(bool), err);
        if (c->used[list] == NULL)
            return ST_NOMEM;
    }
    TRY(hash_table_add(&c->g->names, GRAMMAR_LINE_END, 1, &symbol, err));
    return hash_table_add(&c->g->names, GRAMMAR_START, strlen(GRAMMAR_START), &symbol, err);
}

static enum status compile_symbols(struct grammar *g, const char *const *rules,
                                   const char *const *words, struct err *err)
{
    struct compiler c = {.g = g, .lists = {rules, words}};
    unsigned char *mark = NULL;
    enum status status;
    TRY_OUT(begin(&c, err));
    TRY_OUT(compile_all(&c, err));
    TRY_OUT(check_used(&c, err));
    mark = mem_zeroed(hash_table_size(&g->names), 1, err);
    status = mark == NULL ? ST_NOMEM : check_finite(g, GRAMMAR_START_SYMBOL, mark, err);
out:
    mem_free(mark);
    for (size_t list = 0; list < N_LISTS; list++)
        mem_free(c.used[list]);
    buf_fini(&c.name);
    buf_fini(&c.item);
    return status;
}

enum status grammar_compile(struct grammar *g, const char *const *rules, const char *const *words,
                            struct err *err)
{
    TRY(compile_symbols(g, rules, words, err));
    return grammar_make_automaton(g, err);
}

void grammar_fini(struct grammar *g)
{
    hash_table_fini(&g->names);
    hash_table_fini(&g->words);
    buf_fini(&g->symbols);
    buf_fini(&g->options);
    buf_fini(&g->items);
    buf_fini(&g->arcs);
    buf_fini(&g->states);
    buf_fini(&g->emissions);
    buf_fini(&g->emission_starts);
}
