/* Decoded bytes from wherever a text lies: a plain or compressed file, a member of a tar,
 * compressed tar or zip, itself compressed or not, standard input, or memory. Streamed: nothing is
 * unpacked to disk, memory does not grow with the text. */
#ifndef PTBLM_CORPORA_SOURCE_H
#define PTBLM_CORPORA_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "corpora/source_list.h"
#include "lib/base/err.h"

struct source;

/* Opens `path`: "-" is standard input, otherwise a file that is plain, compressed, tar, compressed
 * tar, or zip, told apart by its first bytes together with its name. `member` names the member of
 * an archive and must be NULL for anything else. The sums of compressed data are checked, a zip
 * member's too; a tar without its end mark is an error. Errors name path, member and what to do. */
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

/* Whether source_read would wait for bytes that have yet to come. Of an archive that is not known:
 * false. */
bool source_waits(const struct source *s);

/* "path" or "path:member" of the member being read, control bytes escaped, for messages; lives as
 * long as the source. */
const char *source_name(const struct source *s);

/* How its texts are written, as it was opened with. */
const struct text_reading *source_reading(const struct source *s);

/* Whether it is a file, or a member of one: not standard input, and not memory. */
bool source_has_path(const struct source *s);

/* NULL is allowed. */
void source_close(struct source *s);

/* What a path holds; source_list_fini releases it. ST_INPUT if there is nothing at the path, or an
 * archive that is damaged or has no regular member. */
enum status source_list_open(struct source_list *list, const char *path,
                             const struct source_limits *limits, struct err *err);

/* What the file at `path` seems to hold, by its first bytes and its name. ST_INPUT as for
 * source_open. */
enum source_look {
    SOURCE_LOOKS_TEXT, /* plain or compressed */
    SOURCE_LOOKS_EMPTY,
    SOURCE_LOOKS_BINARY, /* has a NUL byte, and is not UTF-16 */
    SOURCE_LOOKS_ARCHIVE,
};
enum status source_look_at(enum source_look *look, const char *path, struct err *err);

#endif
