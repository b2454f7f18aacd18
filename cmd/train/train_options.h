/* The options of ptblm train. */
#ifndef PTBLM_CMD_TRAIN_TRAIN_OPTIONS_H
#define PTBLM_CMD_TRAIN_TRAIN_OPTIONS_H

#include "cmd/command.h"
#include "cmd/option/common.h"
#include "cmd/option/corpus_options.h"
#include "cmd/option/example_options.h"
#include "lib/file/json.h"
#include "lib/task/settings/train_settings.h"

struct train_values {
    const char *output, *resume;
    bool force;
    const char *from; /* a model to continue training; NULL: none */
    bool add_words;
    struct train_settings settings;
    struct corpus_values corpus;
    struct example_values examples;
    struct common_values common;
};

/* Runs the command: corpus, training, test. */
enum status train_command_run(const struct invocation *call, struct err *err);

/* A JSON object with every setting that is recorded in model files, the corpus, and the program
 * that computes. */
enum status train_record_new(struct json **object, const struct setting_values *values,
                             const char *corpus, struct err *err);

#endif
