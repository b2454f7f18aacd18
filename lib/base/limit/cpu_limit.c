#include "lib/base/limit/cpu_limit.h"

#include <math.h>
#include <sched.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/base/limit/control_group.h"

/* Microseconds of processor time in each period; "max" and -1 are no limit. */
static double share(const char *quota, const char *period)
{
    const double used = strtod(quota, NULL), of = strtod(period, NULL);
    return used > 0.0 && of > 0.0 ? used / of : (double)INFINITY;
}

static void take_least(void *ctx, const char *mount, const char *group)
{
    double *least = ctx;
    char quota[64], period[64], *end;
    control_group_read(mount, group, "cpu.max", quota, sizeof quota);
    (void)strtod(quota, &end);
    *least = fmin(*least, share(quota, end));
    control_group_read(mount, group, "cpu.cfs_quota_us", quota, sizeof quota);
    control_group_read(mount, group, "cpu.cfs_period_us", period, sizeof period);
    *least = fmin(*least, share(quota, period));
}

double cpu_limit_of_group(const char *mount, const char *group)
{
    double least = (double)INFINITY;
    control_group_climb(mount, group, take_least, &least);
    return least;
}

static int of_affinity(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0)
        return CPU_COUNT(&set);
    const long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n > 0 ? (int)n : 1;
}

int cpu_limit_find(void)
{
    double quota = (double)INFINITY;
    const int n = of_affinity();
    control_group_climb_own("cpu", take_least, &quota);
    return quota < n ? (int)fmax(ceil(quota), 1.0) : n;
}
