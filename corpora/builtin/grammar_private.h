/* Inside the built-in corpus: rules compiled to tables, and the tables to an automaton.
 *
 * The grammar is context-free, but no symbol derives itself, so what is still to come after any
 * beginning of a sentence is one of finitely many stacks of symbols. Each stack is a state of a
 * probabilistic automaton; several states can agree with the same words, and the forward algorithm
 * sums over them. */
#ifndef PTBLM_CORPORA_BUILTIN_GRAMMAR_PRIVATE_H
#define PTBLM_CORPORA_BUILTIN_GRAMMAR_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/buf.h"
#include "lib/base/err.h"
#include "lib/base/hash_table.h"
#include "lib/base/rng.h"

/* The texts of the rules, NULL at the end; the notation is explained in grammar_rules.c. */
extern const char *const grammar_rules[];
extern const char *const grammar_words[];

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

/* Fills *g (zeroed before) from two lists of rules, `words` NULL for none; grammar_fini releases
 * it, after a failure too. ST_INPUT names the rule that is wrong. */
enum status grammar_compile(struct grammar *g, const char *const *rules, const char *const *words,
                            struct err *err);
void grammar_fini(struct grammar *g);

/* Parts of grammar_compile: the tables of symbols and options; the automaton over them. */
enum status grammar_compile_symbols(struct grammar *g, const char *const *rules,
                                    const char *const *words, struct err *err);
enum status grammar_compile_automaton(struct grammar *g, struct err *err);

/* The grammar of grammar_rules and grammar_words, compiled at the first call and kept. */
enum status grammar_builtin(const struct grammar **g, struct err *err);

/* Appends one random sentence with its line end; *n_tokens grows by its words and line end. */
enum status grammar_sample(const struct grammar *g, struct rng *rng, struct buf *out,
                           uint64_t *n_tokens, struct err *err);

/* The states that the words so far may have led to. A zeroed struct is fit for _begin. */
struct grammar_scorer {
    struct buf now;  /* struct grammar_mass, the probabilities adding up to 1 */
    struct buf next; /* the same while a word is read */
};
enum status grammar_scorer_begin(struct grammar_scorer *s, struct err *err);
/* *p = p(word | words before it); where that is 0 the scorer must begin again. */
enum status grammar_scorer_read(struct grammar_scorer *s, const struct grammar *g, uint32_t word,
                                double *p, struct err *err);
void grammar_scorer_fini(struct grammar_scorer *s);

#endif
