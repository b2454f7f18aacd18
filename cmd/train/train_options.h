/* The options of ptblm train, and what they come to together with a preset. */
#ifndef PTBLM_CMD_TRAIN_TRAIN_OPTIONS_H
#define PTBLM_CMD_TRAIN_TRAIN_OPTIONS_H

#include "cmd/command.h"
#include "cmd/option/common.h"
#include "cmd/option/corpus_options.h"
#include "lib/file/json.h"
#include "lib/model/model.h"
#include "lib/task/run/preset.h"
#include "lib/task/run/train.h"

struct train_values {
    const char *output, *resume;
    bool force;
    const char *preset;
    int64_t epochs, hidden, embedding, layers, batch, steps, hold, reports;
    double dropout, lr, lr_decay, max_grad_norm, init_scale;
    const char *cell, *optim, *schedule, *on_divergence;
    double checkpoint_minutes;
    int64_t checkpoint_windows;
    struct corpus_values corpus;
    struct common_values common;
};

/* Every setting of a run, decided. */
struct train_settings {
    const struct preset *preset;
    double init_scale;
    struct model_shape shape; /* V is filled in once the corpus is read */
    struct train_config config;
    bool retry; /* --on-divergence */
};

/* The preset with what was given on the command line put over it. */
struct train_settings train_settings_of(const struct invocation *call);

/* Runs the command: corpus, training, test. */
enum status train_command_run(const struct invocation *call, struct err *err);

/* What decides the result, as a JSON object, for config.json and the model file. */
enum status train_settings_json(struct json **object, const struct train_settings *settings,
                                const struct train_values *values, const char *corpus,
                                struct err *err);

/* Adds what config.json has besides: how to compute, and how often to save. */
enum status train_settings_add_rest(struct json *object, const struct train_values *values,
                                    struct err *err);

#endif
