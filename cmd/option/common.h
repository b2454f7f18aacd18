/* Options that several commands share. A command embeds the values in its own values struct and
 * adds the rows that it uses to its own:
 *
 *     struct values { const char *output; struct common_values common; };
 *     static const struct option_def rows[] = {
 *         {"output", 'o', OPTION_STRING, offsetof(struct values, output), ...},
 *         COMMON_ROWS(struct values, common),
 *     };
 *
 * --quiet takes effect by itself: command_run looks for the row. */
#ifndef PTBLM_CMD_OPTION_COMMON_H
#define PTBLM_CMD_OPTION_COMMON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cmd/option/option.h"
#include "lib/base/err.h"
#include "lib/model/compute.h"

struct common_values {
    int64_t seed;
    int64_t threads;     /* 0: not given; common_threads has the number to use */
    const char *kernels; /* NULL: the fastest */
    bool quiet;
};

/* Seeds and threads at the most: whole numbers that a double holds exactly, as the rows' range
 * does; and more threads than any one machine of today has. */
#define COMMON_SEED_MAX    0x1p53
#define COMMON_THREADS_MAX 1024

#define COMMON_SEED(values_type, member)                                                           \
    {                                                                                              \
        .name = "seed", .type = OPTION_INT, .offset = offsetof(values_type, member.seed),          \
        .max = COMMON_SEED_MAX, .dflt = "1", .value_name = "N",                                    \
        .help = "seed of all random numbers",                                                      \
    }

#define COMMON_THREADS(values_type, member)                                                        \
    {                                                                                              \
        .name = "threads", .type = OPTION_INT, .offset = offsetof(values_type, member.threads),    \
        .min = 1, .max = COMMON_THREADS_MAX, .value_name = "N",                                    \
        .help = "threads [all cores the process may use]",                                         \
    }

/* What computes: --threads and --kernels. */
#define COMMON_COMPUTE(values_type, member)                                                        \
    COMMON_THREADS(values_type, member),                                                           \
    {                                                                                              \
        .name = "kernels", .type = OPTION_CHOICE, .offset = offsetof(values_type, member.kernels), \
        .choice_at = compute_kernels_at, .value_name = "NAME",                                     \
        .help = "kernel set, instead of the fastest",                                              \
    }

#define COMMON_QUIET(values_type, member)                                                          \
    {                                                                                              \
        .name = "quiet", .letter = 'q', .type = OPTION_FLAG,                                       \
        .offset = offsetof(values_type, member.quiet),                                             \
        .help = "no messages but warnings and errors",                                             \
    }

#define COMMON_ROWS(values_type, member)                                                           \
    COMMON_SEED(values_type, member), COMMON_COMPUTE(values_type, member),                         \
        COMMON_QUIET(values_type, member)

/* What --threads says, or else the number of cores that this process may run on. */
int common_threads(const struct common_values *values);

/* Sets threads and kernels for all work to come. ST_USAGE where this processor cannot run the
 * kernels. */
enum status common_compute(const struct common_values *values, struct err *err);

/* ST_NOMEM where `work` ("training") would take more than this process can have; `less` is what
 * would need less ("a smaller --hidden"). To be asked before the work. */
enum status common_check_memory(const char *work, double bytes, const char *less, struct err *err);

#endif
