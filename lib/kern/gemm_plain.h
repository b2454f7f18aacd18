/* Matrix products in plain C: the definition that panels and libraries are checked against, and
 * what multiplies for the reference kernels where the program was built without a BLAS. */
#ifndef PTBLM_KERN_GEMM_PLAIN_H
#define PTBLM_KERN_GEMM_PLAIN_H

#include "lib/kern/panel.h"

/* C[m, n] (+)= op(A) op(B) + bias: to what C holds, or else to the bias or 0, the k products are
 * added in order, each rounded to float. p->sums is not looked at. */
void gemm_plain(const struct panel_product *p);

#endif
