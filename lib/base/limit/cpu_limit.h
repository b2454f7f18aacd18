/* How many processors this process may keep busy. */
#ifndef PTBLM_BASE_LIMIT_CPU_LIMIT_H
#define PTBLM_BASE_LIMIT_CPU_LIMIT_H

/* Those that it may run on (sched_getaffinity), or the quota of its control groups if that is less,
 * rounded up; at least 1. */
int cpu_limit_find(void);

/* The quota of `group` ("/a/b") and the groups above it at `mount`, in processors: version 2
 * (cpu.max) or 1 (cpu.cfs_quota_us). INFINITY if there is none. */
double cpu_limit_of_group(const char *mount, const char *group);

#endif
