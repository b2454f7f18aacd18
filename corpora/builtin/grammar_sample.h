/* Sentences drawn from a grammar, and the built-in one. */
#ifndef PTBLM_CORPORA_BUILTIN_GRAMMAR_SAMPLE_H
#define PTBLM_CORPORA_BUILTIN_GRAMMAR_SAMPLE_H

#include <stdint.h>

#include "corpora/builtin/grammar_tables.h"
#include "lib/base/buf.h"
#include "lib/base/err.h"
#include "lib/base/rng.h"

/* The grammar of grammar_rules and grammar_words, compiled at the first call and kept. */
enum status grammar_builtin(const struct grammar **g, struct err *err);

/* Appends one random sentence with its line end; *n_tokens grows by its words and line end. */
enum status grammar_sample(const struct grammar *g, struct rng *rng, struct buf *out,
                           uint64_t *n_tokens, struct err *err);

#endif
