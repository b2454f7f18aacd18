/* What "ptblm eval" prints of labels. */
#ifndef PTBLM_CMD_REPORT_LABEL_REPORT_H
#define PTBLM_CMD_REPORT_LABEL_REPORT_H

#include <stdbool.h>

#include "lib/base/err.h"
#include "lib/task/data/examples.h"
#include "lib/task/data/names.h"
#include "lib/task/use/predict.h"

struct label_figures {
    const struct names *labels;
    const struct examples *examples; /* with labels */
    const struct predictions *predictions;
};

/* A record: loss, accuracy, the means of precision, recall and F1; F1 of chunks where labels mark
 * them; then tables of their types and of the classes, and the confusion matrix of up to
 * LABEL_CONFUSION_MAX. */
enum { LABEL_CONFUSION_MAX = 30 };
enum status label_report(const struct label_figures *figures, bool json, struct err *err);

/* What the script conlleval prints of labels for each step. */
enum status label_report_conlleval(const struct label_figures *figures, struct err *err);

#endif
