#include "lib/task/settings/preset.h"

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
// clang-format on

static const struct preset presets[] = {
    {"test", test}, {"small", small}, {"medium", medium}, {"large", large}};

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

enum status preset_apply(const struct preset *preset, const struct setting_values *values,
                         struct err *err)
{
    for (const struct preset_value *v = preset->values; v->setting != NULL; v++) {
        struct setting_ref at;
        char called[80];
        snprintf(called, sizeof called, "'%s' of the preset '%s'", v->setting, preset->name);
        if (!setting_find(values->groups, v->setting, &at))
            return err_set(err, ST_USAGE, "%s is no setting", called);
        if (!values->given[at.index])
            TRY(setting_set(at.row, setting_base(&at, values->all), called, v->value, err));
    }
    return ST_OK;
}
