#include "lib/base/io/io_aside.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/buf.h"
#include "lib/base/io/io.h"
#include "lib/base/mem.h"

enum {
    LINKS_MAX = 40,    /* as many as Linux follows */
    ASIDE_TRIES = 100, /* under other names */
    PENDING_MAX = 8    /* files aside at one time */
};

/* The names of unfinished files, which a signal handler may read at any moment. One thread opens
 * and ends all writers. */
static char *_Atomic pending[PENDING_MAX];

/* If no place is left, a signal leaves the file. */
static void add_pending(char *name)
{
    for (size_t i = 0; i < PENDING_MAX; i++) {
        if (pending[i] == NULL) {
            pending[i] = name;
            return;
        }
    }
}

static void drop_name(struct io_aside *a)
{
    for (size_t i = 0; i < PENDING_MAX && a->name != NULL; i++)
        if (pending[i] == a->name)
            pending[i] = NULL;
    mem_free(a->name);
    a->name = NULL;
}

void io_remove_unfinished(void)
{
    for (size_t i = 0; i < PENDING_MAX; i++) {
        const char *name = pending[i];
        if (name != NULL)
            unlink(name);
    }
}

/* The bytes of a path up to and including its last slash. */
static int dir_length(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? 0 : (int)(slash - path + 1);
}

/* Not by realpath, which refuses a link to a file that does not exist yet. */
static enum status find_target(char **target, const char *path, struct err *err)
{
    char link[PATH_MAX];
    struct buf at = {0};
    enum status status = buf_add_text(&at, path, err);
    ssize_t len;
    for (int n = 0; status == ST_OK && (len = readlink(at.data, link, sizeof link)) >= 0; n++) {
        if (n == LINKS_MAX || len == sizeof link) {
            status = err_set(err, ST_IO, "cannot write '%s': %s", path, strerror(ELOOP));
            break;
        }
        at.len = link[0] == '/' ? 0 : (size_t)dir_length(at.data);
        status = buf_add(&at, link, (size_t)len, err);
    }
    if (status == ST_OK)
        *target = at.data;
    else
        buf_fini(&at);
    return status;
}

/* ".NAME.tmp.PID", and ".NAME.tmp.PID.N" for n > 0. */
static enum status name_aside(struct io_aside *a, int n, struct err *err)
{
    const int dir = dir_length(a->target);
    struct buf name = {0};
    enum status status =
        buf_addf(&name, err, "%.*s.%s.tmp.%ld", dir, a->target, a->target + dir, (long)getpid());
    if (status == ST_OK && n > 0)
        status = buf_addf(&name, err, ".%d", n);
    if (status == ST_OK)
        a->name = name.data;
    else
        buf_fini(&name);
    return status;
}

/* A new file can be read by whoever could read the old one. If its group cannot be kept, the group
 * that it has instead may do no more than everybody. A file system without owners or modes refuses
 * all of this. */
static void keep_access(int fd, const struct stat *old)
{
    mode_t mode = (old->st_mode & 0777) | S_IRUSR;
    struct stat made;
    if (fstat(fd, &made) != 0)
        return;
    const bool same = made.st_uid == old->st_uid && made.st_gid == old->st_gid;
    if (!same && fchown(fd, old->st_uid, old->st_gid) != 0 && fchown(fd, -1, old->st_gid) != 0)
        mode &= ~(mode_t)S_IRWXG | (mode & S_IRWXO) << 3;
    fchmod(fd, mode);
}

/* A killed process may have left its file, and process ids return: in a container often at once. A
 * name is pending before its file exists, so that a signal in between leaves nothing. */
static enum status open_new(struct io_aside *a, int *fd, mode_t mode, const char *path,
                            struct err *err)
{
    int reason = EEXIST;
    for (int n = 0; n < ASIDE_TRIES && reason == EEXIST; n++) {
        TRY(name_aside(a, n, err));
        add_pending(a->name);
        *fd = open(a->name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
        if (*fd >= 0)
            return ST_OK;
        reason = errno;
        drop_name(a);
    }
    return err_set(err, ST_IO, "cannot write '%s': %s", path, strerror(reason));
}

enum status io_aside_open(struct io_aside *a, int *fd, const char *path, struct err *err)
{
    struct stat old;
    TRY(find_target(&a->target, path, err));
    const bool replaces = stat(a->target, &old) == 0;
    TRY(open_new(a, fd, replaces ? S_IRUSR | S_IWUSR : 0666, path, err));
    if (replaces)
        keep_access(*fd, &old);
    return ST_OK;
}

enum status io_aside_rename(struct io_aside *a, const char *path, struct err *err)
{
    if (rename(a->name, a->target) != 0)
        return err_set(err, ST_IO, "cannot rename '%s' to '%s': %s", a->name, path,
                       strerror(errno));
    drop_name(a);
    return ST_OK;
}

void io_aside_fini(struct io_aside *a)
{
    if (a->name != NULL)
        unlink(a->name);
    drop_name(a);
    mem_free(a->target);
    *a = (struct io_aside){0};
}
