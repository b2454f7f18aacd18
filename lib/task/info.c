/* sched_getaffinity is not in POSIX */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "lib/task/info.h"

#include <sched.h>
#include <unistd.h>

#include "lib/kern/gemm.h"
#include "lib/kern/kern.h"

void task_info_get(struct task_info *info)
{
    *info = (struct task_info){
        .kernels = kern()->name, .blas = gemm_library(), .threads = kern_threads()};
}

int task_info_set_kernels(const char *name)
{
    return kern_choose(name) ? 0 : -1;
}

void task_info_set_threads(int threads)
{
    kern_set_threads(threads);
}

int task_info_processors(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0)
        return CPU_COUNT(&set);
    const long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n > 0 ? (int)n : 1;
}
