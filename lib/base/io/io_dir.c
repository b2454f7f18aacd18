/* Directories and the files in them as a whole: making, listing, locking, room, removal, length. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "lib/base/io/io.h"

/* The directory that contains the last name of a path; slashes after the name do not count. */
static void find_parent(char parent[PATH_MAX], const char *path)
{
    size_t len = strlen(path);
    while (len > 1 && path[len - 1] == '/')
        len--;
    while (len > 0 && path[len - 1] != '/')
        len--;
    snprintf(parent, PATH_MAX, "%.*s", len == 0 ? 1 : (int)len, len == 0 ? "." : path);
}

enum status io_sync_name(const char *path, struct err *err)
{
    char parent[PATH_MAX];
    find_parent(parent, path);
    const int fd = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    enum status status = ST_OK;
    if (fd >= 0) {
        if (fsync(fd) != 0 && errno != EINVAL && errno != EROFS)
            status =
                err_set(err, ST_IO, "cannot sync the directory of '%s': %s", path, strerror(errno));
        close(fd);
    }
    return status;
}

enum status io_make_dir(const char *path, bool *made, struct err *err)
{
    const bool makes = mkdir(path, 0777) == 0;
    if (made != NULL)
        *made = false;
    if (!makes && errno == EEXIST && io_is_dir(path))
        return ST_OK;
    if (!makes)
        return err_set(err, ST_IO, "cannot create the directory '%s': %s", path,
                       errno == EEXIST   ? "a file has that name"
                       : errno == ENOENT ? "its parent directory does not exist"
                                         : strerror(errno));
    const enum status status = io_sync_name(path, err);
    if (status != ST_OK)
        rmdir(path);
    else if (made != NULL)
        *made = true;
    return status;
}

enum status io_list_dir(const char *path,
                        enum status (*each)(void *ctx, const char *name, struct err *err),
                        void *ctx, struct err *err)
{
    DIR *dir = opendir(path);
    if (dir == NULL)
        return err_set(err, errno == ENOMEM ? ST_NOMEM : io_open_status(errno),
                       "cannot open the directory '%s': %s", path, strerror(errno));
    enum status status = ST_OK;
    const struct dirent *entry;
    errno = 0;
    while (status == ST_OK && (entry = readdir(dir)) != NULL) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            status = each(ctx, entry->d_name, err);
        errno = 0;
    }
    if (status == ST_OK && errno != 0)
        status = err_set(err, ST_IO, "cannot list the directory '%s': %s", path, strerror(errno));
    closedir(dir);
    return status;
}

/* Whether an open directory is still the one at the path: the process that held its lock may have
 * removed it, and another may have created a new one. */
static bool is_at(int dir, const char *path)
{
    struct stat open_one, now;
    return fstat(dir, &open_one) == 0 && stat(path, &now) == 0 && open_one.st_dev == now.st_dev &&
           open_one.st_ino == now.st_ino;
}

enum status io_lock_dir(int *fd, const char *path, struct err *err)
{
    const int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir < 0)
        return err_set(err, ST_IO, "cannot open the directory '%s': %s", path, strerror(errno));
    const bool held = flock(dir, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    if (held || !is_at(dir, path)) {
        close(dir);
        return err_set(err, ST_IO,
                       "'%s' is in use by another process: wait until it ends, or give "
                       "another directory",
                       path);
    }
    *fd = dir;
    return ST_OK;
}

void io_unlock_dir(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

struct io_room io_find_room(const char *dir)
{
    struct io_room room = {SIZE_MAX, SIZE_MAX};
    struct statvfs disk;
    struct rlimit limit;
    /* some network file systems report no blocks at all */
    if (statvfs(dir, &disk) == 0 && disk.f_blocks > 0 &&
        __builtin_mul_overflow(disk.f_bavail, disk.f_frsize, &room.disk))
        room.disk = SIZE_MAX;
    if (getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
        room.file = limit.rlim_cur;
    return room;
}

enum status io_remove(const char *path, struct err *err)
{
    if (unlink(path) != 0 && errno != ENOENT)
        return err_set(err, ST_IO, "cannot remove '%s': %s", path, strerror(errno));
    return ST_OK;
}

struct sweep {
    const char *dir;
    const char *const *beginnings;
};

static enum status sweep_name(void *ctx, const char *name, struct err *err)
{
    const struct sweep *s = ctx;
    if (name[0] != '.' || strstr(name, ".tmp.") == NULL)
        return ST_OK;
    for (size_t i = 0; s->beginnings[i] != NULL; i++)
        if (strncmp(name + 1, s->beginnings[i], strlen(s->beginnings[i])) == 0)
            return io_remove_in(s->dir, name, err);
    return ST_OK;
}

enum status io_sweep(const char *dir, const char *const *beginnings, struct err *err)
{
    struct sweep s = {dir, beginnings};
    return io_list_dir(dir, sweep_name, &s, err);
}

bool io_has(const char *dir, const char *name)
{
    struct stat st;
    const int fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
    const bool there = fd >= 0 && fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0;
    if (fd >= 0)
        close(fd);
    return there;
}

enum status io_remove_in(const char *dir, const char *name, struct err *err)
{
    enum status status = ST_OK;
    const int fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if ((fd < 0 || unlinkat(fd, name, 0) != 0) && errno != ENOENT)
        status = err_set(err, ST_IO, "cannot remove '%s/%s': %s", dir, name, strerror(errno));
    if (fd >= 0)
        close(fd);
    return status;
}

size_t io_size(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 ? (size_t)st.st_size : 0;
}

static enum status change_file(const char *path, const size_t *cut_at, struct err *err)
{
    const int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT)
        return ST_OK;
    if (fd < 0)
        return err_set(err, ST_IO, "cannot open '%s' for writing: %s", path, strerror(errno));
    enum status status = ST_OK;
    struct stat st;
    if (cut_at != NULL && fstat(fd, &st) == 0 && (size_t)st.st_size > *cut_at &&
        ftruncate(fd, (off_t)*cut_at) != 0)
        status = err_set(err, ST_IO, "cannot cut '%s': %s", path, strerror(errno));
    else if (fsync(fd) != 0 && errno != EINVAL)
        status = err_set(err, ST_IO, "cannot sync '%s': %s", path, strerror(errno));
    close(fd);
    return status;
}

enum status io_sync(const char *path, struct err *err)
{
    return change_file(path, NULL, err);
}

enum status io_cut(const char *path, size_t len, struct err *err)
{
    return change_file(path, &len, err);
}
