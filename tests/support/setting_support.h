/* A value for any row, for tests that walk tables. */
#ifndef PTBLM_TESTS_SUPPORT_SETTING_SUPPORT_H
#define PTBLM_TESTS_SUPPORT_SETTING_SUPPORT_H

#include <stdio.h>
#include <string.h>

#include "lib/base/setting.h"

enum { SAMPLE_SIZE = 64 };

static inline const char *sample_choice(const struct setting *row)
{
    const char *last = row->choice_at(0);
    for (size_t i = 0; row->choice_at(i) != NULL; i++)
        if (row->dflt == NULL || strcmp(row->choice_at(i), row->dflt) != 0)
            last = row->choice_at(i);
    return last;
}

/* A valid value as a user would type it, other than the default if there is another. */
static inline const char *sample_value(char out[SAMPLE_SIZE], const struct setting *row)
{
    const double width = row->max - row->min;
    const double whole = row->min + (width >= 3.0 ? 3.0 : width);
    const char *text = "some/caf\xe9";
    switch (row->type) {
    case SETTING_FLAG:
        text = row->dflt != NULL && strcmp(row->dflt, "yes") == 0 ? "no" : "yes";
        break;
    case SETTING_INT:
        snprintf(out, SAMPLE_SIZE, "%.0f", whole);
        return out;
    case SETTING_FLOAT:
        snprintf(out, SAMPLE_SIZE, "%.15g",
                 row->min <= 0.25 && row->max >= 0.25 ? 0.25 : row->min + width / 2.0);
        return out;
    case SETTING_LIST:
        snprintf(out, SAMPLE_SIZE, "%.0f,%.0f", whole, row->min);
        return out;
    case SETTING_CHOICE:
        return sample_choice(row);
    case SETTING_TEXT:
        text = row->check == NULL                   ? "some text"
               : row->check("zero", NULL) == ST_OK  ? "zero"
               : row->check("shape", NULL) == ST_OK ? "shape"
                                                    : "UTF-16LE";
        break;
    case SETTING_PATH:
    case SETTING_DIR:
        break;
    }
    snprintf(out, SAMPLE_SIZE, "%s", text);
    return out;
}

#endif
