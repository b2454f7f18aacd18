/* The JSON object of a checkpoint; for lib/task/run/checkpoint*.c only. */
#ifndef PTBLM_TASK_RUN_CHECKPOINT_SUMMARY_H
#define PTBLM_TASK_RUN_CHECKPOINT_SUMMARY_H

#include "lib/base/buf.h"
#include "lib/task/run/checkpoint.h"

#define CHECKPOINT_NOTE "ptblm.state"

enum status checkpoint_summary_format(const struct checkpoint *c, struct buf *text,
                                      struct err *err);

/* ST_INPUT, naming `path`, where a member is missing or its value impossible. */
enum status checkpoint_summary_parse(struct checkpoint_summary *s, const char *path,
                                     const char *text, struct err *err);

#endif
