/* Lines of any bytes out of a source; for the files of this folder only. corpora/text.h has those
 * of texts, which must be UTF-8. */
#ifndef PTBLM_VOCAB_VECTORS_LINES_H
#define PTBLM_VOCAB_VECTORS_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "corpora/source.h"
#include "lib/base/buf.h"
#include "lib/base/err.h"

/* The most bytes of a line: VECTORS_WIDTH_MAX numbers of 30 bytes, and a word. */
enum { VECTORS_LINE_MAX = 1 << 21 };

/* Lines lie in a window that slides over the source. A zeroed struct with a source is at its start.
 */
struct vectors_lines {
    struct source *source;
    struct buf window;
    size_t start;  /* of what has yet to be given */
    size_t given;  /* of the line given last */
    uint64_t line; /* the number of the line given last, from 1 */
    bool ended;
};

/* Reads until n bytes have yet to be given, or all that there are; they are `ahead`. */
enum status vectors_lines_look(struct vectors_lines *l, size_t n, struct slice *ahead,
                               struct err *err);

/* Drops n of the bytes ahead. */
void vectors_lines_skip(struct vectors_lines *l, size_t n);

/* The next line, without its line end (LF or CR LF), good until the next call. *more is false at
 * the end. ST_INPUT for a line that is too long, and for a last one without a line end. */
enum status vectors_lines_next(struct vectors_lines *l, struct slice *line, bool *more,
                               struct err *err);

/* Gives the line given last again, which may be done once. */
void vectors_lines_back(struct vectors_lines *l);

/* Closes the source. */
void vectors_lines_fini(struct vectors_lines *l);

#endif
