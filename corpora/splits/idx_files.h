/* Which files are the train, valid and test images of a data set and their labels, told by their
 * names: "train-images-idx3-ubyte.gz", "t10k-labels.idx1-ubyte", "emnist-letters-test-images-...".
 */
#ifndef PTBLM_CORPORA_SPLITS_IDX_FILES_H
#define PTBLM_CORPORA_SPLITS_IDX_FILES_H

#include <stdbool.h>

#include "corpora/source.h"
#include "corpora/splits/splits.h"
#include "lib/base/err.h"

/* A file, or a member of an archive; path NULL: there is none. */
struct idx_place {
    char *path, *member;
};

struct idx_files {
    struct idx_split {
        struct idx_place images, labels;
    } splits[N_SPLITS];
};

/* Whether a request is for IDX files: a folder (its sub-folders included) or archive has some by
 * their names, or a file by its first bytes. */
enum status idx_files_look(bool *are, const struct corpus_request *request,
                           const struct source_limits *limits, struct err *err);

/* Fills *f, which idx_files_fini releases. The images of several sets in one folder are told apart
 * by the rest of their names; a path or name of images chooses the set, and is itself the split
 * that it says or, where one alone is needed, that one. Of a file that is there plain and
 * compressed the plain one is taken. `labelled`: images without labels are an error. ST_INPUT names
 * what lacks. */
enum status idx_files_find(struct idx_files *f, const struct corpus_request *request, bool labelled,
                           const struct source_limits *limits, struct err *err);
void idx_files_fini(struct idx_files *f);

#endif
