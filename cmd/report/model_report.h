/* What a model file was taken for, where another program wrote it or saved it again. */
#ifndef PTBLM_CMD_REPORT_MODEL_REPORT_H
#define PTBLM_CMD_REPORT_MODEL_REPORT_H

#include "lib/task/use/lm.h"

/* A note where names or types were changed in reading, and a warning where the file does not say
 * what its figures depend on. `cell` and `tokenizer` are what the user says of it; NULL: nothing.
 * Nothing is printed for a file as ptblm wrote it. */
void model_report(const struct lm *lm, const char *cell, const char *tokenizer);

#endif
