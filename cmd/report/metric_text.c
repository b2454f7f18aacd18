#include "cmd/report/metric_text.h"

#include <stdio.h>

enum { PERPLEXITY_DIGITS = 4, SHARE_DIGITS = 6 };

const char *report_figure(char out[REPORT_TEXT], const struct metric *metric, double value,
                          int digits)
{
    if (!metric->is_share)
        return report_perplexity(out, value, digits);
    snprintf(out, REPORT_TEXT, "%.2f %%", 100.0 * value);
    return out;
}

const char *report_metric(char out[REPORT_TEXT], const struct metric *metric, double value)
{
    if (!metric->is_share)
        return report_perplexity(out, value, PERPLEXITY_DIGITS);
    snprintf(out, REPORT_TEXT, "%.*f", SHARE_DIGITS, value);
    return out;
}
