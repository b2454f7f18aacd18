/* Files that are no plain text, known by their first bytes: documents, tables, models, pictures. */
#ifndef PTBLM_CORPORA_FOREIGN_H
#define PTBLM_CORPORA_FOREIGN_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/err.h"

/* How much of a text is looked at: a few lines. */
enum { FOREIGN_HEAD = 1 << 14 };

struct foreign {
    const char *name;   /* "a PDF document"; it follows "is" */
    const char *remedy; /* what to do, as a clause without a full stop */
    bool is_text;       /* it can be read as it is, byte for byte, if that is wanted */
    bool json_lines;    /* the field to be read can be chosen */
    const char *suffix; /* not sure, unless the name of the file ends so; NULL: sure */
};

/* What the first bytes of a text say that it is, decompressed and in UTF-8 where it is text: *is is
 * false for plain text and for what is not known. What is not marked is_text has bytes in it that
 * no text may have, so nothing that could be read is taken for it. */
enum status foreign_find(struct foreign *found, bool *is, const char *head, size_t n,
                         struct err *err);

/* Whether a zip archive is one of a kind that holds no texts, by the name of its first member and
 * what that begins with. */
bool foreign_find_zip(struct foreign *found, const unsigned char *head, size_t n);

#endif
