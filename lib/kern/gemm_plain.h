/* Matrix products in plain C: the definition that panels and libraries are checked against, and the
 * products of the reference kernels if the program was built without a BLAS. */
#ifndef PTBLM_KERN_GEMM_PLAIN_H
#define PTBLM_KERN_GEMM_PLAIN_H

#include "lib/kern/panel.h"

/* C[m, n] (+)= op(A) op(B) + bias: the k products are added in order to C, to the bias or to 0,
 * each sum rounded to float. Ignores p->sums. */
void gemm_plain(const struct panel_product *p);

#endif
