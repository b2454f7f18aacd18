/* What `ptblm bench` has measured, and its two forms on standard output. */
#ifndef PTBLM_CMD_BENCH_REPORT_H
#define PTBLM_CMD_BENCH_REPORT_H

#include "lib/base/err.h"
#include "lib/model/compute.h"
#include "lib/task/bench.h"

enum { BENCH_GEMM_ROWS = 2048, BENCH_MODELS_MAX = 8, BENCH_TOKENIZERS_MAX = 8 };

/* Which of the measurements below were made. */
enum bench_what {
    BENCH_STEP = 1 << 0,
    BENCH_EVAL = 1 << 1,
    BENCH_SAMPLE = 1 << 2,
    BENCH_FILES = 1 << 3,
    BENCH_ALL = BENCH_STEP | BENCH_EVAL | BENCH_SAMPLE | BENCH_FILES
};

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
    unsigned what; /* of enum bench_what */
    double gemm;   /* GFLOP/s of the fastest product that the machine was seen to make */
    double own_gemm, blas_gemm;
    struct bench_model models[BENCH_MODELS_MAX];
    size_t n_models;
    struct {
        const char *tokenizer;
        double bytes_per_second;
    } text[BENCH_TOKENIZERS_MAX]; /* counting the words of a text, then encoding it */
    size_t n_text;
};

/* GFLOP/s as a fraction of the machine's. */
double bench_fraction(const struct bench_report *r, double gflops);

void bench_print_table(const struct bench_report *r);
enum status bench_print_json(const struct bench_report *r, struct err *err);

#endif
