/* The options that name the marks of other programs in a text: --bos, --eos,
 * --unk; and --normalize. Rows for a
 * struct marker_names (vocab/markers.h), as in cmd/option/common.h. */
#ifndef PTBLM_CMD_OPTION_MARKER_OPTIONS_H
#define PTBLM_CMD_OPTION_MARKER_OPTIONS_H

#include "cmd/option/option.h"
#include "vocab/markers.h"

extern const struct setting marker_rows[];

#endif
