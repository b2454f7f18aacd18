/* The documents of a folder or of an archive, read one after the other as one text. One of them is
 * open at a time. */
#ifndef PTBLM_CORPORA_TEXT_SERIES_H
#define PTBLM_CORPORA_TEXT_SERIES_H

#include <stdbool.h>
#include <stdint.h>

#include "corpora/source_list.h"
#include "corpora/text.h"
#include "lib/base/err.h"

struct text_series_plan {
    const char *path; /* of the folder or archive */
    bool is_archive;
    /* Files below the folder, n >= 1, in the order in which they are read; members, sorted by their
     * bytes, come in the order of the archive, which is decoded once. Borrowed until the end. */
    const struct source_list *documents;
    bool ends; /* an empty line is given after each document that is not empty */
    const struct source_limits *limits; /* of each document, or of all members; borrowed */
};

struct text_series;
enum status text_series_open(struct text_series **s, const struct text_series_plan *plan,
                             struct err *err);
void text_series_close(struct text_series *s); /* NULL is allowed */

/* As those of a text (text.h). Lines are counted anew in each document, and a document's last line
 * ends with it; the hash is that of the hashes of all documents. */
enum status text_series_next(struct text_series *s, struct text_piece *piece, bool *more,
                             struct err *err);
bool text_series_waits(const struct text_series *s);
enum status text_series_finish(struct text_series *s, uint64_t *hash, struct err *err);

/* The document that is being read; NULL: one could not be opened. */
const struct text *text_series_at(const struct text_series *s);

/* The index of the last piece's document among those of the plan. */
size_t text_series_document(const struct text_series *s);

#endif
