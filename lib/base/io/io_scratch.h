/* A file without a name, for what does not fit in memory: it is gone when it is closed, however the
 * process ends. */
#ifndef PTBLM_BASE_IO_IO_SCRATCH_H
#define PTBLM_BASE_IO_IO_SCRATCH_H

#include <stddef.h>
#include <stdint.h>

#include "lib/base/err.h"

struct io_scratch {
    int fd;
    char *path; /* beside which it is, for messages; NULL: not open */
    uint64_t len;
    void *map; /* [len] bytes, or NULL */
};

/* In the directory of `path`, which need not exist. A zeroed struct has no file; after a failure
 * there is nothing to close. */
enum status io_scratch_open(struct io_scratch *s, const char *path, struct err *err);

/* Appends n bytes. Not buffered. */
enum status io_scratch_put(struct io_scratch *s, const void *bytes, size_t n, struct err *err);

/* Reads n of the bytes that were put. */
enum status io_scratch_read_at(const struct io_scratch *s, uint64_t at, void *bytes, size_t n,
                               struct err *err);

/* Makes a file into which nothing was put, and will be, n zeroed bytes long, with room on the disk
 * for all of them, and maps them for reading and writing. n > 0 */
enum status io_scratch_map(struct io_scratch *s, uint64_t n, struct err *err);

/* Lets go of the memory that the map takes, not of what is in it. */
void io_scratch_relax(const struct io_scratch *s);

/* A zeroed struct is allowed. */
void io_scratch_close(struct io_scratch *s);

#endif
