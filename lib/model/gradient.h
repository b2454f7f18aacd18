/* The gradient of one step: that of each parameter for the block that has it, and spans for those
 * who pass over all of it: the norm, the updates, a sum over machines. A span is a stretch of the
 * block of weights, with the gaps of the alignment, whose gradient is 0. */
#ifndef PTBLM_MODEL_GRADIENT_H
#define PTBLM_MODEL_GRADIENT_H

#include <stddef.h>
#include <stdint.h>

#include "lib/base/err.h"
#include "lib/nn/param.h"

struct gradient_span {
    size_t offset, n;              /* of the block of weights */
    float *values;                 /* dense: [n]; by rows: [rows->n, row_len] */
    const struct param_rows *rows; /* NULL: dense */
    size_t row_len;                /* by rows */
};

struct gradient {
    struct gradient_span spans[PARAMS_MAX];
    size_t n_spans;
    struct param_grad of[PARAMS_MAX]; /* by a parameter's number in the list */
    float *block;                     /* all dense values, owned */
    struct param_rows *rows;          /* [n_spans], owned, of the spans by rows */
};

/* Memory for the gradient of a network's parameters; what is by rows has room for `most` rows, or
 * all. gradient_fini is needed also after a failure. ST_NOMEM. */
enum status gradient_init(struct gradient *g, const struct param_list *params, size_t most,
                          struct err *err);
void gradient_fini(struct gradient *g);

/* The floats that it has now: of a dense span n, of one by rows those of its rows. */
size_t gradient_span_size(const struct gradient_span *span);

/* Floats that gradient_init will ask for. */
double gradient_floats(const struct param_list *params, size_t most);

#endif
