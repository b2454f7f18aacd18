/* Options that several commands share: rows for a struct that a command has among its values.
 *
 *     struct values { const char *output; struct common_values common; };
 *     static const struct setting_group options[] = {
 *         {.rows = rows},
 *         {.rows = common_quiet_rows, .offset = offsetof(struct values, common)},
 *         {.rows = NULL},
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

/* Seeds are whole numbers that a double holds exactly, as the range of a row does; and no machine
 * of today has more threads. */
#define COMMON_SEED_MAX    0x1p53
#define COMMON_THREADS_MAX 1024

/* --seed; --threads and --kernels, what computes; --quiet. */
extern const struct setting common_seed_rows[], common_compute_rows[], common_quiet_rows[];

/* What --threads says, or else the number of cores that this process may run on. */
int common_threads(const struct common_values *values);

/* Sets threads and kernels for all work that follows. ST_USAGE where this processor cannot run the
 * kernels. */
enum status common_compute(const struct common_values *values, struct err *err);

/* ST_NOMEM where `work` ("training") would take more than this process can have; `less` is what
 * would need less ("a smaller --hidden"). Ask before the work. */
enum status common_check_memory(const char *work, double bytes, const char *less, struct err *err);

#endif
