/* What the lines that "ptblm score" has scored add up to. */
#ifndef PTBLM_CMD_REPORT_SCORE_REPORT_H
#define PTBLM_CMD_REPORT_SCORE_REPORT_H

#include "lib/base/err.h"
#include "lib/task/use/score.h"

/* Prints the totals as a record on standard output. `per_nat` is -1 / ln base, for the base of the
 * log-probabilities. */
enum status score_report_totals(const struct score_totals *totals, double per_nat, struct err *err);

#endif
