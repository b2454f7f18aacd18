/* Building a vocabulary word by word: what counting (vocab_counts.c) and reading (vocab_file.c)
 * share with vocab.c. Nobody else includes this. */
#ifndef PTBLM_VOCAB_VOCAB_BUILD_H
#define PTBLM_VOCAB_VOCAB_BUILD_H

#include <stddef.h>
#include <stdint.h>

#include "lib/base/err.h"
#include "vocab/vocab.h"

/* An empty vocabulary, still without <unk> and <eos>. */
enum status vocab_new(struct vocab **v, struct err *err);

/* Gives a word that is not there yet the next id. ST_INPUT for a word that no vocabulary file can
 * hold (empty, longer than TOKEN_MAX, with a NUL or a line end in it) and for one word more than
 * VOCAB_MAX. */
enum status vocab_append(struct vocab *v, const char *word, size_t len, uint64_t count,
                         struct err *err);

/* Adds 1 to the counts of words, appended where they are new; ids[n] are theirs. */
enum status vocab_tally(struct vocab *v, const struct token *words, size_t n, int32_t *ids,
                        struct err *err);

/* Notes the ids of <unk> and <eos>, which must be there, and the hash: the vocabulary is ready. */
enum status vocab_finish(struct vocab *v, struct err *err);

#endif
