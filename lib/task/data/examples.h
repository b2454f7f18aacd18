/* Sequences with labels, for classification (a label for each sequence) and labelling (one for each
 * step). */
#ifndef PTBLM_TASK_DATA_EXAMPLES_H
#define PTBLM_TASK_DATA_EXAMPLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/err.h"
#include "lib/base/hash.h"

enum example_input { EXAMPLE_IDS, EXAMPLE_BYTES, EXAMPLE_FLOATS };

struct examples {
    size_t n, steps; /* sequences; steps of all of them */
    size_t *first;   /* [n + 1]: the step at which each begins; first[n] is `steps` */
    size_t longest;  /* steps of the longest */
    enum example_input kind;
    size_t width;   /* F ids, or I numbers, at a step */
    int32_t *ids;   /* [steps][F], of EXAMPLE_IDS: the word, then its features */
    uint8_t *bytes; /* [steps][I], of EXAMPLE_BYTES: each is value / 255 */
    float *floats;  /* [steps][I], of EXAMPLE_FLOATS: finite */
    bool per_step;
    int32_t *labels; /* [n], or [steps] if per_step; NULL: none (to be predicted) */
};

/* Whether sequence i of n is picked. */
typedef bool example_picks(size_t i, size_t n, const void *ctx);

/* Moves the sequences that are picked, in their order, to *to, which examples_fini must release
 * later; *from keeps the others. After a failure (ST_NOMEM) *from is as it was. */
enum status examples_take(struct examples *to, struct examples *from, example_picks *picks,
                          const void *ctx, struct err *err);

/* Adds kind, width, lengths, data and labels to a hash: the same for the same examples. */
void examples_hash(const struct examples *e, struct hash *hash);

void examples_fini(struct examples *e); /* *e is zeroed, and may be so before */

#endif
