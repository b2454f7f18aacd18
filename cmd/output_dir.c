#include "cmd/output_dir.h"

#include <stdlib.h>
#include <unistd.h>

#include "cmd/interrupt.h"
#include "lib/base/io/io.h"

/* A directory that another process has locked belongs to that process, whoever created it. */
static enum status take(struct output_dir *o, struct err *err)
{
    bool made;
    TRY(io_make_dir(o->path, &made, err));
    TRY(io_lock_dir(&o->lock, o->path, err));
    o->made = made;
    if (made)
        interrupt_remove(o->path);
    return ST_OK;
}

enum status output_dir_open(struct output_dir *o, const char *path, const char *const *names,
                            struct err *err)
{
    *o = (struct output_dir){.path = path, .lock = -1};
    interrupt_hold();
    const enum status status = take(o, err);
    interrupt_release();
    return status == ST_OK ? io_sweep(path, names, err) : status;
}

void output_dir_close(struct output_dir *o)
{
    if (o->made) {
        interrupt_forget();
        rmdir(o->path); /* fails, as it should, if it is not empty */
    }
    io_unlock_dir(&o->lock);
}

const char *scratch_folder(void)
{
    const char *folder = getenv("TMPDIR");
    return folder != NULL && folder[0] != '\0' ? folder : "/tmp";
}
