/* The rows of the averages' settings. */
#include "lib/optim/average.h"

static bool applies(const struct setting *row, const char *average)
{
    return average_uses(average_find(average), row->name);
}

#define FIELD(member) .offset = offsetof(struct average_settings, member)
#define OF_SOME       .rare = true, .owner = "average", .applies = applies

const struct setting average_settings_rows[] = {
    {.name = "average-decay",
     .type = SETTING_FLOAT,
     FIELD(decay),
     .max = 0.9999999,
     .dflt = "0.999",
     .value_name = "X",
     .help = "ema: what a step keeps of the average",
     OF_SOME},
    {.name = "average-patience",
     .type = SETTING_INT,
     FIELD(patience),
     .min = 1,
     .max = AVERAGE_PATIENCE_MAX,
     .dflt = "5",
     .value_name = "N",
     .help = "nt: the last epochs that are not compared with",
     OF_SOME},
    {.name = "average-start",
     .type = SETTING_FLOAT,
     FIELD(start),
     .max = 0.999,
     .dflt = "0.5",
     .value_name = "X",
     .help = "tail: the share of the run that is left out",
     OF_SOME},
    {.name = NULL},
};
