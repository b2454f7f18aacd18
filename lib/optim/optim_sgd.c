/* Stochastic gradient descent: w -= lr * scale * g. */
#include "lib/kern/kern.h"
#include "lib/optim/optim.h"

static void update(size_t n, float lr, float scale, const float *grad, float *weights,
                   float *const *slots)
{
    (void)slots;
    kern_axpy(n, -lr * scale, grad, weights);
}

const struct optim_ops optim_sgd = {
    .name = "sgd",
    .summary = "stochastic gradient descent",
    .n_slots = 0,
    .update = update,
};
