/* How well classes were guessed: the confusion of each with each, and the figures that follow from
 * it, by the definitions of scikit-learn. */
#ifndef PTBLM_TASK_USE_CLASSES_H
#define PTBLM_TASK_USE_CLASSES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/err.h"

struct classes {
    size_t C;
    uint64_t n, right;   /* guesses, and those of the right class */
    uint64_t *confusion; /* [C, C]: of the class (row), those guessed to be another (column) */
    uint64_t *gold;      /* [C], of each class: the sums of the rows */
    uint64_t *guessed;   /* [C], taken for it: the sums of the columns */
};

/* C >= 1 */
enum status classes_init(struct classes *c, size_t C, struct err *err);
void classes_fini(struct classes *c); /* a zeroed struct is allowed */

/* Both below C. */
void classes_add(struct classes *c, size_t gold, size_t guess);

/* Of all; NaN if there are none. */
double classes_accuracy(const struct classes *c);

/* Figures of one class, in [0, 1]:
 *     precision = right / guessed, recall = right / gold,
 *     F1 = 2 right / (guessed + gold), the harmonic mean of the two
 * A figure whose divisor is 0 is 0, and `never_guessed` or `no_support` says so. */
struct class_figures {
    double precision, recall, f1;
    uint64_t support; /* of the class, or of all */
    bool never_guessed, no_support;
};
struct class_figures classes_figures(const struct classes *c, size_t class);

/* Figures of all classes together:
 * - macro: the means over the classes; those that neither occur nor are guessed are left out, as
 *   scikit-learn does where it takes the classes from the data. The mean of F1 is not the F1 of the
 *   means;
 * - weighted: the means over the classes, each counted by its support;
 * - micro: over all guesses. Each has one class, so that precision, recall and F1 are the accuracy.
 * The flags say that one of the classes has them. If there are no guesses at all, figures are 0 and
 * both flags are set. */
enum class_mean { CLASSES_MACRO, CLASSES_WEIGHTED, CLASSES_MICRO };
struct class_figures classes_mean(const struct classes *c, enum class_mean mean);

/* The k classes of the highest scores, the highest first, the smaller class first of those that are
 * equal; those that are NaN come last. 1 <= k <= C; top [k] */
void classes_top(const float *scores, size_t C, size_t k, size_t *top);

/* The place of a class in that order, from 0: it is among the k best if its place is below k. */
size_t classes_place(const float *scores, size_t C, size_t class);

#endif
