#include "lib/task/bench.h"

#include "lib/base/io.h"
#include "lib/base/mem.h"
#include "lib/base/rng.h"
#include "lib/model/compute.h"
#include "lib/task/train_step.h"

static void random_words(int32_t *ids, size_t n, size_t V, uint32_t stream)
{
    struct rng rng;
    rng_init(&rng, 1, stream);
    for (size_t i = 0; i < n; i++)
        ids[i] = (int32_t)(rng_next(&rng) % V);
}

enum status bench_training_step(struct bench_step *result, const struct model_shape *shape,
                                size_t B, size_t T, double dropout, int repeats, struct err *err)
{
    struct model *m = NULL;
    struct window *w = NULL;
    int32_t *x = mem_zeroed(2 * B * T, sizeof *x, err);
    double *seconds = mem_zeroed((size_t)repeats, sizeof *seconds, err);
    enum status status = x == NULL || seconds == NULL ? ST_NOMEM : ST_OK;
    if (status != ST_OK)
        goto out;
    random_words(x, 2 * B * T, shape->V, RNG_TEST);
    TRY_OUT(model_new(&m, shape, err));
    model_initialise(m, 0.05f, 1);
    TRY_OUT(window_new(&w, m, B, T, WINDOW_TRAIN, err));
    const struct train_step_settings settings = {optim_at(0), 0.1, 5.0, NULL};
    for (int i = -1; i < repeats; i++) { /* the first warms up */
        const struct dropout d = {.keep = 1.0 - dropout, .seed = 1, .step = (uint64_t)(i + 1)};
        const double start = io_seconds();
        train_step(m, w, x, x + B * T, &d, &settings);
        if (i >= 0)
            seconds[i] = io_seconds() - start;
    }
    const double step = compute_median((size_t)repeats, seconds), words = (double)(B * T);
    *result = (struct bench_step){.step_ms = 1e3 * step,
                                  .words_per_second = words / step,
                                  .gflops = 6e-9 * model_macs(m) * words / step};
out:
    window_free(w);
    model_free(m);
    mem_free(x);
    mem_free(seconds);
    return status;
}
