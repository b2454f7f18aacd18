/* Metrics of all tasks as text. */
#ifndef PTBLM_CMD_REPORT_METRIC_TEXT_H
#define PTBLM_CMD_REPORT_METRIC_TEXT_H

#include "cmd/report/report.h"
#include "lib/task/train/task.h"

/* For people: a share in per cent, with `digits` after the point. Returns `out`. */
const char *report_figure(char out[REPORT_TEXT], const struct metric *metric, double value,
                          int digits);

/* As a result: a share from 0 to 1. */
const char *report_metric(char out[REPORT_TEXT], const struct metric *metric, double value);

#endif
