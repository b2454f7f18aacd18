#include "lib/task/settings/preset.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Those of the TensorFlow PTB tutorial (tensorflow/models, tutorials/rnn/ptb/ptb_word_lm.py:
 * TestConfig, SmallConfig, MediumConfig, LargeConfig): hold is its max_epoch, epochs its
 * max_max_epoch, and dropout 1 - keep_prob. The learning rate is of the loss summed over the T
 * steps and averaged over the B rows; large's lr-decay is 1 / 1.15. */
// clang-format off
static const struct preset_value test[] = {
    {"layers", "1", false}, {"hidden", "2", false}, {"init-scale", "0.1", false},
    {"epochs", "1", false}, {"batch", "20", false}, {"steps", "2", false},
    {"dropout", "0", false}, {"max-grad-norm", "1", false},
    {"lr", "1", false}, {"hold", "1", false}, {"lr-decay", "0.5", false},
    {NULL, NULL, false},
};
static const struct preset_value small[] = {
    {"layers", "2", false}, {"hidden", "200", false}, {"init-scale", "0.1", false},
    {"epochs", "13", false}, {"batch", "20", false}, {"steps", "20", false},
    {"dropout", "0", false}, {"max-grad-norm", "5", false},
    {"lr", "1", false}, {"hold", "4", false}, {"lr-decay", "0.5", false},
    {NULL, NULL, false},
};
static const struct preset_value medium[] = {
    {"layers", "2", false}, {"hidden", "650", false}, {"init-scale", "0.05", false},
    {"epochs", "39", false}, {"batch", "20", false}, {"steps", "35", false},
    {"dropout", "0.5", false}, {"max-grad-norm", "5", false},
    {"lr", "1", false}, {"hold", "6", false}, {"lr-decay", "0.8", false},
    {NULL, NULL, false},
};
static const struct preset_value large[] = {
    {"layers", "2", false}, {"hidden", "1500", false}, {"init-scale", "0.04", false},
    {"epochs", "55", false}, {"batch", "20", false}, {"steps", "35", false},
    {"dropout", "0.65", false}, {"max-grad-norm", "10", false},
    {"lr", "1", false}, {"hold", "14", false}, {"lr-decay", "0.8695652173913044", false},
    {NULL, NULL, false},
};
static const struct preset_value images[] = {
    {"task", "classify", false}, {"head", "last", false}, {"bidirectional", "yes", false},
    {"layers", "1", false}, {"hidden", "128", false}, {"init-scale", "0.1", false},
    {"epochs", "25", false}, {"batch", "128", false},
    {"dropout", "0.4", false}, {"max-grad-norm", "5", false},
    {"optim", "adam", false}, {"schedule", "linear", false}, {"lr", "0.003", false},
    {NULL, NULL, false},
};
static const struct preset_value text[] = {
    {"task", "classify", false}, {"head", "max", false}, {"bidirectional", "yes", false},
    {"min-count", "2", true},
    {"layers", "1", false}, {"hidden", "200", false}, {"embedding", "300", false},
    {"init-scale", "0.1", false}, {"epochs", "20", false}, {"batch", "32", false},
    {"dropout", "0.75", false}, {"max-grad-norm", "5", false},
    {"optim", "adam", false}, {"schedule", "linear", false}, {"lr", "0.001", false},
    {NULL, NULL, false},
};
static const struct preset_value tags[] = {
    {"task", "label", false}, {"head", "steps", false}, {"bidirectional", "yes", false},
    {"features", "suffix2,suffix3,prefix3,shape", true}, {"lower", "yes", true},
    {"min-count", "2", true},
    {"layers", "1", false}, {"hidden", "200", false}, {"embedding", "100", false},
    {"init-scale", "0.1", false}, {"epochs", "25", false}, {"batch", "16", false},
    {"dropout", "0.6", false}, {"max-grad-norm", "5", false},
    {"optim", "adam", false}, {"schedule", "linear", false}, {"lr", "0.002", false},
    {NULL, NULL, false},
};
static const struct preset_value chunks[] = {
    {"task", "label", false}, {"head", "crf", false}, {"bidirectional", "yes", false},
    {"metric", "f1", false}, {"bio", "yes", false},
    {"features", "suffix2,suffix3,prefix3,shape,column2", true}, {"lower", "yes", true},
    {"min-count", "2", true},
    {"layers", "1", false}, {"hidden", "200", false}, {"embedding", "100", false},
    {"init-scale", "0.1", false}, {"epochs", "25", false}, {"batch", "16", false},
    {"dropout", "0.6", false}, {"max-grad-norm", "5", false},
    {"optim", "adam", false}, {"schedule", "linear", false}, {"lr", "0.002", false},
    {NULL, NULL, false},
};
// clang-format on

static const struct preset presets[] = {
    {"test", test}, {"small", small},        {"medium", medium}, {"large", large},
    {"text", text}, {PRESET_IMAGES, images}, {"tags", tags},     {"chunks", chunks}};

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

const char *preset_value(const struct preset *preset, const char *setting)
{
    for (const struct preset_value *v = preset->values; v->setting != NULL; v++)
        if (strcmp(v->setting, setting) == 0)
            return v->value;
    return NULL;
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

/* Which of its values. */
enum part { ALL, CHOICES, OF_TEXT };

static enum status apply(const struct preset *preset, const struct setting_values *values,
                         enum part part, struct err *err)
{
    for (const struct preset_value *v = preset->values; v->setting != NULL; v++) {
        if (part == OF_TEXT && !v->of_text)
            continue;
        struct setting_ref at;
        char called[80];
        snprintf(called, sizeof called, "'%s' of the preset '%s'", v->setting, preset->name);
        const bool found = setting_find(values->groups, v->setting, &at);
        if (!found && !v->of_text)
            return err_set(err, ST_USAGE, "%s is no setting", called);
        if (!found || values->given[at.index] ||
            (part == CHOICES && at.row->type != SETTING_CHOICE) || !setting_applies(values, at.row))
            continue;
        TRY(setting_set(at.row, setting_base(&at, values->all), called, v->value, err));
    }
    return ST_OK;
}

enum status preset_choose(const struct preset *preset, const struct setting_values *values,
                          struct err *err)
{
    return apply(preset, values, CHOICES, err);
}

enum status preset_apply(const struct preset *preset, const struct setting_values *values,
                         struct err *err)
{
    return apply(preset, values, ALL, err);
}

enum status preset_apply_text(const struct preset *preset, const struct setting_values *values,
                              struct err *err)
{
    return apply(preset, values, OF_TEXT, err);
}
