/* Shared by splits.c, split_named.c and split_documents.c, and included by nobody else. */
#ifndef PTBLM_CORPORA_SPLITS_FINDER_H
#define PTBLM_CORPORA_SPLITS_FINDER_H

#include <stdbool.h>

#include "corpora/splits/splits.h"

/* What corpus_find works on. */
struct finder {
    struct corpus *corpus;
    const struct corpus_request *request;
    const struct source_limits *limits;
    const char *shown; /* the corpus as messages call it */
    struct source_list list;
};

/* A split that must be found, and one that is taken if it is there; named ones are neither. */
static inline bool is_wanted(const struct finder *f, enum split s)
{
    return split_in(f->request->needed, s) && f->request->named[s] == NULL;
}

static inline bool is_asked(const struct finder *f, enum split s)
{
    return split_in(f->request->needed | f->request->wanted, s) && f->request->named[s] == NULL;
}

/* Sets where a split is: the whole of `path`, or of its member. */
enum status finder_set_text(struct split_text *t, const char *path, const char *member,
                            struct err *err);

/* Sets a split to a name out of the list: a member, or a file of the directory. */
enum status finder_set_listed(const struct finder *f, enum split s, const char *name,
                              struct err *err);

/* Sets a split to what the request names: a name out of the list, or a path of its own. */
enum status finder_set_named(const struct finder *f, enum split s, struct err *err);

/* All files of the corpus that are not left out by choice, those in sub-folders included. Of an
 * archive these are f->list, which is empty afterwards. */
enum status finder_list_all(struct finder *f, struct source_list *all, struct err *err);

/* Takes the documents of the corpus, `all` being its files; *done is false if they cannot be
 * divided, or not into what is needed. *has are the splits, 1 << split, that they have. */
enum status finder_take_documents(bool *done, unsigned *has, const struct finder *f,
                                  struct source_list *all, struct err *err);

/* A folder that is named as one of the texts: all of its documents. */
enum status finder_set_folder(const struct finder *f, enum split s, const char *path,
                              struct err *err);

#endif
