/* What the targets that read examples share. */
#ifndef PTBLM_TESTS_FUZZ_EXAMPLES_H
#define PTBLM_TESTS_FUZZ_EXAMPLES_H

#include "lib/task/data/dataset.h"

/* Lengths, ids and labels are in range. */
void fuzz_check_examples(const struct examples *e, const struct example_coding *coding);

/* Those of all splits, with labels; returns how many examples there are. */
size_t fuzz_check_dataset(const struct dataset *d);

/* Reads the same file again with what the data set has; returns how many examples it gives. */
size_t fuzz_check_again(const struct dataset *d, const char *path, bool unlabelled);

#endif
