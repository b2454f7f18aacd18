/* Batches of sequences: shuffled anew for every epoch, those of similar length together, padded to
 * the longest of the batch. The batches depend only on the examples, B, seed and epoch. */
#ifndef PTBLM_TASK_DATA_EXAMPLE_BATCH_H
#define PTBLM_TASK_DATA_EXAMPLE_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/err.h"
#include "lib/model/window.h"
#include "lib/task/data/examples.h"

/* An example's length, and its place in the order. */
struct example_length {
    uint32_t length, index;
};

struct example_batcher {
    const struct examples *examples; /* borrowed */
    size_t B;
    size_t n_batches;            /* ceil(n / B) */
    size_t next;                 /* the batch that example_batcher_next gives */
    uint32_t *order;             /* [n] the examples in the order of the batches */
    uint32_t *batches;           /* [n_batches] which stretch of `order` comes when */
    struct example_length *room; /* [n] for sorting */
    int32_t *ids, *targets, *lengths;
    float *x;
    const uint32_t *taken; /* [B of the batch]: the examples of the last batch */
};

/* Batches in order of length, for use rather than training. `padding` of a batch repeats the last
 * step of its sequence. example_batcher_fini is needed also after a failure. ST_NOMEM; ST_INPUT if
 * there are too many examples to be numbered. */
enum status example_batcher_init(struct example_batcher *b, const struct examples *examples,
                                 size_t B, struct err *err);
void example_batcher_fini(struct example_batcher *b);

/* The order of an epoch of training. The first batch is next. */
void example_batcher_shuffle(struct example_batcher *b, uint64_t seed, uint64_t epoch);

/* Fills *batch with the next batch, of B examples or, the last stretch, fewer; false after the
 * last. Its arrays are valid until the next call; targets is NULL if the examples have no labels.
 */
bool example_batcher_next(struct example_batcher *b, struct window_batch *batch);

#endif
