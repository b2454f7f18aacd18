/* The options of the commands that use a trained model: its vocabulary, what happens to words
 * that it does not know, and how its input is cut into words. Rows for a struct model_values, as in
 * cmd/option/common.h. */
#ifndef PTBLM_CMD_OPTION_MODEL_OPTIONS_H
#define PTBLM_CMD_OPTION_MODEL_OPTIONS_H

#include <stdbool.h>

#include "cmd/option/marker_options.h"
#include "cmd/option/option.h"
#include "cmd/option/vocab_options.h"
#include "lib/task/use/lm.h"

struct model_values {
    const char *vocab; /* NULL: the model's own */
    struct vocab_values vocab_form;
    const char *oov;
    const char *tokenizer;       /* NULL: the model's */
    const char *cell;            /* NULL: the model's */
    struct marker_names markers; /* marker_rows; NULL: the model's */
};

/* --vocab and how it is read, --cell; --oov; --tokenizer. */
extern const struct setting model_vocab_rows[], model_oov_rows[], model_tokenizer_rows[];

/* Opens the model with its vocabulary, and notes what a vocabulary file was taken for, and a model
 * file of another program. `markers` may be NULL. */
enum status model_open(struct lm *lm, const char *path, const struct model_values *values,
                       const struct marker_names *markers, struct err *err);

/* The same of a model that may have n-grams instead of a network. */
enum status model_open_any(struct lm *lm, const char *path, const struct model_values *values,
                           const struct marker_names *markers, struct err *err);

/* Lets the model read its input as --tokenizer says. */
enum status model_set_input(const struct model_values *values, struct lm *lm, struct err *err);

/* Whether an unknown word is an error. */
bool model_oov_fails(const struct model_values *values);

#endif
