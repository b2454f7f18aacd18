/* From the bytes of a source to those that lines are made of: the byte-order mark dropped, the
 * encoding converted to UTF-8, the text taken out of JSON lines; and what is no text named. */
#ifndef PTBLM_CORPORA_TEXT_INPUT_H
#define PTBLM_CORPORA_TEXT_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "corpora/source.h"
#include "lib/base/err.h"

struct text_input;

/* Over a source, which is borrowed, at the beginning of a text. */
enum status text_input_new(struct text_input **in, struct source *source, struct err *err);

/* Begins anew with the source's next member. */
enum status text_input_begin_again(struct text_input *in, struct err *err);

/* Up to `cap` bytes of UTF-8 into buf, cap >= 64; *got == 0 is the end. In JSON lines bytes of two
 * texts never come at once. Failures are those of source_read, converter_read and json_lines_read,
 * and ST_INPUT for what is known to be no text (corpora/input/foreign.h). */
enum status text_input_read(struct text_input *in, void *buf, size_t cap, size_t *got,
                            struct err *err);

/* Reads the source to its end; *hash is that of all its bytes. */
enum status text_input_finish(struct text_input *in, uint64_t *hash, struct err *err);

/* Whether text_input_read would wait for bytes that have yet to come. */
bool text_input_waits(const struct text_input *in);

/* The line of the file that the bytes given last are from, of JSON lines; 0: count them yourself.
 */
uint64_t text_input_line(const struct text_input *in);

/* "JSON lines", "a table (CSV)": what the text, which is read as it is, seems to be; else NULL. */
const char *text_input_doubt(const struct text_input *in);

/* What to say of a NUL byte that was found: whether the text looks like an encoding that has them.
 */
const char *text_input_guess(const struct text_input *in);
void text_input_free(struct text_input *in); /* NULL is allowed */

#endif
