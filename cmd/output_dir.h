/* The directory that a command writes its result into. */
#ifndef PTBLM_CMD_OUTPUT_DIR_H
#define PTBLM_CMD_OUTPUT_DIR_H

#include <stdbool.h>

#include "lib/base/err.h"

struct output_dir {
    const char *path; /* borrowed */
    bool made;        /* by this process, which has its lock */
    int lock;
};

/* Makes it where it is missing, before the work, so that an impossible place is found out early,
 * and locks it: ST_IO where another process writes there. What killed processes left of files of
 * these names (up to NULL) is removed. What is made here is removed again where nothing came of it,
 * by the end of the program as by output_dir_close, which is to be called whatever the result. */
enum status output_dir_open(struct output_dir *o, const char *path, const char *const *names,
                            struct err *err);
void output_dir_close(struct output_dir *o);

#endif
