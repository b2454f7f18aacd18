/* What "ptblm predict" prints: labels beside the lines that they belong to. */
#ifndef PTBLM_CMD_REPORT_PREDICTION_REPORT_H
#define PTBLM_CMD_REPORT_PREDICTION_REPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/buf.h"
#include "lib/base/err.h"
#include "lib/task/data/names.h"
#include "lib/task/use/predict.h"

struct prediction_form {
    const struct names *labels;
    size_t top; /* so many labels, with their probabilities; 0: the best alone */
    bool json;
};

/* Whether a line has nothing but white space. */
bool prediction_is_blank(const char *line, size_t len);

/* Whether the last of these lines is one of a sentence that goes on. */
bool prediction_in_sentence(const struct buf *lines, bool of_tokens);

/* One line for each prediction. */
enum status prediction_print(const struct prediction_form *form, const struct predictions *p,
                             struct err *err);

/* One line for each of `lines`, an empty one for those without text. */
enum status prediction_print_lines(const struct prediction_form *form, const struct buf *lines,
                                   const struct predictions *p, struct err *err);

/* The lines as they are, those of tokens with the label after them; or, as JSON, an object for each
 * sentence. */
enum status prediction_print_tokens(const struct prediction_form *form, const struct buf *lines,
                                    const struct predictions *p, struct err *err);

#endif
