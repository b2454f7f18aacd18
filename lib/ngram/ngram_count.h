/* The n-grams of a text, counted as Kneser-Ney smoothing wants them.
 *
 * An n-gram lies within a sentence. The sentence's end is the word `eos` in the last place, its
 * beginning the same word in the first place, where it stands for <s>; it is in no other place.
 *
 * The count of an n-gram of the highest order, or of one that begins with <s>, is how often it is
 * in the text; of any other, in how many different words it can be continued to the left (Kneser
 * and Ney 1995; Chen and Goodman 1998, section 2.8 of TR-10-98).
 *
 * What a model leaves out goes by how often it is in the text, whatever its count: so the words
 * that a kept n-gram begins and ends with are kept too. */
#ifndef PTBLM_NGRAM_NGRAM_COUNT_H
#define PTBLM_NGRAM_NGRAM_COUNT_H

#include <stddef.h>
#include <stdint.h>

#include "lib/base/err.h"
#include "lib/ngram/ngram_sort.h"
#include "vocab/ids.h"

struct ngram_text {
    const struct ids *ids; /* each less than V */
    size_t V;
    int32_t eos;
};

/* The bit of a count that says that the n-gram is left out; the rest is the count. */
#define NGRAM_LEFT_OUT (UINT64_C(1) << 63)

struct ngram_counts {
    int order;
    uint64_t *unigrams; /* [V]; of all words, also those that are not in the text */

    /* The n-grams of order n are in of[n - 1], by their first word; of[0] is NULL. */
    struct ngram_sorter *of[NGRAM_MAX];
    uint64_t n_of[NGRAM_MAX];      /* how many different ones; of order 1, V */
    uint64_t left_out[NGRAM_MAX];  /* of these */
    uint64_t n_with[NGRAM_MAX][5]; /* how many have the count 0 (words alone), 1, 2, 3, 4 */
};

/* order: 1 to NGRAM_MAX. least: [order], never falling; of order n only n-grams that are at least
 * least[n - 1] times in the text are kept, but of order 1 all are; NULL: all. Takes about `bytes`
 * of memory; what does not fit goes to scratch files beside `path` (ngram_sort.h says how much that
 * can be). ngram_counts_fini must be called whatever the result. */
enum status ngram_count(struct ngram_counts *c, const struct ngram_text *text, int order,
                        const uint64_t *least, size_t bytes, const char *path, struct err *err);

void ngram_counts_fini(struct ngram_counts *c);

#endif
