/* Shared by the files of dataset.h, and included by nobody else. */
#ifndef PTBLM_TASK_DATA_DATASET_PARTS_H
#define PTBLM_TASK_DATA_DATASET_PARTS_H

#include "lib/base/buf.h"
#include "lib/task/data/dataset.h"

static inline bool dataset_has_bit(unsigned bits, enum split s)
{
    return (bits >> s & 1u) != 0;
}

/* Where the text of a split is: in a file, or in memory. */
struct dataset_text {
    const struct split_text *file; /* NULL: there is no such split, or it is in memory */
    struct buf memory;
    bool in_memory;
    const char *name; /* borrowed */
};

/* The text being read. Splits that follow each other in one source are read in one pass. */
struct dataset_reader {
    struct ids *splits; /* [N_SPLITS], for their text_hash */
    const struct source_limits *limits;
    struct text *text;
    const struct split_text *file; /* what the text was opened for; NULL: it is in memory */
    unsigned given;                /* 1 << split for those that it was opened for */
};

/* Opens the text of a split at its beginning, and ends the previous one if that is another source.
 */
enum status dataset_reader_open(struct dataset_reader *r, const struct dataset_text *text,
                                enum split s, struct text **opened, struct err *err);

/* Reads the source to its end, sets text_hash of the splits that came from it, and closes it. */
enum status dataset_reader_end(struct dataset_reader *r, struct err *err);

void dataset_reader_fini(struct dataset_reader *r);

/* The files of a prepared directory. The record ties the others together. */
#define DATASET_RECORD "prepared.json"
#define DATASET_VOCAB  "vocab.txt"
#define DATASET_FORMAT "ptblm-prepared"
enum { DATASET_VERSION = 1 };
const char *dataset_ids_name(enum split s);

/* Whether a directory has a record or word ids. */
bool dataset_is_prepared(const char *dir);

/* Reads a prepared directory; `vocab` NULL: its own vocabulary. The fingerprint is the caller's. */
enum status dataset_load(struct dataset *d, const struct dataset_request *request,
                         const struct vocab *vocab, struct err *err);

#endif
