/* What `ptblm bench` has measured, its two forms on standard output, and the measurement of text.
 */
#ifndef PTBLM_CMD_REPORT_BENCH_REPORT_H
#define PTBLM_CMD_REPORT_BENCH_REPORT_H

#include "lib/base/err.h"
#include "lib/model/compute.h"
#include "lib/task/bench.h"

enum { BENCH_GEMM_ROWS = 2048, BENCH_MODELS_MAX = 8, BENCH_TOKENIZERS_MAX = 8 };

/* A measurement of the machine's matrix product, GFLOP/s. */
struct bench_gemm {
    double own;
    double blas; /* 0 without one */
};

/* The machine's rate around a measurement: the mean of the faster library's rates before and after,
 * because the rate of a shared machine changes from second to second. */
double bench_gemm_between(const struct bench_gemm *before, const struct bench_gemm *after);

/* One model. */
struct bench_model {
    const char *name;
    struct bench_case c;
    struct bench_step step;
    struct bench_rate wide, stream; /* evaluation of B streams, and of one */
    struct bench_sampling sampling;
    double loading; /* seconds */
};

struct bench_report {
    struct compute_info info;
    unsigned what;                 /* of enum bench_what */
    struct bench_gemm first, last; /* measurements of the machine's rate */
    struct bench_model models[BENCH_MODELS_MAX];
    size_t n_models;
    struct {
        const char *tokenizer;
        double bytes_per_second;
    } text[BENCH_TOKENIZERS_MAX]; /* counting the words of a text, then encoding it */
    size_t n_text;
};

/* Times each tokenizer on a text that is kept in the directory meanwhile. */
enum status bench_time_text(struct bench_report *r, size_t repeats, const char *directory,
                            struct err *err);

void bench_print_table(const struct bench_report *r);
enum status bench_print_json(const struct bench_report *b, struct err *err);

#endif
