/* Penalties on the outputs of the last layer (Merity, McCann and Socher 2017, "Revisiting
 * activation regularization for language RNNs"), whose loss is the mean over T steps and B rows;
 * ours is the sum over the steps, so that the penalties have a factor T. Rows are time-major, [T*B,
 * H]. */
#ifndef PTBLM_NN_PENALTY_H
#define PTBLM_NN_PENALTY_H

#include <stddef.h>

struct penalty_rows {
    size_t T, B, H;
    const float *h; /* [T*B, H] */
    float *dh;      /* [T*B, H]: the gradient is added to it */
};

/* AR: T * alpha * mean(h^2), the mean over all T*B*H. */
void penalty_activation(double alpha, const struct penalty_rows *rows);

/* TAR: T * beta * mean((h_t - h_{t-1})^2), the mean over the (T-1)*B*H within the window. */
void penalty_change(double beta, const struct penalty_rows *rows);

#endif
