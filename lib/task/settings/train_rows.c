/* The rows of the settings of a training run. */
#include "lib/optim/average.h"
#include "lib/optim/optim.h"
#include "lib/optim/schedule.h"
#include "lib/task/settings/preset.h"
#include "lib/task/settings/train_settings.h"

_Static_assert((int)SETTING_LIST_MAX == (int)MODEL_LAYERS_MAX,
               "a list of widths holds those of all layers");

static const char *optim_name_at(size_t i)
{
    return optim_at(i) != NULL ? optim_at(i)->name : NULL;
}

static const char *schedule_name_at(size_t i)
{
    return schedule_at(i) != NULL ? schedule_at(i)->name : NULL;
}

static const char *average_name_at(size_t i)
{
    return average_at(i) != NULL ? average_at(i)->name : NULL;
}

static const char *metric_name_at(size_t i)
{
    return task_label.metrics[i] != NULL ? task_label.metrics[i]->name : NULL;
}

static bool has_forget_gate(const struct setting *row, const char *cell)
{
    (void)row;
    return cell_find(cell) != NULL && cell_find(cell)->forget_gate > 0;
}

static enum status check_init(const char *text, struct err *err)
{
    struct init init;
    return init_parse(&init, text, err);
}

static enum status check_bias_init(const char *text, struct err *err)
{
    struct init init;
    TRY(init_parse(&init, text, err));
    return init.ops->for_matrices
               ? err_set(err, ST_USAGE, "'%s' is for matrices, and a bias is a vector",
                         init.ops->name)
               : ST_OK;
}

static const char *const divergence_names[] = {"stop", "retry", NULL};

static const char *divergence_at(size_t i)
{
    return divergence_names[i];
}

const struct setting train_preset_rows[] = {
    {.name = "preset",
     .letter = 'p',
     .type = SETTING_CHOICE,
     .offset = offsetof(struct train_settings, preset),
     .choice_at = preset_name_at,
     .dflt = "small",
     .value_name = "NAME",
     .help = "settings"},
    {.name = NULL},
};

#define FIELD(member) offsetof(struct model_settings, member)

const struct setting train_model_rows[] = {
    {.name = "cell",
     .type = SETTING_CHOICE,
     .offset = FIELD(cell),
     .choice_at = cell_name_at,
     .dflt = "lstm",
     .value_name = "NAME",
     .help = "cell"},
    {.name = "layers",
     .type = SETTING_INT,
     .offset = FIELD(layers),
     .min = 1,
     .max = MODEL_LAYERS_MAX,
     .value_name = "N",
     .help = "recurrent layers [as --hidden or the preset says]"},
    {.name = "hidden",
     .type = SETTING_LIST,
     .offset = FIELD(hidden),
     .min = 1,
     .max = MODEL_UNITS_MAX,
     .value_name = "N,...",
     .help = "units of every layer, or of each, as in 400,300"},
    {.name = "embedding",
     .type = SETTING_INT,
     .offset = FIELD(embedding),
     .min = 1,
     .max = MODEL_UNITS_MAX,
     .value_name = "N",
     .help = "width of the word vectors [as --hidden]",
     .rare = true},
    {.name = "tie",
     .type = SETTING_FLAG,
     .offset = FIELD(tie),
     .help = "share the word vectors with the softmax",
     .rare = true,
     .owner = "task",
     .owner_choices = "lm"},
    {.name = "sum-layers",
     .type = SETTING_FLAG,
     .offset = FIELD(sum_layers),
     .dflt = "no",
     .help = "the softmax reads the sum of all layers' outputs",
     .rare = true},
    {.name = "init-scale",
     .type = SETTING_FLOAT,
     .offset = FIELD(init_scale),
     .max = 100,
     .value_name = "X",
     .help = "weights start uniform in [-X, X)",
     .rare = true},
    {.name = "init",
     .type = SETTING_TEXT,
     .offset = FIELD(init),
     .value_name = "NAME[:X]",
     .help = "how weights start, as in normal:0.05 or orthogonal",
     .rare = true,
     .check = check_init},
    {.name = "init-embedding",
     .type = SETTING_TEXT,
     .offset = FIELD(init_embedding),
     .value_name = "NAME[:X]",
     .help = "how the word vectors start [as --init]",
     .rare = true,
     .check = check_init},
    {.name = "init-input",
     .type = SETTING_TEXT,
     .offset = FIELD(init_input),
     .value_name = "NAME[:X]",
     .help = "the weights of the layers' inputs [as --init]",
     .rare = true,
     .check = check_init},
    {.name = "init-recurrent",
     .type = SETTING_TEXT,
     .offset = FIELD(init_recurrent),
     .value_name = "NAME[:X]",
     .help = "the recurrent weights [as --init]",
     .rare = true,
     .check = check_init},
    {.name = "init-bias",
     .type = SETTING_TEXT,
     .offset = FIELD(init_bias),
     .value_name = "NAME[:X]",
     .help = "the biases of the layers [zero]",
     .rare = true,
     .check = check_bias_init},
    {.name = "init-output",
     .type = SETTING_TEXT,
     .offset = FIELD(init_output),
     .value_name = "NAME[:X]",
     .help = "the weights of the softmax [as --init]",
     .rare = true,
     .check = check_init},
    {.name = "init-output-bias",
     .type = SETTING_TEXT,
     .offset = FIELD(init_output_bias),
     .value_name = "NAME[:X]",
     .help = "its bias [as --init]",
     .rare = true,
     .check = check_bias_init},
    {.name = "forget-bias",
     .type = SETTING_FLOAT,
     .offset = FIELD(forget_bias),
     .min = -100,
     .max = 100,
     .dflt = "0",
     .value_name = "X",
     .help = "added to the bias of the forget gates",
     .rare = true,
     .owner = "cell",
     .applies = has_forget_gate},
    {.name = "chrono",
     .type = SETTING_INT,
     .offset = FIELD(chrono),
     .max = 1e6,
     .dflt = "0",
     .value_name = "N",
     .help = "units start to remember for 1 to N steps; 0: do not",
     .rare = true,
     .owner = "cell",
     .applies = has_forget_gate},
    {.name = NULL},
};

#undef FIELD
#define FIELD(member) offsetof(struct label_settings, member)

/* Of sequences with labels only. */
#define OF_LABELS .owner = "task", .owner_choices = "classify label"

const struct setting train_label_rows[] = {
    {.name = "task",
     .type = SETTING_CHOICE,
     .offset = FIELD(task),
     .choice_at = task_name_at,
     .dflt = "lm",
     .value_name = "NAME",
     .help = "what is learned"},
    {.name = "head",
     .type = SETTING_CHOICE,
     .offset = FIELD(head),
     .choice_at = head_name_at,
     .value_name = "NAME",
     .help = "labels are made from",
     OF_LABELS},
    {.name = "bidirectional",
     .type = SETTING_FLAG,
     .offset = FIELD(bidirectional),
     .dflt = "no",
     .help = "read sequences in both directions",
     OF_LABELS},
    {.name = "metric",
     .type = SETTING_CHOICE,
     .offset = FIELD(metric),
     .choice_at = metric_name_at,
     .value_name = "NAME",
     .help = "what the best epoch is chosen by [accuracy]",
     .rare = true,
     OF_LABELS},
    {.name = "feature-size",
     .type = SETTING_INT,
     .offset = FIELD(feature_size),
     .min = 1,
     .max = MODEL_UNITS_MAX,
     .dflt = "25",
     .value_name = "N",
     .help = "width of the vector of each of --features",
     .rare = true,
     .owner = "task",
     .owner_choices = "label"},
    {.name = "bio",
     .type = SETTING_FLAG,
     .offset = FIELD(bio),
     .dflt = "no",
     .help = "predict only chunks that begin with B-, by the crf head",
     .rare = true,
     .owner = "head",
     .owner_choices = "crf"},
    {.name = "vectors",
     .type = SETTING_PATH,
     .offset = FIELD(vectors),
     .value_name = "FILE",
     .help = "word vectors to begin with, of word2vec or GloVe",
     .rare = true,
     OF_LABELS},
    {.name = NULL},
};

#undef FIELD
#define FIELD(member) offsetof(struct training_settings, member)

#define DROP(member)                                                                               \
    .type = SETTING_FLOAT, .offset = FIELD(member), .max = 0.99, .value_name = "P", .rare = true

#define PENALTY(member)                                                                            \
    .type = SETTING_FLOAT, .offset = FIELD(member), .max = 1e6, .dflt = "0", .value_name = "X",    \
    .rare = true, .owner = "task", .owner_choices = "lm"

const struct setting train_training_rows[] = {
    {.name = "epochs",
     .letter = 'e',
     .type = SETTING_INT,
     .offset = FIELD(epochs),
     .min = 1,
     .max = 100000,
     .value_name = "N",
     .help = "passes over the training text",
     .change = SETTING_FREE},
    {.name = "max-steps",
     .type = SETTING_INT,
     .offset = FIELD(max_steps),
     .max = 0x1p53,
     .dflt = "0",
     .value_name = "N",
     .help = "end after N windows in all; 0: by --epochs",
     .rare = true,
     .change = SETTING_FREE},
    {.name = "patience",
     .type = SETTING_INT,
     .offset = FIELD(patience),
     .max = 100000,
     .dflt = "0",
     .value_name = "N",
     .help = "end after N epochs without a new best; 0: do not",
     .change = SETTING_FREE},
    {.name = "batch",
     .letter = 'b',
     .type = SETTING_INT,
     .offset = FIELD(batch),
     .min = 1,
     .max = 65536,
     .value_name = "N",
     .help = "streams of text, or sequences, side by side: B"},
    {.name = "steps",
     .letter = 't',
     .type = SETTING_INT,
     .offset = FIELD(steps),
     .min = 1,
     .max = 65536,
     .value_name = "N",
     .help = "time steps of back-propagation: T",
     .owner = "task",
     .owner_choices = "lm"},
    {.name = "dropout",
     .type = SETTING_FLOAT,
     .offset = FIELD(dropout),
     .max = 0.99,
     .value_name = "P",
     .help = "share of non-recurrent connections dropped"},
    {.name = "dropout-kind",
     .type = SETTING_CHOICE,
     .offset = FIELD(dropout_kind),
     .choice_at = mask_name_at,
     .dflt = "element",
     .value_name = "NAME",
     .help = "what is dropped: one output, or a unit for a whole window",
     .rare = true},
    {.name = "dropout-input",
     DROP(dropout_input),
     .help = "share dropped of the first layer's input [as --dropout]"},
    {.name = "dropout-between", DROP(dropout_between), .help = "between two layers [as --dropout]"},
    {.name = "dropout-output",
     DROP(dropout_output),
     .help = "of the last layer's output [as --dropout]"},
    {.name = "dropout-word",
     DROP(dropout_word),
     .dflt = "0",
     .help = "of the types of words, at the input"},
    {.name = "dropout-state",
     DROP(dropout_state),
     .dflt = "0",
     .help = "of the units of the last state, for a whole window"},
    {.name = "weight-drop",
     DROP(weight_drop),
     .dflt = "0",
     .help = "of the recurrent weights, for a whole window"},
    {.name = "ar", PENALTY(ar), .help = "penalty on large outputs of the last layer"},
    {.name = "tar", PENALTY(tar), .help = "penalty on their changes from step to step"},
    {.name = "dropout-samples",
     .type = SETTING_INT,
     .offset = FIELD(dropout_samples),
     .min = 1,
     .max = 64,
     .dflt = "1",
     .value_name = "N",
     .help = "masks for each window, whose probabilities are averaged",
     .rare = true,
     .owner = "task",
     .owner_choices = "lm"},
    {.name = "label-smoothing",
     .type = SETTING_FLOAT,
     .offset = FIELD(label_smoothing),
     .max = 0.9,
     .dflt = "0",
     .value_name = "X",
     .help = "probability that a target is any class",
     .rare = true},
    {.name = "max-grad-norm",
     .type = SETTING_FLOAT,
     .offset = FIELD(max_grad_norm),
     .min = 1e-9,
     .max = 1e9,
     .value_name = "X",
     .help = "clip gradients to this norm",
     .rare = true},
    {.name = "clip-value",
     .type = SETTING_FLOAT,
     .offset = FIELD(clip_value),
     .max = 1e9,
     .dflt = "0",
     .value_name = "X",
     .help = "clip each element to [-X, X] before that; 0: do not",
     .rare = true},
    {.name = "seed",
     .type = SETTING_INT,
     .offset = FIELD(seed),
     .max = 0x1p53, /* a double holds all whole numbers up to here */
     .dflt = "1",
     .value_name = "N",
     .help = "seed of all random numbers"},
    {.name = NULL},
};

#undef FIELD
#define FIELD(member) offsetof(struct rate_settings, member)

const struct setting train_rate_rows[] = {
    {.name = "optim",
     .type = SETTING_CHOICE,
     .offset = FIELD(optim),
     .choice_at = optim_name_at,
     .dflt = "sgd",
     .value_name = "NAME",
     .help = "optimiser"},
    {.name = "schedule",
     .type = SETTING_CHOICE,
     .offset = FIELD(schedule),
     .choice_at = schedule_name_at,
     .dflt = "decay",
     .value_name = "NAME",
     .help = "how the learning rate falls",
     .rare = true},
    {.name = "average",
     .type = SETTING_CHOICE,
     .offset = FIELD(average),
     .choice_at = average_name_at,
     .dflt = "none",
     .value_name = "NAME",
     .help = "of the weights, to be evaluated and kept",
     .rare = true},
    {.name = "back-to-best",
     .type = SETTING_FLAG,
     .offset = FIELD(back_to_best),
     .dflt = "no",
     .help = "when the rate falls, take up the weights of the best epoch",
     .rare = true,
     .owner = "schedule",
     .owner_choices = "decay plateau"},
    {.name = NULL},
};

#undef FIELD
#define FIELD(member) offsetof(struct keeping_settings, member)

const struct setting train_keeping_rows[] = {
    {.name = "reports",
     .type = SETTING_INT,
     .offset = FIELD(reports),
     .min = 1,
     .max = 1000,
     .dflt = "10",
     .value_name = "N",
     .help = "lines in the log for each epoch",
     .rare = true},
    {.name = "checkpoint-minutes",
     .type = SETTING_FLOAT,
     .offset = FIELD(checkpoint_minutes),
     .max = 1e6,
     .dflt = "10",
     .value_name = "X",
     .help = "save a checkpoint every X minutes",
     .rare = true,
     .change = SETTING_FREE,
     .record = SETTING_IN_CONFIG},
    {.name = "checkpoint-windows",
     .type = SETTING_INT,
     .offset = FIELD(checkpoint_windows),
     .max = 0x1p53,
     .dflt = "0",
     .value_name = "N",
     .help = "and every N windows; 0: never",
     .rare = true,
     .change = SETTING_FREE,
     .record = SETTING_IN_CONFIG},
    {.name = "on-divergence",
     .type = SETTING_CHOICE,
     .offset = FIELD(on_divergence),
     .choice_at = divergence_at,
     .dflt = "stop",
     .value_name = "WHAT",
     .help = "stop, or go back and halve the learning rate",
     .rare = true,
     .change = SETTING_FREE,
     .record = SETTING_IN_CONFIG},
    {.name = NULL},
};
