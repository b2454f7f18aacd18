#include "cmd/common.h"

int common_threads(const struct common_values *values)
{
    if (values->threads > 0)
        return (int)values->threads;
    const int cores = compute_processors();
    return cores > COMMON_THREADS_MAX ? COMMON_THREADS_MAX : cores;
}

enum status common_compute(const struct common_values *values, struct err *err)
{
    if (values->kernels != NULL && !compute_choose_kernels(values->kernels))
        return err_set(err, ST_USAGE,
                       "this processor cannot run the kernels '%s': without --kernels, the fastest "
                       "that it can run are taken",
                       values->kernels);
    compute_set_threads(common_threads(values));
    return ST_OK;
}
