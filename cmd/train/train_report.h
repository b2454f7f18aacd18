/* What ptblm train says before and after a run; train_view.h has what it says meanwhile. */
#ifndef PTBLM_CMD_TRAIN_TRAIN_REPORT_H
#define PTBLM_CMD_TRAIN_TRAIN_REPORT_H

#include <stddef.h>
#include <stdint.h>

#include "lib/task/train/train.h"

/* Notes on the model, the training and what computes it, in so many bytes. */
void train_report_settings(const struct train_config *c, const struct model_shape *m,
                           uint64_t weights, double bytes);

/* Warns of a warm-up that a run of so many steps does not get through. */
void train_report_warmup(const struct train_config *config, uint64_t steps);

/* A result: "test_perplexity 111.9043". */
void train_print_metric(const char *of, const struct metric *metric, double value);

/* Results: the best epoch and its metric on the valid text, if there is one. */
void train_print_best(const struct train_state *s, const struct metric *metric);

/* Warns of a metric worse than that of a guess; or if no epoch was better on the valid text than
 * the model that training started from, whose metric there was `start`; 0: there was none. */
void train_report_success(const struct train_state *s, const struct train_config *config,
                          const struct model_shape *shape, double start);

/* Says why the run in `dir` has ended, and which option asks for more. */
void train_report_end(const struct train_state *s, const struct train_config *config,
                      const char *dir);

#endif
