/* Presets: lists of settings to start from. */
#ifndef PTBLM_TASK_SETTINGS_PRESET_H
#define PTBLM_TASK_SETTINGS_PRESET_H

#include <stddef.h>

#include "lib/base/err.h"
#include "lib/base/setting.h"

struct preset_value {
    const char *setting, *value; /* the value as one would type it */
};

struct preset {
    const char *name;
    const struct preset_value *values; /* up to one without setting */
};

/* The i-th preset, NULL after the last; that of a name, NULL where there is none. */
const struct preset *preset_at(size_t i);
const struct preset *preset_find(const char *name);

/* Its name, NULL after the last. */
const char *preset_name_at(size_t i);

/* Sets what has not been given. ST_USAGE where a value of the preset is none of the settings'. */
enum status preset_apply(const struct preset *preset, const struct setting_values *values,
                         struct err *err);

#endif
