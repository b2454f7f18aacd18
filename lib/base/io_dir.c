/* Directories and the files in them as a whole: listing, locking, room, removal, length. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "lib/base/io.h"

enum status io_list_dir(const char *path,
                        enum status (*each)(void *ctx, const char *name, struct err *err),
                        void *ctx, struct err *err)
{
    DIR *dir = opendir(path);
    if (dir == NULL)
        return err_set(err, errno == ENOMEM ? ST_NOMEM : ST_INPUT,
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

enum status io_lock_dir(int *fd, const char *path, struct err *err)
{
    const int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir < 0)
        return err_set(err, ST_IO, "cannot open the directory '%s': %s", path, strerror(errno));
    if (flock(dir, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
        close(dir);
        return err_set(err, ST_IO, "'%s' is in use: another process writes there", path);
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
    /* some network file systems say that they have no blocks at all */
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
        return err_set(err, ST_IO, "cannot open '%s' to write: %s", path, strerror(errno));
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
