#include "cmd/option/marker_options.h"

#define FIELD(member) offsetof(struct marker_names, member)

const struct setting marker_rows[] = {
    {.name = "bos",
     .type = SETTING_TEXT,
     .offset = FIELD(bos),
     .value_name = "TOKEN",
     .help = "what lines begin with, to be dropped, such as '<s>'",
     .rare = true,
     .check = marker_check},
    {.name = "eos",
     .type = SETTING_TEXT,
     .offset = FIELD(eos),
     .value_name = "TOKEN",
     .help = "what stands for the end of a line, such as '</s>'",
     .rare = true,
     .check = marker_check},
    {.name = "unk",
     .type = SETTING_TEXT,
     .offset = FIELD(unk),
     .value_name = "TOKEN",
     .help = "what stands for unknown words, such as '[UNK]'",
     .rare = true,
     .check = marker_check},
    {.name = NULL},
};
