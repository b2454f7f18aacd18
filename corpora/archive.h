/* Members of tar and zip archives, by way of libarchive. Nothing is ever extracted: names of
 * members are compared and shown, never opened. */
#ifndef PTBLM_CORPORA_ARCHIVE_H
#define PTBLM_CORPORA_ARCHIVE_H

#include "corpora/source.h"
#include "corpora/stream.h"
#include "lib/base/err.h"

enum archive_kind {
    ARCHIVE_KIND_TAR, /* any that libarchive's tar reader takes: v7, ustar, pax, GNU */
    ARCHIVE_KIND_ZIP, /* stored or deflated; `from` must be able to seek: the directory is last */
};

struct archive_input {
    struct stream *from; /* handed over: closed with the member, or where opening fails */
    enum archive_kind kind;
    const char *name;                   /* for messages; borrowed, must outlive the stream */
    const struct source_limits *limits; /* borrowed for the call */
};

/* The bytes of the regular member of that name. When they end, the rest of the archive is read
 * too, so that *got == 0 says that it is whole: a second member of the name, a damaged header or a
 * tar without its end mark is an error there. */
enum status archive_open_member(struct stream **s, const struct archive_input *in,
                                const char *member, struct err *err);

/* Adds the names of all regular members, in the archive's order. */
enum status archive_list_members(struct source_list *list, const struct archive_input *in,
                                 struct err *err);

#endif
