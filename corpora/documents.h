/* The documents of a folder, its sub-folders included, or of an archive: which of the files in it
 * are texts to read, and why the others are not. */
#ifndef PTBLM_CORPORA_DOCUMENTS_H
#define PTBLM_CORPORA_DOCUMENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "corpora/names.h"
#include "corpora/source_list.h"
#include "lib/base/err.h"

enum { DOCUMENTS_MAX = 1 << 22 }; /* files and folders below one folder; more are an error */

/* What is asked of the documents of a corpus. Zeroed: the usual. */
struct document_choice {
    /* Globs (fnmatch, "*" matches "/" too), one or several with commas between them, for the path
     * below the folder or in the archive. With `include` only what it matches is taken, also what
     * is left out otherwise because of its name; what `exclude` matches is not. NULL: none. */
    const char *include, *exclude;
    uint64_t shuffle; /* the seed of a random order; 0: the order of their paths */
    bool ends;        /* one more <eos> after each document */
    /* Names of files; a folder that has one of them holds no texts. NULL ends them; NULL: none. */
    const char *const *marks;
};
bool document_choice_is_usual(const struct document_choice *choice);

enum left_out {
    LEFT_BY_CHOICE,   /* by `include` or `exclude` */
    LEFT_HIDDEN,      /* its name, or that of a folder above it, begins with "." */
    LEFT_NOTE,        /* README, LICENSE, and the like */
    LEFT_BACKUP,      /* a copy that an editor left, by its name */
    LEFT_BY_NAME,     /* a script, a web page, a picture, by its extension */
    LEFT_BINARY,      /* has a NUL byte at its beginning */
    LEFT_ARCHIVE,     /* an archive in a folder */
    LEFT_EMPTY,       /* has no byte, in an archive too */
    LEFT_MARKED,      /* a folder that has one of the files `marks` */
    LEFT_SPECIAL,     /* neither a file nor a folder: a socket, a link to a folder or to nothing */
    LEFT_BY_DIVISION, /* a document that is in none of train, valid and test */
    N_LEFT_OUT,
};

/* The files that were not taken. Begins zeroed. */
struct documents_left {
    struct names_first of[N_LEFT_OUT];
};
void documents_left_fini(struct documents_left *left);

/* Lists the files below a folder, in all of its sub-folders but not in links to folders, sorted by
 * the bytes of their paths below it. Hidden ones and what is no file are noted in *left. */
enum status documents_list_folder(struct source_list *list, struct documents_left *left,
                                  const struct document_choice *choice, const char *path,
                                  const char *shown, struct err *err);

/* Whether `exclude` takes out a folder as a whole: "a/" is matched by "a" with "/" and "*" behind
 * it, and by "a*". */
enum status documents_exclude(bool *is, const struct document_choice *choice, const char *folder,
                              struct err *err);

/* Takes out of a list what `include` and `exclude` say. */
enum status documents_choose(struct source_list *list, struct documents_left *left,
                             const struct document_choice *choice, struct err *err);

/* Takes out of a list what is no document by its name. */
enum status documents_sift_names(struct source_list *list, struct documents_left *left,
                                 const struct document_choice *choice, struct err *err);

/* Takes out what is no document by its name or its bytes. `folder` is where the files lie, whose
 * first bytes are looked at; NULL: members of an archive, of which the names are known, and which
 * are empty. */
enum status documents_sift(struct source_list *list, struct documents_left *left,
                           const struct document_choice *choice, const char *folder,
                           struct err *err);

/* ST_INPUT if a sorted list has a document twice, once plain and once compressed. */
enum status documents_check_twice(const struct source_list *list, const char *shown,
                                  struct err *err);

/* Puts a list into the random order of a seed: Fisher and Yates's shuffle, for which every order is
 * equally likely (Durstenfeld, "Algorithm 235", CACM 1964). */
void documents_shuffle(struct source_list *list, uint64_t seed);

#endif
