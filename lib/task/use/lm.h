/* A language model ready for use: weights, vocabulary and tokenizer, from one file. */
#ifndef PTBLM_TASK_USE_LM_H
#define PTBLM_TASK_USE_LM_H

#include "lib/base/err.h"
#include "lib/file/json.h"
#include "lib/model/model.h"
#include "lib/model/model_file.h"
#include "vocab/tokenizer/tokenizer.h"
#include "vocab/vocab.h"

struct lm {
    struct model *model;
    struct vocab *vocab;
    const struct tokenizer *tokenizer;
    struct model_notes notes;
    char *path; /* the model file */
};

/* The file in a RUN directory that holds its best model. */
#define LM_FILE "model.safetensors"

/* Opens a model file, or the model of a RUN directory. `vocab_path`, where not NULL, names a
 * vocabulary file for a model that carries none. ST_INPUT where model and vocabulary differ in
 * size, or the tokenizer is unknown. */
enum status lm_open(struct lm *lm, const char *path, const char *vocab_path, struct err *err);

/* How the model was trained, as its file says it (lib/model/model_file.h): NULL where it does not.
 * ST_INPUT where that is no JSON object. */
enum status lm_read_training(const struct lm *lm, struct json **training, struct err *err);

void lm_close(struct lm *lm);

#endif
