/* How a model's examples were written, as JSON in its file: so that more of them are read in the
 * same way. */
#ifndef PTBLM_TASK_DATA_EXAMPLE_RECORD_H
#define PTBLM_TASK_DATA_EXAMPLE_RECORD_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/buf.h"
#include "lib/base/err.h"
#include "lib/task/data/example_form.h"

/* Appends form, columns and images; `bio` is noted too. What the coding points to has its own
 * places in the file. */
enum status example_record_format(const struct example_coding *coding, bool bio, struct buf *out,
                                  struct err *err);

/* The reverse; pointers of *coding become NULL. ST_INPUT says what is missing or wrong. */
enum status example_record_parse(struct example_coding *coding, bool *bio, const char *text,
                                 size_t len, struct err *err);

#endif
