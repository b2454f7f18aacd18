/* The ARPA form of an n-gram model (the manual page ngram-format(5) of SRILM): logarithms to base
 * 10; <s> and </s> where a sentence begins and ends, and <unk> for unknown words. */
#ifndef PTBLM_NGRAM_ARPA_H
#define PTBLM_NGRAM_ARPA_H

#include <stdbool.h>

#include "corpora/text.h"
#include "lib/base/io/io.h"
#include "lib/ngram/ngram.h"
#include "lib/ngram/ngram_arrays.h"
#include "vocab/vocab.h"

/* ST_INPUT where a word would be taken for one of the marks, or for several words. */
enum status arpa_check_words(const struct vocab *vocab, struct err *err);

/* Puts the whole text, or that text as gzip: sorted, 9 digits, <s> with the logarithm -99, as SRILM
 * and KenLM have it. The caller commits *w, or discards it if this fails. */
enum status arpa_write(struct io_writer *w, const struct ngram *m, const struct vocab *vocab,
                       bool gzip, struct err *err);

/* A model that was read. */
struct arpa_model {
    struct ngram model;
    struct vocab *vocab;
    struct ngram_arrays arrays;
    bool adds_unk, adds_eos; /* the file has no <unk>, no </s>: they have the probability 1e-99 */
};

/* Whether a line, from its first byte, begins an ARPA file. */
bool arpa_begins(const char *line, size_t len);

/* Reads a text. Lines before \data\ are blank or begin with '#'; fields are separated by blanks and
 * tabs; n-grams may be in any order, but each must continue one of the order below; a missing
 * back-off is 1; a logarithm of a probability may be above 0 by as much as rounding explains;
 * n-grams with <s> behind the first place, as IRSTLM writes them, are left out. Takes about `bytes`
 * of memory beside the model's scratch files, which are beside `path`. ST_INPUT, with the line
 * where it is of one line, for all else. arpa_model_fini must be called whatever the result. */
enum status arpa_read(struct arpa_model *a, struct text *text, size_t bytes, const char *path,
                      struct err *err);

void arpa_model_fini(struct arpa_model *a);

#endif
