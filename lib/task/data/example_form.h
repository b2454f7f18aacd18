/* How examples are written, and what they are read into. */
#ifndef PTBLM_TASK_DATA_EXAMPLE_FORM_H
#define PTBLM_TASK_DATA_EXAMPLE_FORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "corpora/idx.h"
#include "lib/base/buf.h"
#include "lib/base/err.h"
#include "lib/task/data/examples.h"
#include "lib/task/data/features.h"
#include "lib/task/data/names.h"
#include "vocab/markers.h"
#include "vocab/tokenizer/tokenizer.h"
#include "vocab/vocab.h"

enum example_form {
    EXAMPLE_FORM_AUTO,      /* told by names and by the first lines of the train text */
    EXAMPLE_FORM_TAB,       /* a line "label<TAB>text" for each example */
    EXAMPLE_FORM_FASTTEXT,  /* "__label__X text" */
    EXAMPLE_FORM_TREC,      /* "LABEL:fine text", of which LABEL is read */
    EXAMPLE_FORM_TREC_FINE, /* the same, of which LABEL:fine is read */
    EXAMPLE_FORM_FOLDERS,   /* a folder for each class, a document for each example */
    EXAMPLE_FORM_COLUMNS,   /* a line for each token, an empty line after each sentence */
    EXAMPLE_FORM_IDX,       /* images and labels in IDX files, as MNIST's */
    N_EXAMPLE_FORMS,
};

/* "auto", "tab", "fasttext", "trec", "trec-fine", "folders", "columns", "idx", then NULL. */
const char *example_form_at(size_t i);
bool example_form_find(enum example_form *form, const char *name);

/* Whether an example is a line with its label. */
bool example_form_is_line(enum example_form form);

/* How an image becomes a sequence. */
enum example_sequence {
    EXAMPLE_ROWS,     /* a row for each step, as wide as the image */
    EXAMPLE_PIXELS,   /* a pixel for each step, row by row */
    EXAMPLE_PERMUTED, /* the same in one random order for all */
    N_EXAMPLE_SEQUENCES,
};

/* "rows", "pixels", "permuted", then NULL. */
const char *example_sequence_at(size_t i);
bool example_sequence_find(enum example_sequence *sequence, const char *name);

/* Of EXAMPLE_FORM_COLUMNS. Columns count from 1, from the end if below 0: -1 is the last. */
struct example_columns {
    int word, label; /* 0: the first, and the last */
    bool lower;      /* the word is looked up in lower case; features see it as it is */
    bool no_digits;  /* and with 0 for each digit */
    struct features features;
    size_t n; /* columns of the train text, with the label's; 0: not known before it is read */
};

/* Of EXAMPLE_FORM_IDX. An image has the dimensions of the file but the first: [rows][columns] or
 * [rows][columns][channels]. Of EXAMPLE_ROWS a step is [columns * channels], of the others
 * [channels]. Where it has one dimension, [T], it is a sequence of T single numbers for all. */
struct example_images {
    enum example_sequence sequence;
    uint64_t seed;           /* of the order of EXAMPLE_PERMUTED */
    enum example_input kind; /* EXAMPLE_BYTES or EXAMPLE_FLOATS */
    size_t n_dims;           /* 0: not known before it is read */
    size_t dims[IDX_DIMS_MAX];
};

/* What makes examples of texts and images, and what a model must have to read more of them in the
 * same way. All pointers are borrowed. */
struct example_coding {
    enum example_form form;            /* never EXAMPLE_FORM_AUTO once it has been read */
    const struct tokenizer *tokenizer; /* of lines and documents; else NULL */
    const struct markers *markers;     /* NULL: none */
    const struct vocab *vocab;         /* of EXAMPLE_IDS; else NULL */
    const struct names *labels;
    const struct names *features[FEATURES_MAX]; /* [columns.features.n]: the values of each */
    struct example_columns columns;
    struct example_images images;
};

/* --- lines of columns --- */

/* Whether the first column of a line is "-DOCSTART-", which stands before a document and is no
 * token; and whether a line is a token: it is not that, and not blank. */
bool columns_is_mark(struct slice first);
bool columns_is_token(const char *line, size_t len);

/* --- lines with a label --- */

/* A line apart; both borrow from it. */
struct labelled_line {
    struct slice label, text;
};

/* Takes a line apart: blanks around the label are no part of it. ST_INPUT, as words that follow
 * "'x' line 3", where it is not of the form. */
enum status labelled_line_split(struct labelled_line *parts, enum example_form form,
                                const char *line, size_t len, struct err *err);

/* The form that all lines of a sample have or, where none has them all, that more than half of them
 * have; EXAMPLE_FORM_AUTO where there is none. Empty lines do not count. */
enum example_form labelled_line_form(const struct slice *lines, size_t n);

#endif
