#include "corpora/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/io/io.h"
#include "lib/base/mem.h"

enum status stream_read(struct stream *s, void *buf, size_t cap, size_t *got, struct err *err)
{
    *got = 0;
    if (cap == 0)
        return ST_OK;
    if (s->head_at == s->head_len)
        return s->ops->read(s, buf, cap, got, err);
    const size_t left = s->head_len - s->head_at;
    *got = left < cap ? left : cap;
    memcpy(buf, s->head + s->head_at, *got);
    s->head_at += *got;
    return ST_OK;
}

static bool is_line_of_text(const unsigned char *bytes, size_t n)
{
    return memchr(bytes, '\n', n) != NULL && memchr(bytes, '\0', n) == NULL;
}

enum status stream_peek(struct stream *s, struct err *err)
{
    size_t got = 1;
    while (got > 0 && s->head_len < STREAM_HEAD && !is_line_of_text(s->head, s->head_len)) {
        TRY(s->ops->read(s, s->head + s->head_len, STREAM_HEAD - s->head_len, &got, err));
        s->head_len += got;
    }
    return ST_OK;
}

enum status stream_seek(struct stream *s, int64_t offset, int whence, int64_t *at, struct err *err)
{
    if (whence == SEEK_CUR)
        offset -= (int64_t)(s->head_len - s->head_at);
    s->head_at = s->head_len;
    return s->ops->seek(s, offset, whence, at, err);
}

bool stream_waits(struct stream *s)
{
    return s->head_at == s->head_len && s->ops->waits != NULL && s->ops->waits(s);
}

void stream_close(struct stream *s)
{
    if (s != NULL)
        s->ops->close(s);
}

struct file_stream {
    struct stream base;
    int fd;
    const char *name;
    uint64_t at; /* bytes read so far */
};

static enum status file_read(struct stream *s, void *buf, size_t cap, size_t *got, struct err *err)
{
    struct file_stream *file = (struct file_stream *)s;
    ssize_t n;
    do
        n = read(file->fd, buf, cap);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return err_set(err, ST_IO, "cannot read '%s' at byte %llu: %s", file->name,
                       (unsigned long long)file->at, strerror(errno));
    file->at += (uint64_t)n;
    *got = (size_t)n;
    return ST_OK;
}

static enum status file_seek(struct stream *s, int64_t offset, int whence, int64_t *at,
                             struct err *err)
{
    struct file_stream *file = (struct file_stream *)s;
    const off_t moved = lseek(file->fd, (off_t)offset, whence);
    if (moved < 0)
        return err_set(err, ST_IO, "cannot seek in '%s': %s", file->name, strerror(errno));
    file->at = (uint64_t)moved;
    *at = (int64_t)moved;
    return ST_OK;
}

static bool file_waits(struct stream *s)
{
    struct pollfd readable = {.fd = ((struct file_stream *)s)->fd, .events = POLLIN};
    return poll(&readable, 1, 0) == 0;
}

static void file_close(struct stream *s)
{
    struct file_stream *file = (struct file_stream *)s;
    if (file->fd != STDIN_FILENO)
        close(file->fd);
    mem_free(file);
}

static const struct stream_ops file_ops = {file_read, file_seek, NULL, file_close};
static const struct stream_ops pipe_ops = {file_read, NULL, file_waits, file_close};

/* Opens `path` and refuses what has no bytes to read. */
static enum status open_readable(const char *path, const char *name, int *fd, struct stat *st,
                                 struct err *err)
{
    const bool standard = strcmp(path, "-") == 0;
    *fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (*fd < 0)
        return err_set(err, io_open_status(errno), "cannot open '%s': %s", name, strerror(errno));
    enum status status = ST_OK;
    if (fstat(*fd, st) != 0)
        status = err_set(err, ST_IO, "cannot look at '%s': %s", name, strerror(errno));
    else if (S_ISDIR(st->st_mode))
        status = err_set(err, ST_INPUT,
                         "cannot read '%s' as a text: it is a directory; name a file in it", name);
    if (status != ST_OK && !standard)
        close(*fd);
    return status;
}

enum status stream_open_file(struct stream **s, const char *path, const char *name, struct err *err)
{
    int fd;
    struct stat st;
    TRY(open_readable(path, name, &fd, &st, err));
    struct file_stream *file = mem_zeroed(1, sizeof *file, err);
    if (file == NULL) {
        if (fd != STDIN_FILENO)
            close(fd);
        return ST_NOMEM;
    }
    file->base.ops = S_ISREG(st.st_mode) ? &file_ops : &pipe_ops;
    file->fd = fd;
    file->name = name;
    *s = &file->base;
    return ST_OK;
}

struct memory_stream {
    struct stream base;
    size_t len, at;
    char bytes[];
};

static enum status memory_read(struct stream *s, void *buf, size_t cap, size_t *got,
                               struct err *err)
{
    (void)err;
    struct memory_stream *memory = (struct memory_stream *)s;
    const size_t left = memory->len - memory->at;
    *got = left < cap ? left : cap;
    if (*got > 0)
        memcpy(buf, memory->bytes + memory->at, *got);
    memory->at += *got;
    return ST_OK;
}

static void memory_close(struct stream *s)
{
    mem_free(s);
}

static const struct stream_ops memory_ops = {memory_read, NULL, NULL, memory_close};

enum status stream_open_memory(struct stream **s, const void *bytes, size_t n, struct err *err)
{
    if (n > SIZE_MAX / 2)
        return err_set(err, ST_NOMEM, "out of memory: a text of %zu bytes", n);
    struct memory_stream *memory = mem_zeroed(1, sizeof *memory + n, err);
    if (memory == NULL)
        return ST_NOMEM;
    memory->base.ops = &memory_ops;
    memory->len = n;
    if (n > 0)
        memcpy(memory->bytes, bytes, n);
    *s = &memory->base;
    return ST_OK;
}
