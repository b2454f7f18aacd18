/* The threads that compute. They spin for some 50 us and then sleep, and nobody waits for a thread
 * that has not taken any work. Threads that spin longer, as in most libraries (some 20 ms), are as
 * fast on an idle machine; but if another process takes a processor, each of the ten thousand waits
 * per second may cost a time slice of the scheduler: training was measured to take ten times as
 * long.
 *
 * Not from two threads at once, and not from within a task. */
#ifndef PTBLM_KERN_POOL_H
#define PTBLM_KERN_POOL_H

#include <stddef.h>

enum { POOL_THREADS_MAX = 64 };

/* Works on the items [first, last). */
typedef void pool_task(const void *args, size_t first, size_t last);

/* Cuts n items into stretches of `grain` (the last may be shorter) and calls `task` for each, on
 * any thread and in any order; returns when all are done. */
void pool_run(size_t n, size_t grain, pool_task *task, const void *args);

/* Threads from now on, the caller's included; at least 1, at most POOL_THREADS_MAX are used. They
 * start when there is work; if the system refuses to start one, there are fewer. */
void pool_set_threads(int threads);
int pool_threads(void);

/* Which thread a task runs on, 0 <= i < POOL_THREADS_MAX. */
int pool_self(void);

#endif
