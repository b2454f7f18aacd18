/* Word vectors in text form: word2vec's and fastText's, whose first line is "N D", N words with D
 * values each; and GloVe's, which has no such line. Each further line is a word and its D values,
 * between blanks or tabs. The file may be compressed, or a member of an archive.
 *
 * A word may hold any bytes, also what is not UTF-8, and blanks: the last D fields of a line are
 * its values, what stands before them is the word. Numbers are decimal, whatever the locale. */
#ifndef PTBLM_VOCAB_VECTORS_H
#define PTBLM_VOCAB_VECTORS_H

#include <stddef.h>
#include <stdint.h>

#include "corpora/source.h"
#include "lib/base/err.h"
#include "vocab/vocab.h"

enum { VECTORS_WIDTH_MAX = 1 << 16 }; /* the most values of a word */

struct vectors;

/* Opens a file and reads as far as its width is known. `member` names a member of an archive; NULL:
 * the only one of an archive, or the file is none. ST_INPUT naming file and line where the first
 * line is of neither form, or the file is word2vec's binary form. */
enum status vectors_open(struct vectors **v, const char *path, const char *member,
                         const struct source_limits *limits, struct err *err);

/* The same of a source, which is then owned (closed even if opening fails). */
enum status vectors_open_source(struct vectors **v, struct source *source, struct err *err);

size_t vectors_width(const struct vectors *v); /* D, 1 to VECTORS_WIDTH_MAX */

/* "path" or "path:member", fit for messages. */
const char *vectors_name(const struct vectors *v);

/* How the vector of a word was found. */
enum vectors_match {
    VECTORS_NONE,
    VECTORS_LOWER, /* the file has the word in lower case only (vocab/lower_case.h) */
    VECTORS_EXACT,
};

struct vectors_found {
    uint64_t lines;      /* words of the file, with those that come again */
    size_t exact, lower; /* words of the vocabulary, by how they were found */
};

/* Reads all vectors, once. The rows of `table` [V, D] of words that the file has are filled, all
 * others are left as they are; of a word that comes again the first vector counts. matches[id],
 * [V], is an enum vectors_match. ST_INPUT naming file and line, with some rows perhaps filled,
 * where a line has another number of values, or one that is not a finite float; where the last line
 * has no line end; and where the number of words is not that of the first line. */
enum status vectors_read(struct vectors *v, const struct vocab *vocab, float *table,
                         unsigned char *matches, struct vectors_found *found, struct err *err);

void vectors_close(struct vectors *v); /* NULL is allowed */

#endif
