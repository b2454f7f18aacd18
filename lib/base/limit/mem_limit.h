/* How much memory this process can still have. */
#ifndef PTBLM_BASE_LIMIT_MEM_LIMIT_H
#define PTBLM_BASE_LIMIT_MEM_LIMIT_H

struct mem_limit {
    double bytes;     /* INFINITY if nothing is known */
    const char *what; /* what sets it, in the words of a message: "the machine has available" */
};

/* The least of what the machine has available (with swap), what the control groups of the process
 * leave, and its limit on addresses (ulimit -v). */
struct mem_limit mem_limit_find(void);

/* What the memory controller at `mount` leaves to `group` ("/a/b") and the groups above it: version
 * 2 (memory.max) or 1 (memory.limit_in_bytes). Cached files, which the system gives up on demand,
 * do not count. */
double mem_limit_of_group(const char *mount, const char *group);

#endif
