/* Names of files and members in messages: escaped, and no longer than a message can bear. */
#ifndef PTBLM_CORPORA_NAMES_H
#define PTBLM_CORPORA_NAMES_H

#include <stddef.h>

#include "lib/base/buf.h"
#include "lib/base/err.h"

enum {
    NAMES_BYTES = 240, /* of a longer name the last so many are shown */
    NAMES_SHOWN = 6,   /* of a longer list the first so many are shown */
};

/* Appends a name. */
enum status names_add(struct buf *out, const char *name, struct err *err);

/* "path", or "path:member" if member is not NULL; "standard input" for "-". To be freed with
 * mem_free; NULL with *err set when out of memory. */
char *names_path(const char *path, const char *member, struct err *err);

/* Appends names in quotes with commas between them, and how many more there are. names[] need have
 * no more than NAMES_SHOWN, whatever n. */
enum status names_add_list(struct buf *out, const char *const *names, size_t n, struct err *err);

/* Of any number of names that pass in any order, those that names_add_list shows of them all,
 * sorted. Begins zeroed. */
struct names_first {
    char *names[NAMES_SHOWN]; /* sorted by their bytes */
    size_t n;                 /* of all that have passed */
};
enum status names_note(struct names_first *first, const char *name, struct err *err);
void names_fini(struct names_first *first);

#endif
