/* Members of tar and zip archives, read by way of libarchive. Nothing is ever extracted: names of
 * members are compared and shown, never opened. */
#ifndef PTBLM_CORPORA_ARCHIVE_H
#define PTBLM_CORPORA_ARCHIVE_H

#include "corpora/archive_reader.h"
#include "corpora/source_list.h"
#include "corpora/stream.h"
#include "lib/base/err.h"

/* A member to be read. */
struct archive_member {
    char *name;  /* in the archive */
    char *shown; /* in messages: "path:member" */
};

/* Regular members, one after the other in the order of the archive, so that several are read in one
 * pass. Goes to the first of them; *at is its index in `members`, whose names must all differ and
 * which is borrowed until the stream is closed. Reading gives the bytes of the one member, decoded
 * if it is compressed; *got == 0 is its end. At the end of the last one the rest of the archive is
 * read too, so that its end says that the archive is whole: a second member of one of the names, a
 * damaged header or a tar without its end mark is an error there. */
enum status archive_open_members(struct stream **s, const struct archive_input *in,
                                 const struct archive_member *members, size_t n, size_t *at,
                                 struct err *err);

/* Goes to the next of the members, past what is left of the one before; *at == n after the last.
 */
enum status archive_next_member(struct stream *s, size_t *at, struct err *err);

/* Adds the names of all regular members, in the order of the archive, and notes which are empty. */
enum status archive_list_members(struct source_list *list, const struct archive_input *in,
                                 struct err *err);

#endif
