/* What the name of an IDX file says. Shared by idx_files.c and idx_names.c alone. */
#ifndef PTBLM_CORPORA_SPLITS_IDX_NAMES_H
#define PTBLM_CORPORA_SPLITS_IDX_NAMES_H

#include <stdbool.h>

#include "corpora/splits/split.h"
#include "lib/base/err.h"

/* A file whose name says that it is one of a set. */
struct idx_name {
    const char *name; /* in the list */
    char *family;     /* the name with what differs within a set put alike */
    enum split split; /* N_SPLITS: it does not say */
    bool labels;
};

/* Reads a name, which is borrowed; family, to be freed with mem_free, is NULL where it is of no
 * set.
 */
enum status idx_name_read(struct idx_name *n, const char *name, struct err *err);

#endif
