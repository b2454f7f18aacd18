/* Which of many files are the train, valid and test texts of one corpus, told by their names. */
#ifndef PTBLM_CORPORA_SPLITS_FILE_FAMILY_H
#define PTBLM_CORPORA_SPLITS_FILE_FAMILY_H

#include <stdbool.h>
#include <stddef.h>

#include "corpora/source_list.h"
#include "corpora/splits/split.h"
#include "lib/base/err.h"

/* Which words stand for a split. */
enum split_words {
    SPLIT_WORDS_USUAL, /* train, valid, dev, val, validation, test */
    SPLIT_WORDS_MORE,  /* also training, heldout, held, devel, development, testing, eval,
                        * evaluation, testa (valid) and testb (test); and any of them with digits at
                        * its end */
};

/* The word for a split in a name without slashes: of several the last counts. */
struct split_word {
    const char *at; /* `len` bytes, without digits at its end; NULL if there is none */
    size_t len;
    enum split split;
    bool by_chars; /* "char" is a word of the name */
};
struct split_word split_word_find(const char *name, size_t len, enum split_words words);

/* A file whose base name has a word for a split; of several the last counts. */
struct candidate {
    char *family;     /* the name with "*" for the word, without ".gz" or the like: alike within a
                         family */
    const char *name; /* borrowed from the list */
    enum split split;
    bool by_chars; /* "char" is a word of the base name */
};

/* All candidates of a list, family by family, word-level families first. Hidden files are none. */
struct candidates {
    size_t n;
    struct candidate *all;
};
enum status candidates_find(struct candidates *found, const struct source_list *list,
                            enum split_words words, struct err *err);
void candidates_fini(struct candidates *found);

enum family_fit {
    FAMILY_NONE, /* no family has such a text, or not the one chosen */
    FAMILY_ONE,
    FAMILY_TWICE,   /* the family has two of them: "dev" and "valid", or plain and compressed */
    FAMILY_UNCLEAR, /* no family is fuller than all others */
};

/* The fullest family: the word-level one with the most splits, or the character-level one where
 * there is no word-level file. */
struct family {
    const char *names[N_SPLITS]; /* borrowed from the list; NULL unless FAMILY_ONE */
    enum family_fit fit[N_SPLITS];
};
void family_choose(struct family *family, const struct candidates *found);

#endif
