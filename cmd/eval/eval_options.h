/* The options of ptblm eval. */
#ifndef PTBLM_CMD_EVAL_EVAL_OPTIONS_H
#define PTBLM_CMD_EVAL_EVAL_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "cmd/option/common.h"
#include "cmd/option/corpus_options.h"
#include "cmd/option/example_options.h"
#include "cmd/option/model_options.h"

struct eval_values {
    const char *split;
    int64_t streams, batch; /* 0: not given */
    bool sentences, json;
    const char *format;  /* of the figures of labels; NULL: a record */
    const char *weights; /* of the models, as text; NULL: all alike */
    bool log_linear;
    double temperature;
    int64_t cache; /* words; 0: none */
    double cache_theta, cache_weight;
    struct model_values model;
    struct corpus_values corpus;
    struct example_values examples;
    struct common_values common;
};

#endif
