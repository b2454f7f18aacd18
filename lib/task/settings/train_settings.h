/* The settings of a training run. Each is a row of a group's table and a field of its struct. */
#ifndef PTBLM_TASK_SETTINGS_TRAIN_SETTINGS_H
#define PTBLM_TASK_SETTINGS_TRAIN_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/err.h"
#include "lib/base/setting.h"
#include "lib/model/model.h"
#include "lib/task/train/train.h"

struct model_settings {
    const char *cell;
    struct setting_list hidden; /* units of each layer; of one item until it is completed */
    int64_t layers, embedding;
    bool tie, sum_layers;
    double init_scale;
    const char *init; /* "NAME" or "NAME:X" (lib/nn/init.h), as the rest; NULL: the tutorial's */
    const char *init_embedding, *init_input, *init_recurrent, *init_bias, *init_output,
        *init_output_bias;
    double forget_bias;
    int64_t chrono; /* 0: off */
    int64_t mogrifier_rounds, mogrifier_rank;
};

/* What is special to sequences with labels. */
struct label_settings {
    const char *task; /* of all */
    const char *head; /* NULL: the task's usual */
    bool bidirectional;
    const char *metric; /* NULL: the task's usual */
    int64_t feature_size;
    bool bio;
    const char *vectors; /* a file of word vectors; NULL: they start as the other weights */
};

struct training_settings {
    int64_t epochs, max_steps, patience, batch, steps, seed; /* 0: no limit; no patience */
    int64_t dropout_samples;
    double dropout, label_smoothing, max_grad_norm;
    double flops, minutes, zero_state, clip_value; /* 0: off */
    bool random_steps, shuffle_streams;
    const char *dropout_kind;
    double dropout_input, dropout_between, dropout_output; /* as dropout where they are not given */
    double dropout_word, dropout_state, weight_drop, ar, tar;
};

/* Which; what they are set to is lib/optim's. */
struct rate_settings {
    const char *optim, *schedule, *average;
    bool back_to_best;
};

/* How a run is logged and saved. */
struct keeping_settings {
    int64_t reports;
    double checkpoint_minutes;
    int64_t checkpoint_windows;
    const char *on_divergence;
};

struct train_settings {
    const char *preset;
    struct model_settings model;
    struct label_settings label;
    struct training_settings training;
    struct rate_settings rate;
    struct optim_settings optim;
    struct schedule_settings schedule;
    struct average_settings average;
    struct keeping_settings keeping;
};

extern const struct setting train_preset_rows[], train_model_rows[], train_label_rows[],
    train_training_rows[], train_rate_rows[], train_keeping_rows[];

/* Their groups, for a table of which struct train_settings is a part, `at` bytes from its start. */
#define TRAIN_GROUPS(at)                                                                           \
    {.rows = train_preset_rows, .offset = (at)},                                                   \
        {.title = "Network",                                                                       \
         .rows = train_model_rows,                                                                 \
         .offset = (at) + offsetof(struct train_settings, model)},                                 \
        {.rows = train_label_rows, .offset = (at) + offsetof(struct train_settings, label)},       \
        {.title = "Training",                                                                      \
         .rows = train_training_rows,                                                              \
         .offset = (at) + offsetof(struct train_settings, training)},                              \
        {.title = "Optimiser and learning rate",                                                   \
         .rows = train_rate_rows,                                                                  \
         .offset = (at) + offsetof(struct train_settings, rate)},                                  \
        {.rows = schedule_settings_rows,                                                           \
         .offset = (at) + offsetof(struct train_settings, schedule)},                              \
        {.rows = average_settings_rows,                                                            \
         .offset = (at) + offsetof(struct train_settings, average)},                               \
        {.rows = optim_settings_rows, .offset = (at) + offsetof(struct train_settings, optim)},    \
    {                                                                                              \
        .title = "Log and checkpoints", .rows = train_keeping_rows,                                \
        .offset = (at) + offsetof(struct train_settings, keeping)                                  \
    }

/* Decides what is still open: the preset's settings where none were given, the number of layers by
 * a list of widths, one width for all layers, the embedding by the first layer. `values` is the
 * table of which *s is a part, with its defaults set. ST_USAGE where settings contradict each
 * other. */
enum status train_settings_complete(struct train_settings *s, const struct setting_values *values,
                                    struct err *err);

/* What a preset decides by the text, of so many tokens, and by the network, of so many entries of
 * weight matrices for each: the dropout, unless it was given. */
void train_settings_fit(struct train_settings *s, const struct setting_values *values,
                        double tokens, double macs);

/* ST_USAGE if a setting was given that has no effect on the first weights or on what is dropped, or
 * if two exclude each other. */
enum status train_settings_check_start(const struct train_settings *s,
                                       const struct setting_values *values, struct err *err);

/* The settings of a preset, and nothing else given. */
enum status train_settings_of_preset(struct train_settings *s, const char *preset, struct err *err);

/* Whether they are for sequences with labels. */
bool train_settings_of_labels(const struct train_settings *s);

/* What completed settings come to. The shape's vocabulary, labels and features are 0 until a text
 * has been read. */
struct model_shape train_shape_of(const struct train_settings *s);
struct train_config train_config_of(const struct train_settings *s);
struct init_settings train_init_of(const struct train_settings *s);

/* Lets a network that is there take the place of what was not given of one, before the settings are
 * completed. ST_USAGE where what was given is another. */
enum status train_settings_take_shape(struct train_settings *s, const struct setting_values *values,
                                      const struct model_shape *shape, struct err *err);

/* Whether a run that diverges goes back and halves its learning rate. */
bool train_settings_retry(const struct train_settings *s);

#endif
