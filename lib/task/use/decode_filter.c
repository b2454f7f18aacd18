/* The filters of the distribution from which a word is drawn. */
#include "lib/task/use/decode.h"

#include <string.h>

/* The k likeliest. */
static void top_k(const struct candidate *candidates, size_t *n, double value)
{
    (void)candidates;
    if (value >= 1.0 && value < (double)*n)
        *n = (size_t)value;
}

/* The fewest likeliest words that together have probability `value` (Holtzman et al. 2020). */
static void top_p(const struct candidate *candidates, size_t *n, double value)
{
    double all = 0.0, sum = 0.0;
    for (size_t i = 0; i < *n; i++)
        all += candidates[i].p;
    for (size_t i = 0; i < *n; i++) {
        sum += candidates[i].p;
        if (sum >= value * all) {
            *n = i + 1;
            return;
        }
    }
}

/* The words at least `value` times as likely as the likeliest (Nguyen et al. 2024). */
static void min_p(const struct candidate *candidates, size_t *n, double value)
{
    size_t kept = 1;
    while (kept < *n && candidates[kept].p >= value * candidates[0].p)
        kept++;
    *n = kept;
}

static const struct filter_ops filters[] = {
    {"top-k", 0.0, top_k},
    {"top-p", 1.0, top_p},
    {"min-p", 0.0, min_p},
};

const struct filter_ops *filter_at(size_t i)
{
    return i < sizeof filters / sizeof *filters ? &filters[i] : NULL;
}

struct decode_settings decode_settings_plain(void)
{
    struct decode_settings settings = {.temperature = 1.0, .banned = -1, .seed = 1};
    for (size_t i = 0; filter_at(i) != NULL; i++)
        settings.filters[i] = filter_at(i)->off;
    return settings;
}

void decode_settings_filter(struct decode_settings *settings, const char *name, double value)
{
    for (size_t i = 0; filter_at(i) != NULL; i++)
        if (strcmp(filter_at(i)->name, name) == 0)
            settings->filters[i] = value;
}
