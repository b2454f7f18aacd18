#include "lib/nn/embedding.h"

#include "lib/kern/kern.h"

void embedding_forward(size_t rows, size_t E, const float *weight, const int32_t *ids, float *out)
{
    kern_gather_rows(rows, E, weight, ids, out);
}

void embedding_backward(size_t rows, size_t E, const float *dout, const int32_t *places,
                        float *dweight)
{
    kern_scatter_add_rows(rows, E, dout, places, dweight);
}
