/* ptblm bench: what is timed, by a preset and the options that change it. */
#ifndef PTBLM_CMD_BENCH_BENCH_SHAPE_H
#define PTBLM_CMD_BENCH_BENCH_SHAPE_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/err.h"
#include "lib/task/bench.h"
#include "lib/task/settings/preset.h"

enum { BENCH_VOCABULARY = 10000 };

struct bench_shape {
    const char *cell;
    int64_t hidden, layers, batch, steps; /* 0: the preset's */
    int64_t vocab;                        /* BENCH_VOCABULARY is no change */
};

/* Whether it changes what a preset says. */
bool bench_shape_is_given(const struct bench_shape *shape);

/* Whether a preset is for sequences with labels; whether its model reads words. */
bool bench_shape_of_labels(const struct preset *preset);
bool bench_shape_has_words(const struct preset *preset);

/* Fills all but the repeats. What a text would decide is as in the data that the presets were made
 * with: MNIST, TREC, and the parts of speech and chunks of CoNLL-2000. */
enum status bench_shape_fill(struct bench_case *c, const struct bench_shape *shape,
                             const struct preset *preset, struct err *err);

#endif
