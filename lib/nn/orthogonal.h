/* Orthogonal matrices. */
#ifndef PTBLM_NN_ORTHOGONAL_H
#define PTBLM_NN_ORTHOGONAL_H

#include <stddef.h>

/* Makes the n <= len rows of a [n, len] orthogonal to each other and of length 1, each as close to
 * its old value as the rows before it allow (modified Gram-Schmidt, done twice: Giraud et al. 2005,
 * "The loss of orthogonality in the Gram-Schmidt orthogonalization process"). A row that is
 * linearly dependent on those before it becomes 0. */
void orthogonal_rows(size_t n, size_t len, double *a);

#endif
