/* Checked file I/O: whole files in, mapped files, and files that appear complete or not at all.
 * The path "-" is standard output for a writer. Messages name the path and the system's reason. */
#ifndef PTBLM_BASE_IO_IO_H
#define PTBLM_BASE_IO_IO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/buf.h"
#include "lib/base/err.h"

/* The status for an input that cannot be opened: ST_INPUT if errno says that its path is wrong,
 * ST_IO if the system refuses it. */
enum status io_open_status(int reason);

/* Appends the whole of a regular file to *out; ST_INPUT if it is missing, is not a
 * regular file, or has more than `limit` bytes. */
enum status io_read_file(const char *path, size_t limit, struct buf *out, struct err *err);

/* A file mapped read-only. An empty file has data NULL. */
struct io_map {
    const unsigned char *data;
    size_t len;
};
enum status io_map_open(struct io_map *map, const char *path, struct err *err);

/* The same for a file that is read through once before its map is used: a disk error is then an
 * error, and not a signal as it is in a map. Read *fd with io_read_at, and close it with io_close.
 */
enum status io_map_open_to_read(struct io_map *map, int *fd, const char *path, struct err *err);

/* Reads n bytes at `at`. ST_IO if the disk fails or the file ends early. */
enum status io_read_at(int fd, const char *path, uint64_t at, void *bytes, size_t n,
                       struct err *err);
void io_close(int *fd); /* sets it to -1, which is allowed */
void io_map_close(struct io_map *map);

/* A file that is written under another name (".NAME.tmp.PID" in the same directory, or
 * ".NAME.tmp.PID.1" and so on if a killed process left that one), with the owner and mode of the
 * file that it replaces. Commit syncs and closes it, reads it back, compares its hash, and renames
 * it to `path`: readers see the old file or the new one, never a part. A path that is not a regular
 * file ("-", a device, a pipe) is written directly. Opening needs a writable directory, so an
 * impossible output is found before the work. */
struct io_writer;
enum status io_writer_open(struct io_writer **w, const char *path, struct err *err);
enum status io_writer_put(struct io_writer *w, const void *bytes, size_t n, struct err *err);

/* Reads or overwrites bytes [at, at + n) of those put so far. ST_IO if the path is written
 * directly. */
enum status io_writer_read_at(struct io_writer *w, void *bytes, size_t n, uint64_t at,
                              struct err *err);
enum status io_writer_put_at(struct io_writer *w, const void *bytes, size_t n, uint64_t at,
                             struct err *err);

/* Does every part of a commit that can fail for lack of space or memory, so that several files that
 * belong together are all whole before the first takes its name. Nothing can be put after it. */
enum status io_writer_finish(struct io_writer *w, struct err *err);

/* Ends the file and frees the writer, whatever the result; a failure leaves nothing. */
enum status io_writer_commit(struct io_writer *w, struct err *err);

/* Commits n writers in order, up to the first failure, and sets those that it frees to NULL. Skips
 * those that are NULL. */
enum status io_writer_commit_all(struct io_writer **w, size_t n, struct err *err);

/* Removes what was written and frees the writer. NULL is allowed. */
void io_writer_discard(struct io_writer *w);

/* Removes the unfinished files of all writers, and nothing else: for a signal handler that is about
 * to end the process. */
void io_remove_unfinished(void);

/* Writes a whole file through a writer. The first only finishes it (*w; NULL on failure), the
 * second commits it too. */
enum status io_stage_file(struct io_writer **w, const char *path, const void *bytes, size_t n,
                          struct err *err);
enum status io_write_file(const char *path, const void *bytes, size_t n, struct err *err);

/* Appends bytes to a file in one write, and creates the file if it is missing. */
enum status io_append(const char *path, const void *bytes, size_t n, struct err *err);

/* Creates a directory, durably; one that exists is not an error. *made (unless NULL) tells whether
 * this call created it. */
enum status io_make_dir(const char *path, bool *made, struct err *err);

/* Makes it durable that the last name of a path exists, or that it no longer does. A file system
 * that cannot sync a directory is not an error. Allocates nothing. */
enum status io_sync_name(const char *path, struct err *err);

/* Calls `each` for every name in a directory except "." and "..", in no order, until one fails. */
enum status io_list_dir(const char *path,
                        enum status (*each)(void *ctx, const char *name, struct err *err),
                        void *ctx, struct err *err);

/* Removes what killed writers left of files whose names begin with one of `beginnings` (up to
 * NULL). The caller must have the directory's lock. */
enum status io_sweep(const char *dir, const char *const *beginnings, struct err *err);

/* Locks a directory for as long as *fd is open, and so at most until the process ends, however it
 * ends. ST_IO if another process holds the lock. A file system without locks takes none. */
enum status io_lock_dir(int *fd, const char *path, struct err *err);
void io_unlock_dir(int *fd); /* sets it to -1, which is allowed */

/* Bytes that can still be written below a directory, and to one file; SIZE_MAX: no known limit. */
struct io_room {
    size_t disk, file;
};
struct io_room io_find_room(const char *dir);

/* Removes a file; one that is missing is not an error. */
enum status io_remove(const char *path, struct err *err);

/* The bytes of a file, 0 if it is missing. io_sync makes them durable, and io_cut durably cuts a
 * file of more than `len` bytes to that length. */
size_t io_size(const char *path);
enum status io_sync(const char *path, struct err *err);
enum status io_cut(const char *path, size_t len, struct err *err);

bool io_exists(const char *path); /* errno says why not */
bool io_is_dir(const char *path);
bool io_is_same(const char *a, const char *b); /* the same file or directory, whatever the paths */

/* Whether "dir/name" exists, and its removal as by io_remove; neither allocates. */
bool io_has(const char *dir, const char *name);
enum status io_remove_in(const char *dir, const char *name, struct err *err);

/* "dir/name", to be freed with mem_free; NULL with *err set when out of memory. */
char *io_join(const char *dir, const char *name, struct err *err);

/* Finds what a path meant when it was given in the directory `dir`: a relative path is first looked
 * for there. It stays as it is if nothing is there, if it is absolute or "-", or if `dir` is NULL.
 * *found, to be freed with mem_free, is NULL if `path` is. */
enum status io_find(char **found, const char *dir, const char *path, struct err *err);

/* Seconds of a clock that never goes back. */
double io_seconds(void);

#endif
