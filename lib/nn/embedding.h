/* The embedding layer: a table [V, E] of word vectors. */
#ifndef PTBLM_NN_EMBEDDING_H
#define PTBLM_NN_EMBEDDING_H

#include <stddef.h>
#include <stdint.h>

/* out[r] = weight[ids[r]] for `rows` rows of E floats. */
void embedding_forward(size_t rows, size_t E, const float *weight, const int32_t *ids, float *out);

/* dweight[places[r]] += dout[r], rows in order: places[r] is where the gradient of row ids[r] of
 * the table is kept. */
void embedding_backward(size_t rows, size_t E, const float *dout, const int32_t *places,
                        float *dweight);

#endif
