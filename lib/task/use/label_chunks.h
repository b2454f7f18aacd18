/* The chunks that the labels of examples mark, and those of guesses. */
#ifndef PTBLM_TASK_USE_LABEL_CHUNKS_H
#define PTBLM_TASK_USE_LABEL_CHUNKS_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/err.h"
#include "lib/task/data/examples.h"
#include "lib/task/data/names.h"
#include "lib/task/use/chunks.h"

struct label_chunks {
    struct chunks counts;
    const char **names; /* of the labels, owned; the texts are borrowed */
};

/* Counts the chunks of all examples, whose labels are per step; guesses [steps]. label_chunks_fini
 * is needed also after a failure. */
enum status label_chunks_init(struct label_chunks *c, const struct examples *e,
                              const struct names *labels, const int32_t *guesses, struct err *err);
void label_chunks_fini(struct label_chunks *c);

/* The table of allowed transitions of IOB2 (lib/nn/crf/crf.h), to be released with mem_free. */
enum status label_chunks_allow(bool **allowed, const struct names *labels, struct err *err);

/* How many chunks begin with B-, and how many begin with I-, as nearly all do in the older form
 * IOB1: those are no chunks of IOB2. Examples have labels per step. */
struct chunk_begins {
    size_t with_b, with_i;
};
enum status label_chunks_count_begins(struct chunk_begins *begins, const struct examples *e,
                                      const struct names *labels, struct err *err);

/* Whether the labels look like those of chunks: each has a tag of one letter and a hyphen, or is
 * "O". */
bool label_chunks_are_there(const struct names *labels);

#endif
