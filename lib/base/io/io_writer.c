#include "lib/base/io/io.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/hash.h"
#include "lib/base/io/io_aside.h"
#include "lib/base/mem.h"

struct io_writer {
    int fd;
    bool direct;           /* written in place: standard output, a device, a pipe */
    char *path;            /* as given */
    struct io_aside aside; /* empty when direct */
    struct buf ready;      /* bytes not yet handed to the system */
    struct hash *put;      /* of all bytes put; NULL when direct */
    bool over;             /* some were overwritten: `put` is not the hash of the file */
    bool finished;
};

enum { WRITER_CHUNK = 1 << 16 };

void io_writer_discard(struct io_writer *w)
{
    if (w == NULL)
        return;
    if (w->fd > STDERR_FILENO)
        close(w->fd);
    mem_free(w->path);
    io_aside_fini(&w->aside);
    buf_fini(&w->ready);
    hash_free(w->put);
    mem_free(w);
}

static enum status open_direct(struct io_writer *w, struct err *err)
{
    w->direct = true;
    w->fd = open(w->path, O_WRONLY | O_CLOEXEC);
    if (w->fd < 0)
        return err_set(err, ST_IO, "cannot write '%s': %s", w->path, strerror(errno));
    return ST_OK;
}

enum status io_writer_open(struct io_writer **out, const char *path, struct err *err)
{
    struct io_writer *w = mem_zeroed(1, sizeof *w, err);
    if (w == NULL)
        return ST_NOMEM;
    w->fd = -1;
    enum status status = ST_NOMEM;
    w->path = mem_copy_string(path, strlen(path), err);
    if (w->path == NULL)
        goto out;
    struct stat st;
    if (strcmp(path, "-") == 0) {
        w->direct = true;
        w->fd = STDOUT_FILENO;
        status = ST_OK;
    } else if (*path == '\0') {
        status = err_set(err, ST_IO, "cannot write '': it is not a file name");
    } else if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
        status = err_set(err, ST_IO, "cannot write '%s': it is a directory", path);
    } else if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) {
        status = open_direct(w, err);
    } else {
        status = hash_new(&w->put, err);
        if (status == ST_OK)
            status = io_aside_open(&w->aside, &w->fd, path, err);
    }
out:
    if (status != ST_OK)
        io_writer_discard(w);
    else
        *out = w;
    return status;
}

static enum status flush(struct io_writer *w, struct err *err)
{
    size_t done = 0;
    while (done < w->ready.len) {
        const ssize_t put = write(w->fd, w->ready.data + done, w->ready.len - done);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return err_set(err, ST_IO, "cannot write '%s': %s", w->path, strerror(errno));
        done += (size_t)put;
    }
    w->ready.len = 0;
    return ST_OK;
}

enum status io_writer_put(struct io_writer *w, const void *bytes, size_t n, struct err *err)
{
    const char *from = bytes;
    if (w->put != NULL)
        hash_add(w->put, bytes, n);
    while (n > 0) {
        const size_t part = n < WRITER_CHUNK ? n : WRITER_CHUNK;
        TRY(buf_add(&w->ready, from, part, err));
        if (w->ready.len >= WRITER_CHUNK)
            TRY(flush(w, err));
        from += part;
        n -= part;
    }
    return ST_OK;
}

enum status io_writer_read_at(struct io_writer *w, void *bytes, size_t n, uint64_t at,
                              struct err *err)
{
    TRY(flush(w, err));
    for (size_t done = 0; done < n;) {
        const ssize_t got = pread(w->fd, (char *)bytes + done, n - done, (off_t)(at + done));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return err_set(err, ST_IO, "cannot read back '%s' at byte %llu: %s", w->path,
                           (unsigned long long)(at + done),
                           got < 0 ? strerror(errno) : "it became shorter");
        done += (size_t)got;
    }
    return ST_OK;
}

enum status io_writer_put_at(struct io_writer *w, const void *bytes, size_t n, uint64_t at,
                             struct err *err)
{
    TRY(flush(w, err));
    w->over = true;
    for (size_t done = 0; done < n;) {
        const ssize_t put = pwrite(w->fd, (const char *)bytes + done, n - done, (off_t)(at + done));
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return err_set(err, ST_IO, "cannot write '%s': %s", w->path, strerror(errno));
        done += (size_t)put;
    }
    return ST_OK;
}

static enum status hash_file(int fd, const char *path, struct buf *chunk, struct hash *h,
                             struct err *err)
{
    TRY(buf_reserve(chunk, WRITER_CHUNK, err));
    for (;;) {
        const ssize_t got = read(fd, chunk->data, WRITER_CHUNK);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return err_set(err, ST_IO, "cannot read back '%s': %s", path, strerror(errno));
        if (got == 0)
            return ST_OK;
        hash_add(h, chunk->data, (size_t)got);
    }
}

/* Reads the synced file back, not from the page cache if the system can drop it. */
static enum status read_back(struct io_writer *w, struct err *err)
{
    struct hash *h = NULL;
    enum status status;
    const int fd = open(w->aside.name, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_set(err, ST_IO, "cannot read back '%s': %s", w->path, strerror(errno));
    posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
    TRY_OUT(hash_new(&h, err));
    TRY_OUT(hash_file(fd, w->path, &w->ready, h, err));
    if (hash_digest(h) != hash_digest(w->put))
        status = err_set(err, ST_IO,
                         "cannot write '%s': what was read back is not what was written; the disk "
                         "or the memory is faulty",
                         w->path);
out:
    hash_free(h);
    close(fd);
    return status;
}

/* The hash of a file with overwritten bytes: of what the system now has of it. */
static enum status hash_again(struct io_writer *w, struct err *err)
{
    hash_free(w->put);
    w->put = NULL;
    TRY(hash_new(&w->put, err));
    if (lseek(w->fd, 0, SEEK_SET) != 0)
        return err_set(err, ST_IO, "cannot read back '%s': %s", w->path, strerror(errno));
    return hash_file(w->fd, w->path, &w->ready, w->put, err);
}

enum status io_writer_finish(struct io_writer *w, struct err *err)
{
    if (w->finished)
        return ST_OK;
    TRY(flush(w, err));
    if (w->direct)
        return ST_OK;
    if (w->over)
        TRY(hash_again(w, err));
    if (fsync(w->fd) != 0)
        return err_set(err, ST_IO, "cannot sync '%s': %s", w->path, strerror(errno));
    const int fd = w->fd;
    w->fd = -1;
    if (close(fd) != 0)
        return err_set(err, ST_IO, "cannot close '%s': %s", w->path, strerror(errno));
    TRY(read_back(w, err));
    w->finished = true;
    return ST_OK;
}

enum status io_writer_commit(struct io_writer *w, struct err *err)
{
    enum status status;
    TRY_OUT(io_writer_finish(w, err));
    if (w->direct)
        goto out;
    TRY_OUT(io_aside_rename(&w->aside, w->path, err));
    status = io_sync_name(w->aside.target, err);
out:
    io_writer_discard(w);
    return status;
}

enum status io_writer_commit_all(struct io_writer **w, size_t n, struct err *err)
{
    for (size_t i = 0; i < n; i++) {
        struct io_writer *one = w[i];
        w[i] = NULL;
        if (one != NULL)
            TRY(io_writer_commit(one, err));
    }
    return ST_OK;
}

enum status io_stage_file(struct io_writer **w, const char *path, const void *bytes, size_t n,
                          struct err *err)
{
    TRY(io_writer_open(w, path, err));
    enum status status = io_writer_put(*w, bytes, n, err);
    if (status == ST_OK)
        status = io_writer_finish(*w, err);
    if (status != ST_OK) {
        io_writer_discard(*w);
        *w = NULL;
    }
    return status;
}

enum status io_write_file(const char *path, const void *bytes, size_t n, struct err *err)
{
    struct io_writer *w;
    TRY(io_stage_file(&w, path, bytes, n, err));
    return io_writer_commit(w, err);
}
