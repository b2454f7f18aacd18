/* Decoded bytes from wherever a text lies: a plain file, a .gz, a member of a .tar, .tgz or .zip,
 * standard input, or memory. Streamed: nothing is unpacked to disk, memory does not grow with the
 * text. */
#ifndef PTBLM_CORPORA_SOURCE_H
#define PTBLM_CORPORA_SOURCE_H

#include <stddef.h>
#include <stdint.h>

#include "lib/base/err.h"

struct source;

/* What is read at the most; a source that goes past it is an error (ST_INPUT) that names the
 * limit. */
struct source_limits {
    uint64_t bytes;   /* decoded bytes of one opened source, archive members passed over included */
    uint32_t members; /* members of an archive, entries of a directory */
};
#define SOURCE_LIMITS_DEFAULT ((struct source_limits){UINT64_C(1) << 36, 65536})

/* Opens `path`: "-" is standard input, otherwise a file that is plain, gzip, tar, gzip of tar, or
 * zip, told apart by its first bytes together with its name. `member` names the member of an
 * archive and must be NULL for anything else. gzip's sums are checked, a zip member's too; a tar
 * without its end mark is an error. Errors name path, member and what to do. */
enum status source_open(struct source **s, const char *path, const char *member,
                        const struct source_limits *limits, struct err *err);

/* Opens an archive for several members (n >= 1, names that differ), which are then read in one
 * pass, in the order of the archive, beginning with the first there. `members` is not kept. */
enum status source_open_members(struct source **s, const char *path, const char *const *members,
                                size_t n, const struct source_limits *limits, struct err *err);

/* The index, in what was asked for, of the member being read; n after the last. */
size_t source_member(const struct source *s);

/* Goes to the next of the members, past what is left of the one before. */
enum status source_next_member(struct source *s, struct err *err);

/* A source over a copy of `n` bytes in memory; `name` is what messages call it. */
enum status source_open_memory(struct source **s, const char *name, const void *bytes, size_t n,
                               struct err *err);

/* Up to `cap` bytes into buf; *got == 0 is the end of the text or the member, and at the last one's
 * all sums have been checked, those of the rest of an archive too. */
enum status source_read(struct source *s, void *buf, size_t cap, size_t *got, struct err *err);

/* "path" or "path:member" of the member being read, control bytes escaped, for messages; lives as
 * long as the source. */
const char *source_name(const struct source *s);

/* NULL is allowed. */
void source_close(struct source *s);

/* What a path holds. */
enum source_kind {
    SOURCE_TEXT,    /* one text: plain, gzip, or standard input */
    SOURCE_ARCHIVE, /* tar, gzip of tar, zip */
    SOURCE_DIRECTORY,
};

/* The regular members of an archive, or the regular files of a directory (not of its
 * subdirectories), sorted by name; nothing for a text. A pipe is a text and is not looked into. */
struct source_list {
    enum source_kind kind;
    size_t n;
    char **names;
};
enum status source_list_open(struct source_list *list, const char *path,
                             const struct source_limits *limits, struct err *err);
void source_list_fini(struct source_list *list);

#endif
