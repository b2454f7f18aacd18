/* Reads the texts of a corpus. A source that holds several of them, an archive or a text that is
 * cut by lines, is read once, whatever the order in which they lie there. */
#ifndef PTBLM_CORPORA_SPLITS_SPLIT_READER_H
#define PTBLM_CORPORA_SPLITS_SPLIT_READER_H

#include <stdbool.h>
#include <stdint.h>

#include "corpora/source.h"
#include "corpora/splits/splits.h"
#include "corpora/text.h"
#include "lib/base/err.h"

/* The text of one split by itself, at its first line. */
enum status split_open(struct text **t, const struct split_text *split,
                       const struct source_limits *limits, struct err *err);

/* Zeroed but for what the caller sets. */
struct split_reader {
    const struct corpus *corpus;        /* set by the caller; borrowed */
    const struct source_limits *limits; /* set by the caller; borrowed */
    unsigned left;                      /* set by the caller: 1 << split for those to be read */
    unsigned alone; /* those that are read by themselves, having been put back */
    unsigned from;  /* those that the open source has given */
    enum split at;  /* the last one given */
    bool failed;    /* it was put back */
    struct text *text;
    size_t n_members;
    enum split members[N_SPLITS]; /* [n_members] of the open archive, as they were asked for */
    uint64_t hashes[N_SPLITS];    /* of each text that has been read to its end: text_finish */
};

/* Finishes the text before; then *s is the next split that is left and *text its text, at its first
 * line, borrowed until the next call. *text is NULL when none is left, and all is checked. The
 * first of the splits left comes next, unless an open source has others before it. */
enum status split_reader_next(struct split_reader *r, enum split *s, struct text **text,
                              struct err *err);

/* A split that cannot be used, although splits before it are still left, is to be read again after
 * them, so that what is reported does not depend on the order of an archive. False if there are
 * none: then its failure stands. */
bool split_reader_put_back(struct split_reader *r, enum split s);

void split_reader_fini(struct split_reader *r);

#endif
