/* One job at a time. `ticket` holds the job's number in its upper half and the next stretch to take
 * in its lower half. A thread takes a stretch by incrementing it, which fails if the job is not the
 * one that the thread read; so a thread that wakes late takes no stretch of a job that is over. */
#include "lib/kern/pool.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum { SPINS = 1000 };

#define ALL_TAKEN UINT64_C(0xFFFFFFFF)

static struct {
    _Atomic int wanted;
    int started;

    /* The job; changes only while none is running. */
    _Atomic size_t n, grain, stretches;
    _Atomic(pool_task *) task;
    _Atomic(const void *) args;
    _Atomic uint64_t ticket;
    _Atomic size_t done; /* stretches */

    pthread_mutex_t lock;
    pthread_cond_t work, finished;
    _Atomic int sleeping; /* workers waiting for work */
    _Atomic bool waiting; /* whether the caller sleeps until the job is done */
} pool = {.wanted = 1,
          .started = 1,
          .lock = PTHREAD_MUTEX_INITIALIZER,
          .work = PTHREAD_COND_INITIALIZER,
          .finished = PTHREAD_COND_INITIALIZER};

static _Thread_local int self;

int pool_self(void)
{
    return self;
}

int pool_threads(void)
{
    return pool.wanted;
}

void pool_set_threads(int threads)
{
    pool.wanted = threads < POOL_THREADS_MAX ? threads : POOL_THREADS_MAX;
}

static void pause_shortly(void)
{
#if defined __x86_64__ || defined __i386__
    __builtin_ia32_pause();
#endif
}

static uint32_t job_of(uint64_t ticket)
{
    return (uint32_t)(ticket >> 32);
}

static bool all_taken(uint64_t ticket)
{
    return (uint32_t)ticket >= atomic_load(&pool.stretches);
}

/* Wakes the caller if it sleeps. */
static void report_done(size_t stretches)
{
    if (atomic_fetch_add(&pool.done, 1) + 1 < stretches || !atomic_load(&pool.waiting))
        return;
    pthread_mutex_lock(&pool.lock);
    pthread_cond_signal(&pool.finished);
    pthread_mutex_unlock(&pool.lock);
}

/* Takes stretches of the job until all are taken. */
static void work_on_job(void)
{
    uint64_t ticket = atomic_load(&pool.ticket);
    while (!all_taken(ticket)) {
        const size_t n = atomic_load(&pool.n), grain = atomic_load(&pool.grain);
        const size_t stretches = atomic_load(&pool.stretches);
        pool_task *task = atomic_load(&pool.task);
        const void *args = atomic_load(&pool.args);
        /* success means that all of the above belong to the job of the ticket */
        if (!atomic_compare_exchange_weak(&pool.ticket, &ticket, ticket + 1))
            continue;
        const size_t first = (uint32_t)ticket * grain;
        task(args, first, n - first < grain ? n : first + grain);
        report_done(stretches);
        ticket = atomic_load(&pool.ticket);
    }
}

/* Returns when there is a job after `job`. */
static void wait_for_job(uint32_t job)
{
    for (int i = 0; i < SPINS; i++) {
        if (job_of(atomic_load(&pool.ticket)) != job)
            return;
        pause_shortly();
    }
    pthread_mutex_lock(&pool.lock);
    atomic_fetch_add(&pool.sleeping, 1);
    while (job_of(atomic_load(&pool.ticket)) == job)
        pthread_cond_wait(&pool.work, &pool.lock);
    atomic_fetch_sub(&pool.sleeping, 1);
    pthread_mutex_unlock(&pool.lock);
}

static void *worker(void *number)
{
    self = (int)(intptr_t)number;
    for (;;) {
        const uint32_t job = job_of(atomic_load(&pool.ticket));
        if (self < pool.wanted)
            work_on_job();
        wait_for_job(job);
    }
    return NULL;
}

static void start_workers(void)
{
    while (pool.started < pool.wanted) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, worker, (void *)(intptr_t)pool.started) != 0)
            return;
        pthread_detach(thread);
        pool.started++;
    }
}

/* Waits until every stretch is done. */
static void wait_for_done(size_t stretches)
{
    for (int i = 0; i < SPINS; i++) {
        if (atomic_load(&pool.done) == stretches)
            return;
        pause_shortly();
    }
    pthread_mutex_lock(&pool.lock);
    atomic_store(&pool.waiting, true);
    while (atomic_load(&pool.done) != stretches)
        pthread_cond_wait(&pool.finished, &pool.lock);
    atomic_store(&pool.waiting, false);
    pthread_mutex_unlock(&pool.lock);
}

void pool_run(size_t n, size_t grain, pool_task *task, const void *args)
{
    if (n == 0)
        return;
    if (pool.wanted == 1 || n <= grain) {
        task(args, 0, n);
        return;
    }
    start_workers();
    const size_t stretches = (n + grain - 1) / grain;
    const uint64_t job = job_of(atomic_load(&pool.ticket));
    /* no thread may take a stretch while the job is being written */
    atomic_store(&pool.ticket, job << 32 | ALL_TAKEN);
    atomic_store(&pool.n, n);
    atomic_store(&pool.grain, grain);
    atomic_store(&pool.task, task);
    atomic_store(&pool.args, args);
    atomic_store(&pool.done, 0);
    atomic_store(&pool.stretches, stretches);
    atomic_store(&pool.ticket, (job + 1) << 32);
    if (atomic_load(&pool.sleeping) > 0) {
        pthread_mutex_lock(&pool.lock);
        pthread_cond_broadcast(&pool.work);
        pthread_mutex_unlock(&pool.lock);
    }
    work_on_job();
    wait_for_done(stretches);
}
