/* The text of the built-in grammar: its rules and its words, each list with NULL at its end. */
#ifndef PTBLM_CORPORA_BUILTIN_GRAMMAR_RULES_H
#define PTBLM_CORPORA_BUILTIN_GRAMMAR_RULES_H

#include <stddef.h>

extern const char *const grammar_rules[];
extern const char *const grammar_words[];

#endif
