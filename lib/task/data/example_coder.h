/* Examples without labels out of lines as they come, with what a model was trained with: for
 * prediction. */
#ifndef PTBLM_TASK_DATA_EXAMPLE_CODER_H
#define PTBLM_TASK_DATA_EXAMPLE_CODER_H

#include "lib/task/data/example_form.h"

struct example_coder;

/* `coding` and `name`, which messages call the text, are borrowed. Not for EXAMPLE_FORM_IDX. */
enum status example_coder_new(struct example_coder **c, const struct example_coding *coding,
                              const char *name, struct err *err);

/* A line without its line end, number `number` of its text. Of columns it is a token (whose label
 * may be there: it is passed over) or, where it is blank, the end of a sentence; a line
 * "-DOCSTART-" is no token. Of all other forms the whole line is the text of an example. *ended
 * tells whether it completed an example. ST_INPUT names the line: too few or many columns, or no
 * token in the text. */
enum status example_coder_add(struct example_coder *c, const char *line, size_t len,
                              uint64_t number, bool *ended, struct err *err);

/* At the end of the text: the last sentence may lack the blank line after it. */
enum status example_coder_end(struct example_coder *c, bool *ended, struct err *err);

/* The examples that are complete, with labels NULL: to be released with examples_fini. The coder
 * begins anew with no examples, but keeps a sentence that has begun. */
enum status example_coder_give(struct example_coder *c, struct examples *e, struct err *err);

void example_coder_free(struct example_coder *c); /* NULL is allowed */

#endif
