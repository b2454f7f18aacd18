/* The options that say how texts are written: --encoding, --json-field. Rows for a struct
 * text_reading (corpora/source_list.h), as in cmd/option/common.h. */
#ifndef PTBLM_CMD_OPTION_READING_OPTIONS_H
#define PTBLM_CMD_OPTION_READING_OPTIONS_H

#include "cmd/option/option.h"
#include "corpora/source_list.h"

extern const struct setting reading_rows[];

#endif
