/* The kernel sets that are built; private to lib/kern. */
#ifndef PTBLM_KERN_KERN_SETS_H
#define PTBLM_KERN_KERN_SETS_H

#include "lib/kern/kern.h"

extern const struct kern_ops kern_ref;
extern const struct kern_ops kern_avx2;
extern const struct kern_ops kern_avx512;

#endif
