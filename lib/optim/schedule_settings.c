/* The rows of the schedules' settings. Defaults that depend on the schedule are in its row of the
 * table of schedules, those that depend on the network in a preset. */
#include "lib/optim/schedule.h"

static bool applies(const struct setting *row, const char *schedule)
{
    return schedule_uses(schedule_find(schedule), row->name);
}

#define FIELD(member)  .offset = offsetof(struct schedule_settings, member)
#define NUMBER(member) .type = SETTING_FLOAT, FIELD(member), .value_name = "X"
#define COUNT(member)  .type = SETTING_INT, FIELD(member), .value_name = "N"
#define OF_SOME        .rare = true, .owner = "schedule", .applies = applies

const struct setting schedule_settings_rows[] = {
    {.name = "lr",
     NUMBER(lr),
     .min = 1e-12,
     .max = 1e6,
     .help = "learning rate, of the loss summed over the steps"},
    {.name = "hold", COUNT(hold), .max = 100000, .help = "epochs before it first falls", OF_SOME},
    {.name = "lr-decay",
     NUMBER(decay),
     .min = 1e-6,
     .max = 1,
     .help = "factor by which it falls",
     OF_SOME},
    {.name = "plateau-patience",
     COUNT(patience),
     .max = 100000,
     .dflt = "0",
     .help = "epochs without gain before it falls",
     OF_SOME},
    {.name = "plateau-gain",
     NUMBER(min_gain),
     .max = 0.999,
     .dflt = "0",
     .help = "least gain of an epoch, as a share of the best",
     OF_SOME},
    {.name = "final-share",
     NUMBER(final_share),
     .max = 1,
     .dflt = "0",
     .help = "last rate, as a share of the first",
     OF_SOME},
    {.name = "warmup",
     NUMBER(warmup),
     .max = 1e15,
     .help = "steps of rising; below 1: their share [0; one-cycle: 0.3]",
     OF_SOME},
    {.name = "start-divisor",
     NUMBER(start_divisor),
     .min = 1,
     .max = 1e9,
     .dflt = "25",
     .help = "the first rate is the highest divided by this",
     OF_SOME},
    {.name = "end-divisor",
     NUMBER(end_divisor),
     .min = 1,
     .max = 1e15,
     .dflt = "10000",
     .help = "the last rate is the first divided by this",
     OF_SOME},
    {.name = NULL},
};
