/* The JSON object of a checkpoint; private to lib/task/run/checkpoint*.c. */
#ifndef PTBLM_TASK_RUN_CHECKPOINT_SUMMARY_H
#define PTBLM_TASK_RUN_CHECKPOINT_SUMMARY_H

#include "lib/base/buf.h"
#include "lib/task/run/checkpoint.h"

#define CHECKPOINT_NOTE "ptblm.state"

enum status checkpoint_summary_format(const struct checkpoint *c, struct buf *text,
                                      struct err *err);

/* ST_INPUT, naming `path`, if a member is missing or its value is impossible. */
enum status checkpoint_summary_parse(struct checkpoint_summary *s, const char *path,
                                     const char *text, struct err *err);

#endif
