/* The arrays of a model that is being made, in scratch files. */
#ifndef PTBLM_NGRAM_NGRAM_ARRAYS_H
#define PTBLM_NGRAM_NGRAM_ARRAYS_H

#include "lib/base/io/io_scratch.h"
#include "lib/ngram/ngram.h"

/* Those of a level (ngram.h), to be filled. */
struct ngram_filling {
    uint32_t *words;
    float *log_p, *backoff;
    uint64_t *first;
};

struct ngram_arrays {
    struct io_scratch of[NGRAM_MAX]; /* of order n: of[n - 1] */
};

/* Zeroed arrays for n-grams of order n, `size` of them, as of[n - 1] of *m and in *f: in a file
 * beside `path`. */
enum status ngram_arrays_add(struct ngram_arrays *a, struct ngram *m, struct ngram_filling *f,
                             int n, uint64_t size, const char *path, struct err *err);

/* Lets go of the memory that all arrays take. */
void ngram_arrays_relax(const struct ngram_arrays *a);

/* A zeroed struct is allowed. */
void ngram_arrays_fini(struct ngram_arrays *a);

#endif
