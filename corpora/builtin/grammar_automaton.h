/* The second half of grammar_compile. */
#ifndef PTBLM_CORPORA_BUILTIN_GRAMMAR_AUTOMATON_H
#define PTBLM_CORPORA_BUILTIN_GRAMMAR_AUTOMATON_H

#include "corpora/builtin/grammar_tables.h"
#include "lib/base/err.h"

/* Makes the automaton of a grammar whose symbols, options and items are there. */
enum status grammar_make_automaton(struct grammar *g, struct err *err);

#endif
