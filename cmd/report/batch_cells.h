/* What stands in the columns of `ptblm batches`, and the batches of sequences with labels. */
#ifndef PTBLM_CMD_REPORT_BATCH_CELLS_H
#define PTBLM_CMD_REPORT_BATCH_CELLS_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/buf.h"
#include "lib/base/err.h"
#include "lib/model/window.h"
#include "lib/task/data/dataset.h"

/* Puts a word, or its id, in the place of what is in *out, escaped so that it can be seen. */
enum status batch_cell_word(struct buf *out, const struct vocab *vocab, int32_t id, bool as_id,
                            struct err *err);

/* Its width, in characters. */
int batch_cell_width(const char *text);

/* How examples are shown; `data` is where they come from, borrowed. */
struct batch_form {
    const struct dataset *data;
    bool ids; /* ids for words and labels, and numbers rather than shades */
};

/* Prints a batch of `examples`, whose targets are there: of ids a line for the words of each
 * sequence, for each of their features and for the labels, in columns; of numbers a line for each
 * step, or one for all if a step has a single number; "<pad>" where a sequence has ended. ST_NOMEM.
 */
enum status batch_print(const struct batch_form *form, const struct examples *examples,
                        const struct window_batch *batch, struct err *err);

#endif
