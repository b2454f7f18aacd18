/* The three parts of a corpus. */
#ifndef PTBLM_CORPORA_SPLITS_SPLIT_H
#define PTBLM_CORPORA_SPLITS_SPLIT_H

enum split { SPLIT_TRAIN, SPLIT_VALID, SPLIT_TEST, N_SPLITS };

/* "train", "valid", "test" */
static inline const char *split_name(enum split s)
{
    static const char *const names[N_SPLITS] = {"train", "valid", "test"};
    return names[s];
}

#endif
