#include "cmd/common.h"

#include "lib/model/compute.h"

int common_threads(const struct common_values *values)
{
    if (values->threads > 0)
        return (int)values->threads;
    const int cores = compute_processors();
    return cores > COMMON_THREADS_MAX ? COMMON_THREADS_MAX : cores;
}
