#include "cmd/option/reading_options.h"

#include "corpora/input/encoding.h"

#define FIELD(member) offsetof(struct text_reading, member)

const struct setting reading_rows[] = {
    {.name = "encoding",
     .type = SETTING_TEXT,
     .offset = FIELD(encoding),
     .value_name = "NAME",
     .help = "encoding of the texts [UTF-8, or as a mark says]",
     .rare = true,
     .check = encoding_check},
    {.name = "json-field",
     .type = SETTING_TEXT,
     .offset = FIELD(json_field),
     .value_name = "FIELD",
     .help = "read JSON lines, whose field FIELD is the text",
     .rare = true},
    {.name = NULL},
};
