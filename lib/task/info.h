/* What this build computes with, for --version and run records. */
#ifndef PTBLM_TASK_INFO_H
#define PTBLM_TASK_INFO_H

struct task_info {
    const char *kernels; /* the kernel set in use: "avx2", "ref", ... */
    const char *blas;    /* the library that multiplies matrices */
    int threads;         /* in use now */
};
void task_info_get(struct task_info *info);

/* Chooses the kernel set by name; NULL: the fastest that this processor runs. Returns 0, or -1
 * where there is none of that name or the processor cannot run it. Before any other work. */
int task_info_set_kernels(const char *name);

/* Sets the number of threads of all later work; at least 1. */
void task_info_set_threads(int threads);

/* The processors that this process may use. */
int task_info_processors(void);

#endif
