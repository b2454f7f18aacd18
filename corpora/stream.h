/* Bytes in a row: a file descriptor, memory, compressed data decoded, a member of
 * an archive. What source.h gives to the world is made of these; each kind is one table of ops. */
#ifndef PTBLM_CORPORA_STREAM_H
#define PTBLM_CORPORA_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/err.h"

struct stream;

struct stream_ops {
    /* As stream_read, but cap > 0. */
    enum status (*read)(struct stream *s, void *buf, size_t cap, size_t *got, struct err *err);
    /* NULL if the stream can only go forward. */
    enum status (*seek)(struct stream *s, int64_t offset, int whence, int64_t *at, struct err *err);
    /* As stream_waits, nothing being left of the head; NULL: never. */
    bool (*waits)(struct stream *s);
    /* Releases all, `s` and the stream below included. */
    void (*close)(struct stream *s);
};

enum { STREAM_HEAD = 512 }; /* enough for every magic number: a tar header is one block of 512 */

/* The first member of every kind of stream. */
struct stream {
    const struct stream_ops *ops;
    size_t head_len, head_at; /* bytes peeked at, and how many of them are read since */
    unsigned char head[STREAM_HEAD];
};

/* Up to `cap` bytes into buf, as many as are there without waiting for more; *got == 0 is the end
 * (or cap 0). */
enum status stream_read(struct stream *s, void *buf, size_t cap, size_t *got, struct err *err);

/* Fills s->head with the first bytes, which stream_read will still give; to be called before the
 * first read. Fewer than STREAM_HEAD where the stream ends, or where a line of text has come: one
 * who types must not be kept waiting. */
enum status stream_peek(struct stream *s, struct err *err);

/* `whence` as for lseek; *at is the new offset. Only if ops->seek is not NULL. */
enum status stream_seek(struct stream *s, int64_t offset, int whence, int64_t *at, struct err *err);

/* Whether the next read would wait for bytes that have yet to come, as from a pipe whose writer is
 * slow. */
bool stream_waits(struct stream *s);

/* NULL is allowed. */
void stream_close(struct stream *s);

/* A file, or standard input for "-"; only a regular file has ops->seek. `name` is for messages, is
 * borrowed and must outlive the stream. */
enum status stream_open_file(struct stream **s, const char *path, const char *name,
                             struct err *err);

/* A copy of `n` bytes. */
enum status stream_open_memory(struct stream **s, const void *bytes, size_t n, struct err *err);

#endif
