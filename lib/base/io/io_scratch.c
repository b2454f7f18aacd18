#include "lib/base/io/io_scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/base/io/io.h"
#include "lib/base/io/io_aside.h"
#include "lib/base/mem.h"

enum status io_scratch_open(struct io_scratch *s, const char *path, struct err *err)
{
    struct io_aside aside = {0};
    *s = (struct io_scratch){.fd = -1};
    s->path = mem_copy_string(path, strlen(path), err);
    if (s->path == NULL)
        return ST_NOMEM;
    const enum status status = io_aside_open(&aside, &s->fd, path, err);
    io_aside_fini(&aside); /* removes the name */
    if (status != ST_OK)
        io_scratch_close(s);
    return status;
}

static enum status fail(const struct io_scratch *s, int reason, struct err *err)
{
    return err_set(err, ST_IO, "cannot write beside '%s': %s", s->path, strerror(reason));
}

enum status io_scratch_put(struct io_scratch *s, const void *bytes, size_t n, struct err *err)
{
    for (size_t done = 0; done < n;) {
        const ssize_t put =
            pwrite(s->fd, (const char *)bytes + done, n - done, (off_t)(s->len + done));
        if (put < 0 && errno != EINTR)
            return fail(s, errno, err);
        done += put > 0 ? (size_t)put : 0;
    }
    s->len += n;
    return ST_OK;
}

enum status io_scratch_read_at(const struct io_scratch *s, uint64_t at, void *bytes, size_t n,
                               struct err *err)
{
    struct err why;
    const enum status status = io_read_at(s->fd, "a scratch file", at, bytes, n, &why);
    return status == ST_OK ? ST_OK : err_wrap(err, &why, "beside '%s'", s->path);
}

enum status io_scratch_map(struct io_scratch *s, uint64_t n, struct err *err)
{
    int reason;
    do
        reason = posix_fallocate(s->fd, 0, (off_t)n);
    while (reason == EINTR);
    if (reason != 0)
        return fail(s, reason, err);
    void *map = mmap(NULL, (size_t)n, PROT_READ | PROT_WRITE, MAP_SHARED, s->fd, 0);
    if (map == MAP_FAILED)
        return err_set(err, ST_NOMEM, "cannot map %llu bytes beside '%s': %s",
                       (unsigned long long)n, s->path, strerror(errno));
    s->map = map;
    s->len = n;
    return ST_OK;
}

void io_scratch_relax(const struct io_scratch *s)
{
    if (s->map != NULL)
        madvise(s->map, (size_t)s->len, MADV_DONTNEED);
}

void io_scratch_close(struct io_scratch *s)
{
    if (s->path == NULL)
        return;
    if (s->map != NULL)
        munmap(s->map, (size_t)s->len);
    io_close(&s->fd);
    mem_free(s->path);
    *s = (struct io_scratch){0};
}
