/* Cuts one text into train, valid and test by lines. */
#ifndef PTBLM_CORPORA_SPLITS_CUT_LINES_H
#define PTBLM_CORPORA_SPLITS_CUT_LINES_H

#include <stdbool.h>
#include <stdint.h>

#include "corpora/source.h"
#include "corpora/splits/split.h"
#include "lib/base/err.h"

/* Lines [first, end), counted from 0. */
struct line_range {
    uint64_t first, end;
};

/* Whether `path` can be read twice; standard input, a pipe or a device gives its bytes once only.
 */
bool cut_is_possible(const char *path);

/* The ranges of the splits whose bit 1 << split is in `splits`: from the end a twentieth for test,
 * a twentieth for valid, the rest for train; they cover the text. Where it has too few lines for
 * that, it is the train text whole if that alone is in `asked`, the splits that will be read, and
 * otherwise ST_INPUT. Reads `path`, called `shown` in messages, once to count its lines. */
enum status cut_text(struct line_range ranges[N_SPLITS], unsigned splits, unsigned asked,
                     const char *path, const char *shown, const struct source_limits *limits,
                     struct err *err);

#endif
