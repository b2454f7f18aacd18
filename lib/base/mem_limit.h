/* How much memory this process can still have. */
#ifndef PTBLM_BASE_MEM_LIMIT_H
#define PTBLM_BASE_MEM_LIMIT_H

struct mem_limit {
    double bytes;     /* INFINITY where nothing is known */
    const char *what; /* what sets it, as a message would say it: "the machine has free" */
};

/* The least of what the machine has available, swap included, of what the control groups of the
 * process leave, and of its own limit on addresses (ulimit -v). */
struct mem_limit mem_limit_find(void);

/* What the memory controller at `mount` leaves to `group` ("/a/b") and the groups above it: version
 * 2 (memory.max) or 1 (memory.limit_in_bytes). Cached files, which the system gives up on demand,
 * do not count as used. */
double mem_limit_of_group(const char *mount, const char *group);

#endif
