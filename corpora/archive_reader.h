/* An archive read from its first member to its last: the only door to libarchive. */
#ifndef PTBLM_CORPORA_ARCHIVE_READER_H
#define PTBLM_CORPORA_ARCHIVE_READER_H

#include <stdbool.h>
#include <stddef.h>

#include "corpora/source_list.h"
#include "corpora/stream.h"
#include "lib/base/err.h"

enum archive_kind {
    ARCHIVE_KIND_TAR, /* any that libarchive's tar reader takes: v7, ustar, pax, GNU */
    ARCHIVE_KIND_ZIP, /* stored or deflated; `from` must be able to seek: the directory is last */
};

struct archive_input {
    struct stream *from; /* handed over: closed with the reader, or on failure */
    enum archive_kind kind;
    const char *name;                   /* for messages; borrowed, must outlive the reader */
    const struct source_limits *limits; /* borrowed for the call */
};

struct archive_reader;

/* Takes over in->from, also on failure. */
enum status archive_reader_open(struct archive_reader **r, const struct archive_input *in,
                                struct err *err);
void archive_reader_free(struct archive_reader *r);

/* What messages call it from now on, in place of in->name; borrowed. */
void archive_reader_set_name(struct archive_reader *r, const char *name);

/* The name of the next regular member, borrowed until the next call; NULL at the end, which is
 * checked. ST_INPUT if the archive is damaged or has too many members. */
enum status archive_reader_next(struct archive_reader *r, const char **name, struct err *err);

/* Whether the archive says that the member found has no byte. */
bool archive_reader_is_empty(const struct archive_reader *r);

/* ST_INPUT if the member found is packed by a method that is not read. */
enum status archive_reader_check_method(const struct archive_reader *r, struct err *err);

/* Up to cap bytes of the member found; *got == 0 is its end. ST_INPUT where a sum or the size is
 * not what the archive says. */
enum status archive_reader_read(struct archive_reader *r, void *buf, size_t cap, size_t *got,
                                struct err *err);

#endif
