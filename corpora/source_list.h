/* The texts that a path holds, by name, and how much is read of it. */
#ifndef PTBLM_CORPORA_SOURCE_LIST_H
#define PTBLM_CORPORA_SOURCE_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "lib/base/err.h"

/* How texts are written: as source.h gives them on to corpora/input/text_input.h. Borrowed. */
struct text_reading {
    const char *encoding;   /* NULL: UTF-8, or what a byte-order mark says */
    const char *json_field; /* the field of JSON lines that is the text; NULL: the file is */
};

/* The most that is read. A source that goes past it is an error (ST_INPUT) that names the limit. */
struct source_limits {
    uint64_t bytes;   /* decoded bytes of one opened source, with tar members passed over */
    uint32_t members; /* members of an archive, entries of a directory */
    struct text_reading reading;
};
#define SOURCE_LIMITS_DEFAULT ((struct source_limits){.bytes = UINT64_C(1) << 36, .members = 65536})

enum source_kind {
    SOURCE_TEXT,    /* one text: plain, compressed, or standard input */
    SOURCE_ARCHIVE, /* tar, compressed or not, zip */
    SOURCE_DIRECTORY,
};

/* The regular members of an archive, or the regular files of a directory (not of its
 * subdirectories), sorted by name; nothing for a text. A pipe is a text and is not looked into.
 * source_list_open (source.h) fills it. */
struct source_list {
    enum source_kind kind;
    size_t n;
    char **names; /* behind the NUL of each there is a byte more; see source_list_is_empty */
};
void source_list_fini(struct source_list *list);

/* Adds a copy of `name`. */
enum status source_list_add(struct source_list *list, const char *name, struct err *err);

/* The same for a member of an archive that has no byte. */
enum status source_list_add_empty(struct source_list *list, const char *name, struct err *err);

/* Whether a name out of a list, not a copy of it, was added so. An archive may have very many
 * members without any bytes, so they are not listed again. */
static inline bool source_list_is_empty(const char *name)
{
    return name[strlen(name) + 1] != '\0';
}

/* Sorts the names by their bytes. */
void source_list_sort(struct source_list *list);

/* Adds the regular files of a directory; `shown` is what messages call it. */
enum status source_list_add_files(struct source_list *list, const char *path, const char *shown,
                                  const struct source_limits *limits, struct err *err);

#endif
