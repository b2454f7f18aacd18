/* The grammar compiled: tables of symbols and of the ways to write them, and the automaton that
 * reads its sentences. grammar_compile fills them.
 *
 * The grammar is context-free, but no symbol derives itself, so what can follow any beginning of a
 * sentence is one of finitely many stacks of symbols. Each stack is a state of a probabilistic
 * automaton; several states can agree with the same words, and the forward algorithm sums over
 * them. */
#ifndef PTBLM_CORPORA_BUILTIN_GRAMMAR_TABLES_H
#define PTBLM_CORPORA_BUILTIN_GRAMMAR_TABLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/buf.h"
#include "lib/base/hash_table.h"

/* Variables multiply: a few short rules can stand for more than any memory holds. The built-in
 * corpus has some 1400 symbols, 4900 options and 99000 arcs. */
enum {
    GRAMMAR_MAX_SYMBOLS = 1 << 14,
    GRAMMAR_MAX_OPTIONS = 1 << 16,
    GRAMMAR_MAX_ARCS = 1 << 20,
};

/* One way to write a symbol. The weights of a symbol's options are kept summed up: option i has
 * weight weight_end[i] - weight_end[i - 1], and the last weight_end is their total. */
struct grammar_option {
    uint32_t weight_end;
    uint32_t first;   /* of a class: the word; of a rule: where its symbols begin in `items` */
    uint32_t n_items; /* of a rule */
};

struct grammar_symbol {
    uint32_t first; /* options [first, first + n) */
    uint32_t n;
    bool is_class; /* options are words; otherwise sequences of symbols, maybe empty */
};

/* An arc reads any word of a class and goes to another state. */
struct grammar_arc {
    uint32_t class;
    uint32_t next;
    double p; /* that this arc is taken in its state; the word costs its share of the class more */
};

/* A word as one of a class. */
struct grammar_emission {
    uint32_t class;
    double p; /* p(word | class) */
};

/* Names of symbol 0 (and word 0), the end of a sentence, and of symbol 1. */
#define GRAMMAR_LINE_END "\n"
#define GRAMMAR_START    "Start"
enum { GRAMMAR_END_WORD = 0, GRAMMAR_END_SYMBOL = 0, GRAMMAR_START_SYMBOL = 1 };

struct grammar {
    struct hash_table names;    /* of symbols: "Verb[buy,sg,past]" */
    struct hash_table words;    /* the line end and the vocabulary */
    struct buf symbols;         /* struct grammar_symbol */
    struct buf options;         /* struct grammar_option */
    struct buf items;           /* uint32_t */
    struct buf arcs;            /* struct grammar_arc, sorted by class within a state */
    struct buf states;          /* uint32_t: arcs [state s, state s + 1) leave state s; 0 starts */
    struct buf emissions;       /* struct grammar_emission, word by word */
    struct buf emission_starts; /* uint32_t, one more than words */
};

static inline const struct grammar_symbol *grammar_symbols(const struct grammar *g)
{
    return (const struct grammar_symbol *)(const void *)g->symbols.data;
}

static inline const struct grammar_option *grammar_options(const struct grammar *g)
{
    return (const struct grammar_option *)(const void *)g->options.data;
}

static inline const uint32_t *grammar_items(const struct grammar *g)
{
    return (const uint32_t *)(const void *)g->items.data;
}

static inline const struct grammar_arc *grammar_arcs(const struct grammar *g)
{
    return (const struct grammar_arc *)(const void *)g->arcs.data;
}

static inline const uint32_t *grammar_states(const struct grammar *g)
{
    return (const uint32_t *)(const void *)g->states.data;
}

/* Weight of option i of a symbol (i counted from 0), and of all its options. */
static inline uint32_t grammar_weight(const struct grammar *g, const struct grammar_symbol *s,
                                      uint32_t i)
{
    const struct grammar_option *o = grammar_options(g) + s->first;
    return o[i].weight_end - (i > 0 ? o[i - 1].weight_end : 0);
}

static inline uint32_t grammar_weights(const struct grammar *g, const struct grammar_symbol *s)
{
    return grammar_options(g)[s->first + s->n - 1].weight_end;
}

#endif
