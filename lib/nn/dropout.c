#include "lib/nn/dropout.h"

#include "lib/base/rng.h"
#include "lib/kern/kern.h"

void dropout_apply(const struct dropout *d, uint32_t place, size_t n, const float *x, float *y)
{
    const uint64_t stride = (n + 3) / 4 * 4; /* numbers come in blocks of four */
    kern_dropout(n, d->keep, d->seed, RNG_DROPOUT + place, d->step * stride, x, y);
}
