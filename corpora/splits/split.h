/* The three parts of a corpus. */
#ifndef PTBLM_CORPORA_SPLITS_SPLIT_H
#define PTBLM_CORPORA_SPLITS_SPLIT_H

#include <stdbool.h>

enum split { SPLIT_TRAIN, SPLIT_VALID, SPLIT_TEST, N_SPLITS };

/* Sets of splits are bits, 1 << split. */
#define SPLITS_ALL ((1U << N_SPLITS) - 1)

static inline bool split_in(unsigned splits, enum split s)
{
    return (splits >> s & 1U) != 0;
}

/* "train", "valid", "test" */
static inline const char *split_name(enum split s)
{
    static const char *const names[N_SPLITS] = {"train", "valid", "test"};
    return names[s];
}

#endif
