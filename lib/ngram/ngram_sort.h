/* Sorting of n-grams with their counts, in bounded memory: runs that were sorted in memory go to a
 * scratch file and are merged, in several passes where they are many. Equal n-grams become one,
 * with the sum of their counts. */
#ifndef PTBLM_NGRAM_NGRAM_SORT_H
#define PTBLM_NGRAM_NGRAM_SORT_H

#include <stddef.h>
#include <stdint.h>

#include "lib/base/err.h"

enum { NGRAM_MAX = 10 }; /* the highest order */

enum ngram_sort_order {
    NGRAM_BY_FIRST, /* by the first word, then the second, and so on */
    NGRAM_BY_LAST,  /* by the last word, then the one before it, and so on */
};

struct ngram_sorter;

/* The bytes that an n-gram takes while it is sorted. */
static inline double ngram_sorter_bytes(int n)
{
    return (n + 2.0) * sizeof(uint32_t);
}

/* For n-grams of `n` words, 1 to NGRAM_MAX. It takes up to `bytes` of memory, and at least some
 * kilobytes; what does not fit goes to a scratch file beside `path`. */
enum status ngram_sorter_new(struct ngram_sorter **s, int n, enum ngram_sort_order order,
                             size_t bytes, const char *path, struct err *err);

/* words: [n] */
enum status ngram_sorter_add(struct ngram_sorter *s, const uint32_t *words, uint64_t count,
                             struct err *err);

/* Ends the adding, and begins to read. May be called again to read from the start. */
enum status ngram_sorter_begin(struct ngram_sorter *s, struct err *err);

/* The next different n-gram; *words is [n], valid until the next call, NULL after the last. */
enum status ngram_sorter_next(struct ngram_sorter *s, const uint32_t **words, uint64_t *count,
                              struct err *err);

/* NULL is allowed. */
void ngram_sorter_free(struct ngram_sorter *s);

#endif
