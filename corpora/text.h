/* Lines of text out of a source: converted to UTF-8 and checked, a byte-order mark dropped, CR LF
 * taken for LF. U+0085, U+2028, vertical tab and form feed do not end a line. */
#ifndef PTBLM_CORPORA_TEXT_H
#define PTBLM_CORPORA_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "corpora/source.h"
#include "lib/base/err.h"

/* A stretch of one line, without its line end. A line of up to TEXT_PIECE bytes is one piece; a
 * longer one comes in several of at most TEXT_PIECE + 1 bytes, cut after a blank. Borrowed until
 * the next call. */
struct text_piece {
    const char *bytes;
    size_t len;
    uint64_t line; /* counted from 1; of JSON lines, the line of the file */
    bool ends_line;
};
enum { TEXT_PIECE = 1 << 20 };

struct text;

/* Reads `source`, which the text then owns (closed even if opening fails). */
enum status text_open(struct text **t, struct source *source, struct err *err);

/* Reads a series of documents as one text, which then owns it (closed even if opening fails).
 * text_keep_to and text_next_member are not for it. */
struct text_series;
enum status text_open_series(struct text **t, struct text_series *series, struct err *err);

/* Keeps to the lines [first, end), counted from 0, from here on; UINT64_MAX is the text's end. No
 * line after `first` may have been read. ST_INPUT if the text has fewer lines than `first`. */
enum status text_keep_to(struct text *t, uint64_t first, uint64_t end, struct err *err);

/* Goes to the next member of a source that has several, whose text begins anew; *at is the index of
 * that member, as source_member says. */
enum status text_next_member(struct text *t, size_t *at, struct err *err);

/* *more is false at the end. A last line without a line end counts as a line; an empty text has
 * none. ST_INPUT with name, line and byte for: a NUL byte ("is not text"), bytes that are not
 * UTF-8 or not of the encoding, a word longer than TEXT_PIECE; also for what is known to be no text
 * (corpora/input/text_input.h). */
enum status text_next(struct text *t, struct text_piece *piece, bool *more, struct err *err);

/* Whether text_next would wait for input that has yet to come, as from a pipe whose writer is slow:
 * the moment to hand on what was made of the lines so far. */
bool text_waits(const struct text *t);

/* Reads what is left of the text without looking at its lines, so that damage in it is found; *hash
 * is the 64-bit hash (lib/base/hash) of all its bytes, as they came. Nothing more of the text can
 * be read. */
enum status text_finish(struct text *t, uint64_t *hash, struct err *err);

/* "JSON lines", "a table (CSV)": what a text that has been begun, and is read as it is, seems to
 * be; NULL where there is no doubt, and for a series. */
const char *text_doubt(const struct text *t);

/* Of a series, that of the document being read: until the next call. */
const char *text_name(const struct text *t);

/* NULL is allowed. */
void text_close(struct text *t);

#endif
