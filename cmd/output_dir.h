/* The directory that a command writes its result into. */
#ifndef PTBLM_CMD_OUTPUT_DIR_H
#define PTBLM_CMD_OUTPUT_DIR_H

#include <stdbool.h>

#include "lib/base/err.h"

struct output_dir {
    const char *path; /* borrowed */
    bool made;        /* by this process, which holds its lock */
    int lock;
};

/* Creates the directory if it is missing, before the work, so that an impossible place is found
 * early, and locks it: ST_IO if another process writes there. Removes what killed processes left of
 * files of these names (ending with NULL). A directory that was created here and is still empty is
 * removed by output_dir_close, which must be called whatever the result, or when a signal ends the
 * program. */
enum status output_dir_open(struct output_dir *o, const char *path, const char *const *names,
                            struct err *err);
void output_dir_close(struct output_dir *o);

/* The directory for files that are gone when the program ends: TMPDIR, or /tmp. */
const char *scratch_folder(void);

#endif
