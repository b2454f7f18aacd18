#include "lib/task/settings/preset.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Those of the TensorFlow PTB tutorial (tensorflow/models, tutorials/rnn/ptb/ptb_word_lm.py:
 * TestConfig, SmallConfig, MediumConfig, LargeConfig): hold is its max_epoch, epochs its
 * max_max_epoch, and dropout 1 - keep_prob. The learning rate is of the loss summed over the T
 * steps and averaged over the B rows; large's lr-decay is 1 / 1.15. */
// clang-format off
static const struct preset_value test[] = {
    {"layers", "1"}, {"hidden", "2"}, {"init-scale", "0.1"},
    {"epochs", "1"}, {"batch", "20"}, {"steps", "2"},
    {"dropout", "0"}, {"max-grad-norm", "1"},
    {"lr", "1"}, {"hold", "1"}, {"lr-decay", "0.5"},
    {NULL, NULL},
};
static const struct preset_value small[] = {
    {"layers", "2"}, {"hidden", "200"}, {"init-scale", "0.1"},
    {"epochs", "13"}, {"batch", "20"}, {"steps", "20"},
    {"dropout", "0"}, {"max-grad-norm", "5"},
    {"lr", "1"}, {"hold", "4"}, {"lr-decay", "0.5"},
    {NULL, NULL},
};
static const struct preset_value medium[] = {
    {"layers", "2"}, {"hidden", "650"}, {"init-scale", "0.05"},
    {"epochs", "39"}, {"batch", "20"}, {"steps", "35"},
    {"dropout", "0.5"}, {"max-grad-norm", "5"},
    {"lr", "1"}, {"hold", "6"}, {"lr-decay", "0.8"},
    {NULL, NULL},
};
static const struct preset_value large[] = {
    {"layers", "2"}, {"hidden", "1500"}, {"init-scale", "0.04"},
    {"epochs", "55"}, {"batch", "20"}, {"steps", "35"},
    {"dropout", "0.65"}, {"max-grad-norm", "10"},
    {"lr", "1"}, {"hold", "14"}, {"lr-decay", "0.8695652173913044"},
    {NULL, NULL},
};
/* Within a budget of computing: how they were found is in tests/bench/recipes.md. A text that is
 * smaller than the Penn Treebank is read more often, up to `epochs` times, under more dropout. */
static const struct preset_value fast[] = {
    {"layers", "2"}, {"hidden", "200"}, {"tie", "yes"}, {"init-scale", "0.1"},
    {"epochs", "20"}, {"flops", "0.07e15"}, {"batch", "20"}, {"steps", "20"},
    {"shuffle-streams", "yes"}, {"max-grad-norm", "5"},
    {"schedule", "linear"}, {"lr", "1"}, {"dropout", "0"},
    {NULL, NULL},
};
static const struct preset_value strong[] = {
    {"layers", "2"}, {"hidden", "512"}, {"tie", "yes"}, {"init-scale", "0.05"},
    {"epochs", "60"}, {"flops", "0.9e15"}, {"batch", "20"}, {"steps", "35"},
    {"shuffle-streams", "yes"}, {"max-grad-norm", "5"},
    {"schedule", "linear"}, {"lr", "1"}, {"dropout", "0"},
    {NULL, NULL},
};
static const struct preset_value best[] = {
    {"layers", "2"}, {"hidden", "512"}, {"tie", "yes"}, {"init-scale", "0.05"},
    {"cell", "mogrifier"}, {"mogrifier-rank", "64"},
    {"epochs", "100"}, {"flops", "1.8e15"}, {"batch", "20"}, {"steps", "35"},
    {"shuffle-streams", "yes"}, {"max-grad-norm", "5"}, {"dropout-word", "0.1"},
    {"schedule", "linear"}, {"lr", "1"}, {"dropout", "0"},
    {NULL, NULL},
};
static const struct preset_value record[] = {
    {"layers", "2"}, {"hidden", "700"}, {"tie", "yes"}, {"init-scale", "0.05"},
    {"cell", "mogrifier"}, {"mogrifier-rank", "80"},
    {"epochs", "250"}, {"flops", "7e15"}, {"batch", "20"}, {"steps", "35"},
    {"shuffle-streams", "yes"}, {"max-grad-norm", "5"}, {"dropout-word", "0.1"},
    {"dropout-state", "0.2"},
    {"schedule", "linear"}, {"lr", "1"}, {"dropout", "0"},
    {NULL, NULL},
};
static const struct preset_value images[] = {
    {"task", "classify"}, {"head", "last"}, {"bidirectional", "yes"},
    {"layers", "1"}, {"hidden", "128"}, {"init-scale", "0.1"},
    {"epochs", "25"}, {"batch", "128"},
    {"dropout", "0.4"}, {"max-grad-norm", "5"},
    {"optim", "adam"}, {"schedule", "linear"}, {"lr", "0.003"},
    {NULL, NULL},
};
static const struct preset_value text[] = {
    {"task", "classify"}, {"head", "max"}, {"bidirectional", "yes"},
    {"layers", "1"}, {"hidden", "200"}, {"embedding", "300"},
    {"init-scale", "0.1"}, {"epochs", "20"}, {"batch", "32"},
    {"dropout", "0.75"}, {"label-smoothing", "0.1"}, {"max-grad-norm", "5"},
    {"optim", "adam"}, {"schedule", "linear"}, {"lr", "0.001"},
    {NULL, NULL},
};
static const struct preset_value tags[] = {
    {"task", "label"}, {"head", "steps"}, {"bidirectional", "yes"},
    {"layers", "1"}, {"hidden", "200"}, {"embedding", "100"},
    {"init-scale", "0.1"}, {"epochs", "25"}, {"batch", "16"},
    {"dropout", "0.6"}, {"max-grad-norm", "5"},
    {"optim", "adam"}, {"schedule", "linear"}, {"lr", "0.002"},
    {NULL, NULL},
};
static const struct preset_value chunks[] = {
    {"task", "label"}, {"head", "crf"}, {"bidirectional", "yes"},
    {"metric", "f1"}, {"bio", "yes"},
    {"layers", "1"}, {"hidden", "200"}, {"embedding", "100"},
    {"init-scale", "0.1"}, {"epochs", "25"}, {"batch", "16"},
    {"dropout", "0.6"}, {"max-grad-norm", "5"},
    {"optim", "adam"}, {"schedule", "linear"}, {"lr", "0.002"},
    {NULL, NULL},
};

static const struct preset_value frequent_words[] = {
    {"min-count", "2"},
    {NULL, NULL},
};
static const struct preset_value spelling[] = {
    {"features", "suffix2,suffix3,prefix3,shape"}, {"lower", "yes"}, {"min-count", "2"},
    {NULL, NULL},
};
static const struct preset_value spelling_and_tag[] = {
    {"features", "suffix2,suffix3,prefix3,shape,column2,lower-1,lower+1,lower+2,"
                 "column2-1,column2+1,column2+2"},
    {"lower", "yes"}, {"min-count", "2"},
    {NULL, NULL},
};
// clang-format on

static const struct preset presets[] = {
    {"test", test, NULL, false},
    {"small", small, NULL, false},
    {"medium", medium, NULL, false},
    {"large", large, NULL, false},
    {"fast", fast, NULL, true},
    {"strong", strong, NULL, true},
    {"best", best, NULL, true},
    {"record", record, NULL, true},
    {"text", text, frequent_words, false},
    {PRESET_IMAGES, images, NULL, false},
    {"tags", tags, spelling, false},
    {"chunks", chunks, spelling_and_tag, false},
};

double preset_dropout(double passes)
{
    return round(65.0 * passes / (passes + 10.0)) / 100.0;
}

const struct preset *preset_at(size_t i)
{
    return i < sizeof presets / sizeof *presets ? &presets[i] : NULL;
}

const struct preset *preset_find(const char *name)
{
    for (size_t i = 0; preset_at(i) != NULL; i++)
        if (strcmp(preset_at(i)->name, name) == 0)
            return preset_at(i);
    return NULL;
}

const char *preset_name_at(size_t i)
{
    return preset_at(i) != NULL ? preset_at(i)->name : NULL;
}

static const char *find_value(const struct preset_value *v, const char *setting)
{
    for (; v != NULL && v->setting != NULL; v++)
        if (strcmp(v->setting, setting) == 0)
            return v->value;
    return NULL;
}

const char *preset_value(const struct preset *preset, const char *setting)
{
    const char *value = find_value(preset->values, setting);
    return value != NULL ? value : find_value(preset->text, setting);
}

bool preset_has(const struct preset *preset, const char *setting)
{
    return preset_value(preset, setting) != NULL;
}

const char *preset_task(const struct preset *preset)
{
    return preset_has(preset, "task") ? preset_value(preset, "task") : "lm";
}

const struct preset *preset_of_task(const char *task)
{
    static const char *const usual[][2] = {{"classify", "text"}, {"label", "tags"}};
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        if (strcmp(usual[i][0], task) == 0)
            return preset_find(usual[i][1]);
    return preset_find("small");
}

/* Values of a list, or of its choices alone; `missing`: the table may be without them. */
static enum status apply(const struct preset *preset, const struct preset_value *v,
                         const struct setting_values *values, bool choices_only, bool missing,
                         struct err *err)
{
    for (; v != NULL && v->setting != NULL; v++) {
        struct setting_ref at;
        char called[80];
        snprintf(called, sizeof called, "'%s' of the preset '%s'", v->setting, preset->name);
        const bool found = setting_find(values->groups, v->setting, &at);
        if (!found && !missing)
            return err_set(err, ST_USAGE, "%s is no setting", called);
        if (!found || values->given[at.index] || (choices_only && at.row->type != SETTING_CHOICE) ||
            !setting_applies(values, at.row))
            continue;
        TRY(setting_set(at.row, setting_base(&at, values->all), called, v->value, err));
    }
    return ST_OK;
}

enum status preset_choose(const struct preset *preset, const struct setting_values *values,
                          struct err *err)
{
    return apply(preset, preset->values, values, true, false, err);
}

enum status preset_apply(const struct preset *preset, const struct setting_values *values,
                         struct err *err)
{
    TRY(apply(preset, preset->values, values, false, false, err));
    return preset_apply_text(preset, values, err);
}

enum status preset_apply_text(const struct preset *preset, const struct setting_values *values,
                              struct err *err)
{
    return apply(preset, preset->text, values, false, true, err);
}
