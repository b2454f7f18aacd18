/* "Did you mean": the known name that is nearest to a word, where one is near at all. */
#ifndef PTBLM_BASE_NEAR_H
#define PTBLM_BASE_NEAR_H

#include <stddef.h>

/* A search: {.word = word}, then near_try with every candidate. */
struct near {
    const char *word;
    const char *name; /* the nearest so far; NULL while none is near */
    size_t distance;
};
void near_try(struct near *near, const char *candidate);

/* The same over the names that `name_at` gives, NULL after the last. */
const char *near_find(const char *word, const char *(*name_at)(size_t i));

#endif
