/* ptblm eval of a model that gives labels. */
#ifndef PTBLM_CMD_EVAL_EVAL_LABELS_H
#define PTBLM_CMD_EVAL_EVAL_LABELS_H

#include "cmd/command.h"

/* "record", "conlleval", for --format. */
const char *eval_format_at(size_t i);

enum status eval_labels(const struct invocation *call, struct err *err);

#endif
