/* Which documents of a corpus are its train, valid and test texts. */
#ifndef PTBLM_CORPORA_SPLITS_DIVISION_H
#define PTBLM_CORPORA_SPLITS_DIVISION_H

#include <stdbool.h>

#include "corpora/documents.h"
#include "corpora/source_list.h"
#include "corpora/splits/split.h"
#include "lib/base/err.h"

enum division_kind {
    DIVISION_NONE,    /* names speak of splits, but do not say clearly which files are which */
    DIVISION_FOLDERS, /* the nearest folder whose name has a word for a split tells */
    DIVISION_SHARDS,  /* the files of a split are alike but for a number */
    DIVISION_WHOLE,   /* no name speaks of a split: the documents are to be cut */
};

struct division {
    enum division_kind kind;
    struct source_list splits[N_SPLITS]; /* of DIVISION_FOLDERS and DIVISION_SHARDS */
};

/* Divides a list of documents, in the order that it has. Documents in no split are noted. A folder
 * that all documents have in common does not count, unless its whole name is such a word. Files
 * that are alike but for a number have it behind the word for the split ("train-00001-of-00010",
 * "train.3.txt"). */
enum status division_find(struct division *d, const struct source_list *documents,
                          struct documents_left *left, struct err *err);

/* Whether it would be DIVISION_FOLDERS. */
bool division_has_folders(const struct source_list *documents);

/* How many files the names say there are, where each has "-NUMBER-of-COUNT" in it with one count;
 * 0: they do not say. */
size_t division_count_shards(const struct source_list *documents);

/* Cuts documents into the splits whose bits are in `parts`, whole documents each: of n, the last
 * twentieth (at least one) is test, the twentieth before it valid, and the rest train. */
enum { DIVISION_LEAST = N_SPLITS };
enum status division_cut(struct division *d, const struct source_list *documents, unsigned parts,
                         struct err *err);
void division_fini(struct division *d);

#endif
