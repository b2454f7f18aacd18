/* A language model ready for use: a network or n-grams, vocabulary and tokenizer, from one file. */
#ifndef PTBLM_TASK_USE_LM_H
#define PTBLM_TASK_USE_LM_H

#include "lib/base/err.h"
#include "lib/file/json.h"
#include "lib/model/model.h"
#include "lib/model/model_file.h"
#include "lib/ngram/arpa.h"
#include "lib/ngram/ngram_file.h"
#include "lib/task/names.h"
#include "vocab/markers.h"
#include "vocab/tokenizer/tokenizer.h"
#include "vocab/vocab.h"

struct lm {
    struct model *model;       /* NULL: there are n-grams */
    struct ngram ngrams;       /* order 0: there is a network */
    struct ngram_file compact; /* what they are in: a compact file, or an ARPA file */
    struct arpa_model arpa;
    struct vocab *vocab;
    const struct tokenizer *tokenizer; /* of the text that it was trained on */
    struct tokenizer *learned;         /* the same where it has merges, else NULL */
    struct tokenizer mixed; /* where the input has words of another tokenizer, this one */
    const struct tokenizer
        *input;             /* of the text that it is given: the same, or the user's choice */
    struct markers markers; /* of the text that it was trained on; "" where it does not say */
    struct model_notes notes;
    struct vocab_taken taken; /* what a vocabulary file was taken for */
    char *path;               /* the model file */
};

/* Opens a model file, or the model of a RUN directory. `vocab_path`, unless NULL, is a
 * vocabulary file for a model that has none: a model that has its own takes no other, only one with
 * the same words in the same order. ST_INPUT if model and vocabulary differ in size, or if the
 * tokenizer is unknown. */
enum status lm_open(struct lm *lm, const char *path, const char *vocab_path, struct err *err);

/* What the user says of a model; all may be NULL. */
struct lm_given {
    const struct vocab_file *vocab;     /* of any form */
    const struct marker_names *markers; /* in the place of the model's where they are not NULL, for
                                         * the texts that it is given and that vocabulary file */
    const char *cell;                   /* of a file that names none */
    const char *tokenizer;              /* likewise: of the text that it was trained on */
    bool of_labels;                     /* it may give labels, or else must not */
    bool of_ngrams;                     /* it may have n-grams, or else must not */
    const char *scratch; /* if it may: beside this path is what an ARPA file turns into */
};

/* The same with these. ST_USAGE as markers_set, or if the file names another cell. A file with
 * merges that names no tokenizer has the one that its vocabulary shows; any other, "words". */
enum status lm_open_as(struct lm *lm, const char *path, const struct lm_given *given,
                       struct err *err);

/* A model of any task, whose input may be numbers: then there is no vocabulary. */
enum status lm_open_any(struct lm *lm, const char *path, struct err *err);

/* Whether a file is that of a model that gives labels rather than the next word; false also where
 * it cannot be read, which opening it will tell. The only error is ST_NOMEM. */
enum status lm_gives_labels(const char *path, bool *labels, struct err *err);

/* Whether a path is that of a model of any kind, or of a run: false also where it cannot be read.
 * The only error is ST_NOMEM. */
enum status lm_is_model(const char *path, bool *is, struct err *err);

/* Whether a path is no regular file, or one of n-grams. The only error is ST_NOMEM. */
enum status lm_is_replaceable(const char *path, bool *is, struct err *err);

/* For each id of `first` the id of the same word in `other`: (*map)[V], to be freed. ST_INPUT if
 * they do not have the same words. */
enum status lm_map_words(int32_t **map, const struct lm *first, const struct lm *other,
                         struct err *err);

/* Lets another tokenizer read the input: where the model's has merges, it takes these words apart.
 * ST_USAGE for a tokenizer with merges that are not the model's. *lm must stay where it is. */
enum status lm_set_input(struct lm *lm, const char *tokenizer, struct err *err);

/* How the model was trained, according to its file (lib/model/model_file.h); NULL if it does not
 * say. ST_INPUT if that is not a JSON object. */
enum status lm_read_training(const struct lm *lm, struct json **training, struct err *err);

void lm_close(struct lm *lm);

#endif
