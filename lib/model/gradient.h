/* The gradient of one step: by parameter, for the blocks of the network; and as spans, for what
 * runs over all of it, such as the norm and the updates. A span is a stretch of the block of
 * weights, including the gaps for alignment, whose gradient is 0. */
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

/* Memory for the gradient of a network's parameters; gradients by rows have room for `most` rows,
 * or all rows if fewer. gradient_fini is needed also after a failure. ST_NOMEM. */
enum status gradient_init(struct gradient *g, const struct param_list *params, size_t most,
                          struct err *err);
void gradient_fini(struct gradient *g);

/* The number of floats now: n of a dense span, those of its rows of a span by rows. */
size_t gradient_span_size(const struct gradient_span *span);

/* Floats that gradient_init will allocate. */
double gradient_floats(const struct param_list *params, size_t most);

#endif
