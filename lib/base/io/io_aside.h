/* A file that is written under a name of its own beside its target, and takes the target's name
 * when it is whole: the part of a writer that handles names. */
#ifndef PTBLM_BASE_IO_IO_ASIDE_H
#define PTBLM_BASE_IO_IO_ASIDE_H

#include "lib/base/err.h"

struct io_aside {
    char *target; /* where the path leads, symbolic links followed */
    char *name;   /* ".NAME.tmp.PID" beside it; NULL where there is nothing to remove */
};

/* Opens a new file for writing and reading beside the target of `path`, with the access rights of
 * the file that it will replace. io_aside_fini must be called whatever the result. */
enum status io_aside_open(struct io_aside *a, int *fd, const char *path, struct err *err);

/* The file takes its final name. */
enum status io_aside_rename(struct io_aside *a, const char *path, struct err *err);

/* Removes a file that has not been renamed. */
void io_aside_fini(struct io_aside *a);

#endif
