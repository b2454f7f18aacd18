#include "lib/task/run/preset.h"

#include <string.h>

// clang-format off
static const struct preset presets[] = {
/*   name      init  lr   clip layers steps hidden hold epochs dropout lr_decay  batch */
    {"test",   0.1,  1.0,  1,  1,      2,      2,   1,   1,    0.0,    0.5,       20},
    {"small",  0.1,  1.0,  5,  2,     20,    200,   4,  13,    0.0,    0.5,       20},
    {"medium", 0.05, 1.0,  5,  2,     35,    650,   6,  39,    0.5,    0.8,       20},
    {"large",  0.04, 1.0, 10,  2,     35,   1500,  14,  55,    0.65,   1 / 1.15,  20},
};
// clang-format on

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
