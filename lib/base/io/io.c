#include "lib/base/io/io.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/mem.h"

enum { IO_READ_STEP = 1 << 16 };

enum status io_open_status(int reason)
{
    switch (reason) {
    case ENOENT:
    case ENOTDIR:
    case EISDIR:
    case ELOOP:
    case ENAMETOOLONG:
    case ENXIO:
        return ST_INPUT;
    default:
        return ST_IO;
    }
}

static enum status open_regular(const char *path, int *fd, struct stat *st, struct err *err)
{
    /* O_NONBLOCK: a pipe that nobody writes to is refused, not waited for */
    *fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (*fd < 0)
        return err_set(err, io_open_status(errno), "cannot open '%s': %s", path, strerror(errno));
    if (fstat(*fd, st) == 0 && S_ISREG(st->st_mode))
        return ST_OK;
    close(*fd);
    return err_set(err, ST_INPUT, "cannot read '%s': it is not a regular file", path);
}

enum status io_read_file(const char *path, size_t limit, struct buf *out, struct err *err)
{
    int fd;
    struct stat st;
    TRY(open_regular(path, &fd, &st, err));
    enum status status = ST_OK;
    if ((size_t)st.st_size > limit) {
        status = err_set(err, ST_INPUT, "cannot read '%s': it has %zu bytes, the limit is %zu",
                         path, (size_t)st.st_size, limit);
        goto out;
    }
    /* of a small file no more than its bytes and the end behind them */
    const bool small = st.st_size > 0 && st.st_size < IO_READ_STEP;
    const size_t start = out->len, step = small ? (size_t)st.st_size + 1 : IO_READ_STEP;
    for (;;) {
        TRY_OUT(buf_reserve(out, step, err));
        const ssize_t got = read(fd, out->data + out->len, step);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            status = err_set(err, ST_IO, "cannot read '%s' at byte %zu: %s", path, out->len - start,
                             strerror(errno));
            goto out;
        }
        if (got == 0)
            break;
        out->len += (size_t)got;
        out->data[out->len] = '\0';
        if (out->len - start > limit) {
            status =
                err_set(err, ST_INPUT, "cannot read '%s': it grew past %zu bytes", path, limit);
            goto out;
        }
    }
out:
    close(fd);
    return status;
}

enum status io_map_open_to_read(struct io_map *map, int *fd, const char *path, struct err *err)
{
    struct stat st;
    TRY(open_regular(path, fd, &st, err));
    *map = (struct io_map){.data = NULL, .len = (size_t)st.st_size};
    if (map->len == 0)
        return ST_OK;
    void *data = mmap(NULL, map->len, PROT_READ, MAP_PRIVATE, *fd, 0);
    if (data == MAP_FAILED) {
        const int reason = errno;
        io_close(fd);
        return err_set(err, ST_IO, "cannot map '%s': %s", path, strerror(reason));
    }
    map->data = data;
    return ST_OK;
}

enum status io_map_open(struct io_map *map, const char *path, struct err *err)
{
    int fd;
    TRY(io_map_open_to_read(map, &fd, path, err));
    io_close(&fd);
    return ST_OK;
}

enum status io_read_at(int fd, const char *path, uint64_t at, void *bytes, size_t n,
                       struct err *err)
{
    size_t done = 0;
    while (done < n) {
        const ssize_t got = pread(fd, (char *)bytes + done, n - done, (off_t)(at + done));
        if (got == 0)
            return err_set(err, ST_IO, "cannot read '%s': it was cut short at byte %" PRIu64, path,
                           at + done);
        if (got < 0 && errno != EINTR)
            return err_set(err, ST_IO, "cannot read '%s' at byte %" PRIu64 ": %s", path, at + done,
                           strerror(errno));
        done += got > 0 ? (size_t)got : 0;
    }
    return ST_OK;
}

void io_close(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

void io_map_close(struct io_map *map)
{
    if (map->data != NULL)
        munmap((void *)(uintptr_t)map->data, map->len);
    *map = (struct io_map){0};
}

enum status io_append(const char *path, const void *bytes, size_t n, struct err *err)
{
    const int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0)
        return err_set(err, ST_IO, "cannot open '%s' for writing: %s", path, strerror(errno));
    ssize_t put;
    do
        put = write(fd, bytes, n);
    while (put < 0 && errno == EINTR);
    const int reason = put < 0 ? errno : ENOSPC;
    if (close(fd) != 0 && (size_t)put == n)
        return err_set(err, ST_IO, "cannot write to '%s': %s", path, strerror(errno));
    if (put < 0 || (size_t)put != n)
        return err_set(err, ST_IO, "cannot write to '%s': %s", path, strerror(reason));
    return ST_OK;
}

bool io_exists(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0;
}

bool io_is_dir(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

bool io_is_same(const char *a, const char *b)
{
    struct stat x, y;
    return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

char *io_join(const char *dir, const char *name, struct err *err)
{
    struct buf path = {0};
    const size_t len = strlen(dir);
    const char *slash = len > 0 && dir[len - 1] == '/' ? "" : "/";
    if (buf_addf(&path, err, "%s%s%s", dir, slash, name) != ST_OK)
        buf_fini(&path);
    return path.data;
}

enum status io_find(char **found, const char *dir, const char *path, struct err *err)
{
    *found = NULL;
    if (path == NULL)
        return ST_OK;
    if (dir != NULL && path[0] != '/' && strcmp(path, "-") != 0) {
        *found = io_join(dir, path, err);
        if (*found == NULL || io_exists(*found))
            return *found == NULL ? ST_NOMEM : ST_OK;
        mem_free(*found);
    }
    *found = mem_copy_string(path, strlen(path), err);
    return *found == NULL ? ST_NOMEM : ST_OK;
}

double io_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}
