/* How fast a training step is. */
#ifndef PTBLM_TASK_BENCH_H
#define PTBLM_TASK_BENCH_H

#include "lib/base/err.h"
#include "lib/model/model.h"

struct bench_step {
    double step_ms;          /* median over the repeats */
    double words_per_second; /* B * T / step time */
    double gflops; /* effective: 6 * (weights used for each token) * B * T / step time / 10^9 */
};

/* Times whole training steps (forward, backward, clipping, SGD) of random words on a model of this
 * shape: one to warm up, then `repeats`. */
enum status bench_training_step(struct bench_step *result, const struct model_shape *shape,
                                size_t B, size_t T, double dropout, int repeats, struct err *err);

#endif
