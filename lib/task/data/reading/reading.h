/* What reads sequences with labels into a dataset: shared by the files of this folder and
 * dataset_examples.c, and included by nobody else. */
#ifndef PTBLM_TASK_DATA_READING_READING_H
#define PTBLM_TASK_DATA_READING_READING_H

#include "corpora/splits/class_folders.h"
#include "lib/task/data/dataset_parts.h"
#include "lib/task/data/reading/draft.h"

struct example_reading {
    struct dataset *d;
    const struct dataset_request *request; /* its paths are found */
    const struct example_request *asked;
    struct source_limits limits;
    bool given;                     /* there is a coding: nothing of it is made here */
    unsigned want;                  /* 1 << split for those that are read */
    bool tells_form, tells_columns; /* by the first lines of the train text */
    /* Of one text: the splits that it is to be cut into, and the one that has all of it until then.
     * parts 0: it is not cut. */
    unsigned parts;
    enum split whole;
    bool has_valid; /* a valid text was found, or is to be cut off, wanted or not */
    /* Which splits were made of others' examples, 1 << split, and of which split. */
    unsigned made;
    enum split made_of;
    struct draft_tables tables;
    struct draft drafts[N_SPLITS];
    struct class_folders folders;
};

/* The splits that must be found, without a valid one that can be held out, and those to look for.
 */
unsigned reading_needs(const struct example_reading *r);
unsigned reading_looks_for(const struct example_reading *r);

/* Whether a valid text was found: if not, and it is wanted, the train text is. */
void reading_note_valid(struct example_reading *r, bool has_valid);

/* One text, or undivided documents, are there for `parts`: sets r->parts and r->whole. */
void reading_share(struct example_reading *r, unsigned parts);

/* Read drafts: of lines and columns, of documents in folders of their class. */
enum status reading_lines(struct example_reading *r, struct err *err);
enum status reading_folders(struct example_reading *r, struct err *err);

/* Reads IDX files into drafts whose steps are numbers of images. */
enum status reading_images(struct example_reading *r, struct err *err);

/* Cuts or holds out what is not given. */
enum status reading_divide(struct example_reading *r, struct err *err);

/* The texts of a table that the examples of `splits` have, as counts of a vocabulary, in the order
 * of their numbers: those of id column `column`, or the labels. */
enum { READING_LABELS = -1 };
enum status reading_count(struct vocab_counts **counts, const struct example_reading *r,
                          unsigned splits, const struct hash_table *table, int column,
                          struct err *err);

/* Makes d->coding.labels: those of the train text, with what was cut off it or held out of it. */
enum status reading_make_labels(struct example_reading *r, struct err *err);

/* Makes vocabulary, labels, features and d->examples of the drafts. */
enum status reading_finish(struct example_reading *r, struct err *err);

/* The place of example i of a split, for messages: *name must be freed with mem_free. */
enum status reading_place(const struct example_reading *r, enum split s, size_t i,
                          struct draft_place *place, char **name, struct err *err);

/* Whether train, valid or test is to be read. */
static inline bool is_wanted(const struct example_reading *r, enum split s)
{
    return split_in(r->want, s);
}

#endif
