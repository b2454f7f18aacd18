/* From rules, in the notation that grammar_rules.c explains, to a grammar that is ready for use. */
#ifndef PTBLM_CORPORA_BUILTIN_GRAMMAR_COMPILE_H
#define PTBLM_CORPORA_BUILTIN_GRAMMAR_COMPILE_H

#include "corpora/builtin/grammar_tables.h"
#include "lib/base/err.h"

/* Fills *g, which must be zeroed, from two lists of rules that end with NULL; `words` may be NULL.
 * grammar_fini releases it, after a failure too. ST_INPUT names the rule that is wrong. */
enum status grammar_compile(struct grammar *g, const char *const *rules, const char *const *words,
                            struct err *err);
void grammar_fini(struct grammar *g);

#endif
