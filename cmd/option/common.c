#include "cmd/option/common.h"

#include <math.h>

#include "cmd/report/report.h"
#include "lib/base/limit/mem_limit.h"

#define FIELD(member) offsetof(struct common_values, member)

const struct setting common_seed_rows[] = {
    {.name = "seed",
     .type = SETTING_INT,
     .offset = FIELD(seed),
     .max = COMMON_SEED_MAX,
     .dflt = "1",
     .value_name = "N",
     .help = "seed of all random numbers"},
    {.name = NULL},
};

const struct setting common_compute_rows[] = {
    {.name = "threads",
     .type = SETTING_INT,
     .offset = FIELD(threads),
     .min = 1,
     .max = COMMON_THREADS_MAX,
     .value_name = "N",
     .help = "threads [all cores the process may use]",
     .change = SETTING_FREE,
     .record = SETTING_IN_CONFIG},
    {.name = "kernels",
     .type = SETTING_CHOICE,
     .offset = FIELD(kernels),
     .choice_at = compute_kernels_at,
     .value_name = "NAME",
     .help = "kernel set [the fastest]",
     .rare = true,
     .change = SETTING_FREE},
    {.name = NULL},
};

const struct setting common_quiet_rows[] = {
    {.name = "quiet",
     .letter = 'q',
     .type = SETTING_FLAG,
     .offset = FIELD(quiet),
     .help = "no messages but warnings and errors",
     .change = SETTING_FREE,
     .record = SETTING_UNRECORDED},
    {.name = NULL},
};

int common_threads(const struct common_values *values)
{
    if (values->threads > 0)
        return (int)values->threads;
    const int cores = compute_processors();
    return cores > COMMON_THREADS_MAX ? COMMON_THREADS_MAX : cores;
}

enum status common_compute(const struct common_values *values, struct err *err)
{
    if (values->kernels != NULL && !compute_choose_kernels(values->kernels))
        return err_set(err, ST_USAGE,
                       "this processor cannot run the kernels '%s': without --kernels, the fastest "
                       "that it can run are taken",
                       values->kernels);
    if (values->threads > compute_processors())
        report_warning(
            "--threads %d is more than the %d processor%s that this process may use, and "
            "makes the work slower",
            (int)values->threads, compute_processors(), compute_processors() == 1 ? "" : "s");
    compute_set_threads(common_threads(values));
    return ST_OK;
}

enum status common_check_memory(const char *work, double bytes, const char *less, struct err *err)
{
    const struct mem_limit limit = mem_limit_find();
    char needed[REPORT_TEXT], left[REPORT_TEXT];
    if (bytes <= limit.bytes)
        return ST_OK;
    return err_set(err, ST_NOMEM, "%s needs about %s of memory, and %s %s; %s needs less", work,
                   report_bytes(needed, (uint64_t)fmin(bytes, 0x1p63)), limit.what,
                   report_bytes(left, (uint64_t)limit.bytes), less);
}
