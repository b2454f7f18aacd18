/* Building a vocabulary word by word, for vocab_counts.c and vocab_file.c. Nobody else includes
 * this. */
#ifndef PTBLM_VOCAB_VOCAB_PRIVATE_H
#define PTBLM_VOCAB_VOCAB_PRIVATE_H

#include <stddef.h>
#include <stdint.h>

#include "lib/base/err.h"
#include "vocab/vocab.h"

/* An empty vocabulary, still without <unk> and <eos>. */
enum status vocab_new(struct vocab **v, struct err *err);

/* Adds to a word's count; a word that is not there yet gets the next id. ST_INPUT for a word that
 * no vocabulary file can hold (empty, longer than TOKEN_MAX, with a NUL or a line end in it) and
 * for one word more than VOCAB_MAX. */
enum status vocab_add(struct vocab *v, struct slice word, uint64_t count, int32_t *id,
                      struct err *err);

/* Adds 1 to the count of each word; ids[n] are theirs. n <= TOKEN_BATCH. */
enum status vocab_tally(struct vocab *v, const struct slice *words, size_t n, int32_t *ids,
                        struct err *err);

/* Where the vocabulary lacks TOKEN_UNK or TOKEN_EOS and has the marker for it, that word becomes it
 * and keeps its id. *v may be replaced. To be called before vocab_finish. */
enum status vocab_rename_markers(struct vocab **v, const struct markers *markers, struct err *err);

/* Completes the vocabulary: finds <unk> and <eos>, which must be there, and computes the hash. */
enum status vocab_finish(struct vocab *v, struct err *err);

#endif
