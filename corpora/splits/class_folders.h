/* Documents in a folder for each class, of a folder or an archive: "train/pos/1.txt",
 * "test/neg/2.txt", or "pos/1.txt" without folders for train, valid and test. */
#ifndef PTBLM_CORPORA_SPLITS_CLASS_FOLDERS_H
#define PTBLM_CORPORA_SPLITS_CLASS_FOLDERS_H

#include <stdbool.h>

#include "corpora/documents.h"
#include "corpora/source.h"
#include "corpora/splits/splits.h"
#include "lib/base/err.h"

struct class_folders {
    /* Of each split the documents below `path`, by their paths' bytes or shuffled, and the class of
     * each, as many; path is NULL where there are none. */
    struct class_split {
        char *path;
        struct source_list documents, classes;
    } splits[N_SPLITS];
    bool undivided;             /* no folder speaks of a split: all are in that of train */
    struct documents_left left; /* files in no folder of a class are LEFT_BY_DIVISION, and so are
                                 * those of "unsup" and "unlabeled" */
};

/* Whether the names in a folder or archive tell that it has such documents, of two classes at
 * least: not if they have a pair of texts for train, valid and test. False for a text. */
enum status class_folders_look(bool *are, const struct corpus_request *request,
                               const struct source_limits *limits, struct err *err);

/* Fills *f, which class_folders_fini releases; of the request, `needed` and `wanted` do not count,
 * and what is named is a folder or an archive. The class is the first folder behind those that all
 * have in common, the one that speaks of a split apart. ST_INPUT if there is nothing like that. */
enum status class_folders_find(struct class_folders *f, const struct corpus_request *request,
                               const struct source_limits *limits, struct err *err);
void class_folders_fini(struct class_folders *f);

#endif
