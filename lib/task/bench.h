/* How fast the work is: training, evaluation and sampling of random words; training and evaluation
 * of random sequences with random labels. */
#ifndef PTBLM_TASK_BENCH_H
#define PTBLM_TASK_BENCH_H

#include "lib/base/err.h"
#include "lib/base/profile.h"
#include "lib/model/model.h"
#include "lib/optim/optim.h"

/* The measurements, as bits. */
enum bench_what {
    BENCH_STEP = 1 << 0,
    BENCH_EVAL = 1 << 1,
    BENCH_SAMPLE = 1 << 2,
    BENCH_FILES = 1 << 3,
    BENCH_ALL = BENCH_STEP | BENCH_EVAL | BENCH_SAMPLE | BENCH_FILES
};

/* What is measured: a model, and its windows, or batches if it has a head of labels. */
struct bench_case {
    struct model_shape shape;
    size_t B, T;
    size_t least; /* sequences with labels have from so many steps to T, at random */
    double dropout;
    const struct optim_ops *optim;
    int repeats; /* of which the median is taken, after one to warm up */
};

/* What rates count: "words", or "sequences" if each has one label. */
const char *bench_unit(const struct bench_case *c);

/* Bytes that the largest of these measurements takes, about. */
double bench_bytes(const struct bench_case *c, unsigned what);

struct bench_rate {
    double seconds;          /* of one step */
    double units_per_second; /* bench_unit; without padding */
    double gflops;           /* effective: operations of the products alone, in 10^9 a second */
    double machine; /* the machine's matrix product around it, as many: for the caller to set */
};

/* One part of a step, in the order in which they are listed. */
struct bench_part {
    const char *name;
    size_t layer; /* from 1; 0: of no layer */
    double seconds;
    double gflops; /* 0 where the part is no product */
};

enum { BENCH_PARTS_MAX = 4 * PROFILE_LAYERS + PROFILE_PARTS };

struct bench_step {
    /* 6 operations for each weight used and each word; 4 where the input of a layer is numbers,
     * which want no gradient */
    struct bench_rate rate;
    struct bench_part parts[BENCH_PARTS_MAX];
    size_t n_parts;
};

/* A whole training step (forward, backward, clipping, update), and in other steps its parts. */
enum status bench_training(struct bench_step *result, const struct bench_case *c, struct err *err);

/* Scoring windows of B rows and T steps, or evaluating batches, labels and loss: 2 operations for
 * each weight used and each word. */
enum status bench_scoring(struct bench_rate *result, const struct bench_case *c, struct err *err);

struct bench_sampling {
    double words_per_second;
    double bytes_per_word;   /* the weights that a word needs, each read once */
    double bytes_per_second; /* the two multiplied */
    double bandwidth; /* bytes a second of a block of that size as one matrix times a vector */
};

/* Drawing words one by one, each read before the next is drawn. Only of a language model. */
enum status bench_sampling(struct bench_sampling *result, const struct bench_case *c,
                           struct err *err);

/* Seconds from a model file to a model that is ready; the file is written to `path` first, and
 * left there. Only of a language model. */
enum status bench_loading(double *seconds, const struct bench_case *c, const char *path,
                          struct err *err);

#endif
