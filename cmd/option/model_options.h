/* The options of the commands that use a trained model: its vocabulary, and what happens to words
 * that it does not know. Rows for a struct model_values, as in cmd/option/common.h. */
#ifndef PTBLM_CMD_OPTION_MODEL_OPTIONS_H
#define PTBLM_CMD_OPTION_MODEL_OPTIONS_H

#include <stdbool.h>

#include "cmd/option/marker_options.h"
#include "cmd/option/option.h"

struct model_values {
    const char *vocab; /* NULL: the model's own */
    const char *oov;
    struct marker_names markers; /* marker_rows; NULL: the model's */
};

/* --vocab; --oov. */
extern const struct setting model_vocab_rows[], model_oov_rows[];

/* Whether an unknown word is an error. */
bool model_oov_fails(const struct model_values *values);

#endif
