/* The parts of the option parser that know types and words, not command lines. */
#ifndef PTBLM_CMD_OPTION_OPTION_VALUE_H
#define PTBLM_CMD_OPTION_OPTION_VALUE_H

#include <stddef.h>

#include "cmd/option/option.h"
#include "lib/base/err.h"

/* Converts `text` to the row's type, checks its range, and stores it in the row's field of
 * `values`. Flags take "yes" and "no". ST_USAGE with option, value and range otherwise. */
enum status option_value_set(const struct option_def *row, void *values, const char *text,
                             struct err *err);

/* A search for the name nearest to a word: {.word = word}, then every candidate; `name` is the
 * nearest so far, NULL while none is near. */
struct option_near {
    const char *word;
    const char *name;
    size_t distance;
};
void option_near_try(struct option_near *near, const char *candidate);

#endif
