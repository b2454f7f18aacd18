/* Checked file I/O: whole files in, mapped files, and files that appear complete or not at all.
 * The path "-" is standard output for a writer. Messages name the path and the system's reason. */
#ifndef PTBLM_BASE_IO_H
#define PTBLM_BASE_IO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/buf.h"
#include "lib/base/err.h"

/* For an input that cannot be opened: ST_INPUT where errno says that its path is wrong, ST_IO where
 * the system refuses it. */
enum status io_open_status(int reason);

/* Appends the whole of a regular file to *out; ST_INPUT where it is missing, no regular file or
 * larger than `limit` bytes. */
enum status io_read_file(const char *path, size_t limit, struct buf *out, struct err *err);

/* A file mapped read-only. An empty file has data NULL. */
struct io_map {
    const unsigned char *data;
    size_t len;
};
enum status io_map_open(struct io_map *map, const char *path, struct err *err);

/* The same of a file that is to be read through once before the map is used: what the disk cannot
 * read is then an error, where in a map it is a signal. *fd is to be read with io_read_at, and
 * closed with io_close. */
enum status io_map_open_to_read(struct io_map *map, int *fd, const char *path, struct err *err);

/* Reads n bytes at `at`. ST_IO where the disk cannot, or the file ends before. */
enum status io_read_at(int fd, const char *path, uint64_t at, void *bytes, size_t n,
                       struct err *err);
void io_close(int *fd); /* -1, which it sets, is allowed */
void io_map_close(struct io_map *map);

/* A file written aside (".NAME.tmp.PID" in the same directory, ".NAME.tmp.PID.1" and so on where a
 * killed process left one), with owner and mode of the file that it replaces, and on commit synced,
 * closed, read back and compared by hash, and renamed over `path`: readers see the old file or the
 * new one, never a part. A path that is not a regular file ("-", a device, a pipe) is written
 * directly. Opening needs a writable directory and so finds an impossible output before the work.
 */
struct io_writer;
enum status io_writer_open(struct io_writer **w, const char *path, struct err *err);
enum status io_writer_put(struct io_writer *w, const void *bytes, size_t n, struct err *err);
enum status io_writer_putf(struct io_writer *w, struct err *err, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Bytes [at, at + n) of those put so far, read again or written over. ST_IO where they are written
 * directly. */
enum status io_writer_read_at(struct io_writer *w, void *bytes, size_t n, uint64_t at,
                              struct err *err);
enum status io_writer_put_at(struct io_writer *w, const void *bytes, size_t n, uint64_t at,
                             struct err *err);

/* Does all of a commit that can fail for want of room or memory, so that of several files that
 * belong together each is whole before the first takes its name. Nothing can be put behind it. */
enum status io_writer_finish(struct io_writer *w, struct err *err);

/* Ends the file and frees the writer, whatever the result; on failure nothing is left behind. */
enum status io_writer_commit(struct io_writer *w, struct err *err);

/* Commits n writers in turn, up to the first failure, and sets those that it frees to NULL. NULL
 * among them is passed over. */
enum status io_writer_commit_all(struct io_writer **w, size_t n, struct err *err);

/* Removes what was written and frees the writer. NULL is allowed. */
void io_writer_discard(struct io_writer *w);

/* Removes the files aside of all writers, and nothing else: for a handler of signals that is about
 * to end the process. */
void io_remove_unfinished(void);

/* Writes a whole file through a writer; the first leaves it finished, and *w NULL on failure. */
enum status io_stage_file(struct io_writer **w, const char *path, const void *bytes, size_t n,
                          struct err *err);
enum status io_write_file(const char *path, const void *bytes, size_t n, struct err *err);

/* Appends bytes to a file, made where it is missing, in one write. */
enum status io_append(const char *path, const void *bytes, size_t n, struct err *err);

/* Makes a directory, durably; one that is there already is not an error. *made, where `made` is not
 * NULL, tells whether this call made it. */
enum status io_make_dir(const char *path, bool *made, struct err *err);

/* Makes it durable that a name at the end of a path is there, or no longer there. A file system
 * that cannot sync a directory is let be. Takes no memory. */
enum status io_sync_name(const char *path, struct err *err);

/* Calls `each` for every name in a directory but "." and "..", in no order; its failure ends it. */
enum status io_list_dir(const char *path,
                        enum status (*each)(void *ctx, const char *name, struct err *err),
                        void *ctx, struct err *err);

/* Removes the files aside of writers that were killed, of files whose names begin so (up to NULL).
 * For one who has the directory's lock. */
enum status io_sweep(const char *dir, const char *const *beginnings, struct err *err);

/* Takes the lock of a directory for as long as *fd is open, so that it ends with the process
 * however that ends. ST_IO where another holds it. Where the file system has no locks there is
 * none. */
enum status io_lock_dir(int *fd, const char *path, struct err *err);
void io_unlock_dir(int *fd); /* -1, which it sets, is allowed */

/* Bytes that can still be written below a directory, and to one file; SIZE_MAX: no limit known. */
struct io_room {
    size_t disk, file;
};
struct io_room io_find_room(const char *dir);

/* Removes a file; one that is missing is not an error. */
enum status io_remove(const char *path, struct err *err);

/* Bytes of a file, 0 of one that is missing; io_sync makes them durable, and io_cut cuts a file
 * that has more than `len` bytes there, durably. */
size_t io_size(const char *path);
enum status io_sync(const char *path, struct err *err);
enum status io_cut(const char *path, size_t len, struct err *err);

bool io_exists(const char *path); /* errno says why not */
bool io_is_dir(const char *path);
bool io_is_same(const char *a, const char *b); /* one file or directory, whatever the paths */

/* Whether "dir/name" is there, and its removal, like io_remove; both take no memory. */
bool io_has(const char *dir, const char *name);
enum status io_remove_in(const char *dir, const char *name, struct err *err);

/* "dir/name", to be freed with mem_free; NULL with *err set when out of memory. */
char *io_join(const char *dir, const char *name, struct err *err);

/* Where a path leads that was meant from `dir`: a relative one is looked for there first, and
 * stands as it is where nothing is there. So do absolute ones, "-", and all where `dir` is NULL.
 * *found, to be freed with mem_free, is NULL where `path` is. */
enum status io_find(char **found, const char *dir, const char *path, struct err *err);

/* Seconds of a clock that never goes back. */
double io_seconds(void);

#endif
