/* ptblm train: its options, and what they come to. */
#include "cmd/train/train_options.h"

#include <string.h>

#include "config.h"

#include "lib/model/compute.h"
#include "lib/optim/optim.h"
#include "lib/optim/schedule.h"

static const char *preset_name_at(size_t i)
{
    return preset_at(i) != NULL ? preset_at(i)->name : NULL;
}

static const char *cell_name_at(size_t i)
{
    return cell_at(i) != NULL ? cell_at(i)->name : NULL;
}

static const char *optim_name_at(size_t i)
{
    return optim_at(i) != NULL ? optim_at(i)->name : NULL;
}

static const char *schedule_name_at(size_t i)
{
    return schedule_at(i) != NULL ? schedule_at(i)->name : NULL;
}

static const char *divergence_at(size_t i)
{
    static const char *const names[] = {"stop", "retry", NULL};
    return names[i];
}

#define FIELD(member) offsetof(struct train_values, member)

// clang-format off
static const struct option_def rows[] = {
    {"output", 'o', OPTION_DIR, FIELD(output), 0, 0, NULL, NULL, "RUN",
     "directory for model, log and settings"},
    {"force", 'f', OPTION_FLAG, FIELD(force), 0, 0, NULL, NULL, NULL,
     "replace a run that is in RUN already"},
    {"resume", 0, OPTION_DIR, FIELD(resume), 0, 0, NULL, NULL, "RUN",
     "go on with an interrupted run, to the same result"},
    {"preset", 'p', OPTION_CHOICE, FIELD(preset), 0, 0, "small", preset_name_at, "NAME",
     "the tutorial's settings"},
    {"epochs", 'e', OPTION_INT, FIELD(epochs), 1, 100000, NULL, NULL, "N",
     "passes over the training text"},
    {"hidden", 0, OPTION_INT, FIELD(hidden), 1, MODEL_UNITS_MAX, NULL, NULL, "N",
     "units of each layer"},
    {"embedding", 0, OPTION_INT, FIELD(embedding), 1, MODEL_UNITS_MAX, NULL, NULL, "N",
     "width of the word vectors [as --hidden]"},
    {"layers", 0, OPTION_INT, FIELD(layers), 1, MODEL_LAYERS_MAX, NULL, NULL, "N",
     "recurrent layers"},
    {"cell", 0, OPTION_CHOICE, FIELD(cell), 0, 0, "lstm", cell_name_at, "NAME",
     "kind of recurrent cell"},
    {"batch", 'b', OPTION_INT, FIELD(batch), 1, 65536, NULL, NULL, "N",
     "rows of a window: B"},
    {"steps", 't', OPTION_INT, FIELD(steps), 1, 65536, NULL, NULL, "N",
     "time steps of a window: T"},
    {"dropout", 0, OPTION_FLOAT, FIELD(dropout), 0, 0.99, NULL, NULL, "P",
     "share of non-recurrent connections dropped"},
    {"optim", 0, OPTION_CHOICE, FIELD(optim), 0, 0, "sgd", optim_name_at, "NAME",
     "optimiser"},
    {"lr", 0, OPTION_FLOAT, FIELD(lr), 1e-12, 1e6, NULL, NULL, "X",
     "learning rate, of the loss summed over the steps"},
    {"schedule", 0, OPTION_CHOICE, FIELD(schedule), 0, 0, "decay", schedule_name_at, "NAME",
     "how the learning rate falls"},
    {"hold", 0, OPTION_INT, FIELD(hold), 0, 100000, NULL, NULL, "N",
     "epochs before it first falls"},
    {"lr-decay", 0, OPTION_FLOAT, FIELD(lr_decay), 1e-6, 1, NULL, NULL, "X",
     "factor by which it falls"},
    {"max-grad-norm", 0, OPTION_FLOAT, FIELD(max_grad_norm), 1e-9, 1e9, NULL, NULL, "X",
     "gradients are clipped to this norm"},
    {"init-scale", 0, OPTION_FLOAT, FIELD(init_scale), 0, 100, NULL, NULL, "X",
     "weights start uniform in [-X, X)"},
    {"reports", 0, OPTION_INT, FIELD(reports), 1, 1000, "10", NULL, "N",
     "lines in the log for each epoch"},
    {"checkpoint-minutes", 0, OPTION_FLOAT, FIELD(checkpoint_minutes), 0, 1e6, "10", NULL, "X",
     "save the run's state every X minutes"},
    {"checkpoint-windows", 0, OPTION_INT, FIELD(checkpoint_windows), 0, 0x1p53, "0", NULL, "N",
     "and every N windows; 0: never"},
    {"on-divergence", 0, OPTION_CHOICE, FIELD(on_divergence), 0, 0, "stop", divergence_at, "WHAT",
     "or go back, with half the rate"},
    CORPUS_SPLIT_ROWS(struct train_values, corpus),
    CORPUS_VOCAB_ROWS(struct train_values, corpus),
    COMMON_ROWS(struct train_values, common),
};
// clang-format on

static int64_t int_or(const struct invocation *call, const char *name, int64_t given,
                      int64_t preset)
{
    return invocation_given(call, name) ? given : preset;
}

static double float_or(const struct invocation *call, const char *name, double given, double preset)
{
    return invocation_given(call, name) ? given : preset;
}

struct train_settings train_settings_of(const struct invocation *call)
{
    const struct train_values *v = call->values;
    const struct preset *p = preset_find(v->preset);
    struct train_settings s = {.preset = p};
    s.init_scale = float_or(call, "init-scale", v->init_scale, p->init_scale);
    const int64_t H = int_or(call, "hidden", v->hidden, p->hidden);
    s.shape =
        model_shape_even(cell_find(v->cell), 0, (size_t)int_or(call, "embedding", v->embedding, H),
                         (size_t)H, (size_t)int_or(call, "layers", v->layers, p->layers));
    s.config.task = &task_language_model;
    s.config.B = (size_t)int_or(call, "batch", v->batch, p->batch);
    s.config.T = (size_t)int_or(call, "steps", v->steps, p->steps);
    s.config.epochs = (int)int_or(call, "epochs", v->epochs, p->epochs);
    s.config.reports = (int)v->reports;
    s.config.dropout = float_or(call, "dropout", v->dropout, p->dropout);
    s.config.max_grad_norm = float_or(call, "max-grad-norm", v->max_grad_norm, p->max_grad_norm);
    s.config.seed = (uint64_t)v->common.seed;
    s.config.optim = optim_find(v->optim);
    s.config.schedule = schedule_find(v->schedule);
    s.config.rate.lr = float_or(call, "lr", v->lr, p->learning_rate);
    s.config.rate.decay = float_or(call, "lr-decay", v->lr_decay, p->lr_decay);
    s.config.rate.hold = (int)int_or(call, "hold", v->hold, p->hold);
    s.config.checkpoint_seconds = 60.0 * v->checkpoint_minutes;
    s.config.checkpoint_windows = (uint64_t)v->checkpoint_windows;
    s.retry = strcmp(v->on_divergence, "retry") == 0;
    return s;
}

static enum status set_model(struct json *o, const struct train_settings *s, struct err *err)
{
    TRY(json_set_string(o, "preset", s->preset->name, err));
    TRY(json_set_string(o, "cell", s->shape.cell->name, err));
    TRY(json_set_int(o, "vocabulary", (int64_t)s->shape.V, err));
    TRY(json_set_int(o, "embedding", (int64_t)s->shape.E, err));
    TRY(json_set_int(o, "hidden", (int64_t)s->shape.H[0], err));
    TRY(json_set_int(o, "layers", (int64_t)s->shape.L, err));
    return json_set_double(o, "init_scale", s->init_scale, err);
}

static enum status set_training(struct json *o, const struct train_config *c, struct err *err)
{
    TRY(json_set_int(o, "epochs", c->epochs, err));
    TRY(json_set_int(o, "batch", (int64_t)c->B, err));
    TRY(json_set_int(o, "steps", (int64_t)c->T, err));
    TRY(json_set_double(o, "dropout", c->dropout, err));
    TRY(json_set_string(o, "optim", c->optim->name, err));
    TRY(json_set_double(o, "lr", c->rate.lr, err));
    TRY(json_set_string(o, "schedule", c->schedule->name, err));
    TRY(json_set_int(o, "hold", c->rate.hold, err));
    TRY(json_set_double(o, "lr_decay", c->rate.decay, err));
    TRY(json_set_double(o, "max_grad_norm", c->max_grad_norm, err));
    return json_set_int(o, "seed", (int64_t)c->seed, err);
}

static enum status set_text(struct json *o, const struct corpus_values *c, const char *corpus,
                            struct err *err)
{
    const struct {
        const char *key, *value;
    } texts[] = {{"corpus", corpus}, {"train", c->train}, {"valid", c->valid},
                 {"test", c->test},  {"vocab", c->vocab}, {"oov", c->oov}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (texts[i].value != NULL)
            TRY(json_set_path(o, texts[i].key, texts[i].value, err));
    TRY(json_set_int(o, "min_count", c->min_count, err));
    if (c->max_vocab > 0)
        TRY(json_set_int(o, "max_vocab", c->max_vocab, err));
    return ST_OK;
}

enum status train_settings_json(struct json **out, const struct train_settings *settings,
                                const struct train_values *values, const char *corpus,
                                struct err *err)
{
    struct json *o;
    struct compute_info info;
    enum status status;
    TRY(json_new_object(&o, err));
    TRY_OUT(json_set_string(o, "version", PACKAGE_VERSION, err));
    TRY_OUT(set_text(o, &values->corpus, corpus, err));
    TRY_OUT(json_set_int(o, "reports", settings->config.reports, err));
    TRY_OUT(set_model(o, settings, err));
    TRY_OUT(set_training(o, &settings->config, err));
    compute_get(&info);
    TRY_OUT(json_set_string(o, "kernels", info.kernels, err));
    TRY_OUT(json_set_string(o, "matrices", info.matrices, err));
    TRY_OUT(json_set_string(o, "blas", info.blas, err));
    *out = o;
    return ST_OK;
out:
    json_free(o);
    return status;
}

enum status train_settings_add_rest(struct json *o, const struct train_values *v, struct err *err)
{
    TRY(json_set_int(o, "threads", common_threads(&v->common), err));
    TRY(json_set_int(o, "max_bytes", v->corpus.max_bytes, err));
    TRY(json_set_double(o, "checkpoint_minutes", v->checkpoint_minutes, err));
    TRY(json_set_int(o, "checkpoint_windows", v->checkpoint_windows, err));
    return json_set_string(o, "on_divergence", v->on_divergence, err);
}

static const struct option_clash clashes[] = {CORPUS_VOCAB_CLASHES, {NULL, NULL, NULL}};

const struct command cmd_train = {
    .name = "train",
    .summary = "train a model and give its perplexity",
    .operands = "[CORPUS|DIR]",
    .max_operands = 1,
    .example = "ptblm train simple-examples.tgz -o small\n"
               "ptblm train -o demo --epochs 2        (the built-in corpus)\n"
               "ptblm train --resume small",
    .options = {rows, sizeof rows / sizeof *rows},
    .clashes = clashes,
    .values_size = sizeof(struct train_values),
    .run = train_command_run,
};
