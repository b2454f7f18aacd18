/* Presets: lists of settings to start from. */
#ifndef PTBLM_TASK_SETTINGS_PRESET_H
#define PTBLM_TASK_SETTINGS_PRESET_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/err.h"
#include "lib/base/setting.h"

#define PRESET_IMAGES "images"

struct preset_value {
    const char *setting, *value; /* the value as one would type it */
};

struct preset {
    const char *name;
    const struct preset_value *values; /* up to one without setting */
    const struct preset_value *text;   /* how a text is read: a table of settings may be without
                                          these; NULL: as always */
    bool fits_text; /* its dropout follows the size of the text: preset_dropout */
};

/* The dropout for so many passes over the text: 0.65 E / (E + 10), to two decimals. A network that
 * sees a text more often learns more of it by heart; tests/bench/recipes.md has what this was found
 * by. */
double preset_dropout(double passes);

/* The i-th preset, NULL after the last; that of a name, NULL where there is none. */
const struct preset *preset_at(size_t i);
const struct preset *preset_find(const char *name);

/* Its name, NULL after the last. */
const char *preset_name_at(size_t i);

/* The task that a preset is for, and the usual preset of a task. */
const char *preset_task(const struct preset *preset);
const struct preset *preset_of_task(const char *task);

/* Its value for a setting, as one would type it; NULL: it has none. */
const char *preset_value(const struct preset *preset, const char *setting);
bool preset_has(const struct preset *preset, const char *setting);

/* The first part of preset_apply: settings on which others depend, the choices. */
enum status preset_choose(const struct preset *preset, const struct setting_values *values,
                          struct err *err);

/* Sets what has not been given. ST_USAGE where a value of the preset is none of the settings'. */
enum status preset_apply(const struct preset *preset, const struct setting_values *values,
                         struct err *err);

/* The same of its values that say how a text is read, for a table that may have no others. */
enum status preset_apply_text(const struct preset *preset, const struct setting_values *values,
                              struct err *err);

#endif
