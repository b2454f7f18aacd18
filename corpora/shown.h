/* Names as messages show them: control bytes and bytes that are not UTF-8 as \xHH, so that a name
 * cannot write to the terminal, and no longer than a message can bear. */
#ifndef PTBLM_CORPORA_SHOWN_H
#define PTBLM_CORPORA_SHOWN_H

#include "lib/base/buf.h"
#include "lib/base/err.h"

enum { SHOWN_MAX = 240 }; /* bytes of a name that are shown; of a longer one, the last */

enum status shown_add(struct buf *out, const char *name, struct err *err);

/* "path", or "path:member" where member is not NULL; to be freed with mem_free, NULL with *err set
 * when out of memory. */
char *shown_name(const char *path, const char *member, struct err *err);

/* What a library says, in one line of plain ASCII: `out` filled and returned. Some end with a line
 * feed, or quote bytes that they have read. */
const char *shown_line(char *out, size_t size, const char *text);

/* Adds the first few of `names` in quotes, parted by commas, and how many more there are. No name
 * behind the first SHOWN_NAMES is looked at. */
enum { SHOWN_NAMES = 6 };
enum status shown_add_list(struct buf *out, const char *const *names, size_t n, struct err *err);

/* Of any number of names that go by in any order, those that shown_add_list shows of the sorted
 * list. Begins zeroed. */
struct shown_names {
    char *first[SHOWN_NAMES]; /* sorted by their bytes */
    size_t n;                 /* of all that went by */
};
enum status shown_names_note(struct shown_names *names, const char *name, struct err *err);
void shown_names_fini(struct shown_names *names);

#endif
