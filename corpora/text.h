/* Lines of text out of a source: UTF-8 checked, a byte order mark dropped, CR LF taken for LF. */
#ifndef PTBLM_CORPORA_TEXT_H
#define PTBLM_CORPORA_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "corpora/source.h"
#include "corpora/splits/splits.h"
#include "lib/base/err.h"

/* A stretch of one line, without its line end. A line of up to TEXT_PIECE bytes is one piece; a
 * longer one comes in several of at most TEXT_PIECE + 1 bytes, cut after a blank. Borrowed until
 * the next call. */
struct text_piece {
    const char *bytes;
    size_t len;
    uint64_t line; /* counted from 1 */
    bool ends_line;
};
enum { TEXT_PIECE = 1 << 20 };

struct text;

/* Reads `source`, which the text then owns (closed too where opening fails). */
enum status text_open(struct text **t, struct source *source, struct err *err);

/* Opens the source of a split and keeps to its lines. */
enum status text_open_split(struct text **t, const struct split_text *split,
                            const struct source_limits *limits, struct err *err);

/* Goes on to another split of the same source, which must not begin before the line reached. */
enum status text_next_split(struct text *t, const struct split_text *split, struct err *err);

/* *more is false at the end. A last line without a line end counts as a line; an empty text has
 * none. ST_INPUT with name, line and byte for: a NUL byte ("is not text"), bytes that are not
 * UTF-8, a word longer than TEXT_PIECE. */
enum status text_next(struct text *t, struct text_piece *piece, bool *more, struct err *err);

/* Reads what is left of the source without looking at its lines, so that damage in it is found;
 * *hash is the 64-bit hash (lib/base/hash) of all its bytes, as they came. Nothing can be read
 * after that. */
enum status text_finish(struct text *t, uint64_t *hash, struct err *err);
const char *text_name(const struct text *t);

/* NULL is allowed. */
void text_close(struct text *t);

#endif
