/* Labels of sequences by a model, and how probable they are. */
#ifndef PTBLM_TASK_USE_PREDICT_H
#define PTBLM_TASK_USE_PREDICT_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/err.h"
#include "lib/model/model.h"
#include "lib/task/data/examples.h"

struct prediction_request {
    const struct examples *examples;
    size_t B;            /* examples side by side; the result is the same, but for rounding */
    const bool *allowed; /* transitions between labels: lib/nn/crf/crf.h; NULL: all */
    bool probabilities;  /* fill p */
    void (*progress)(void *ctx, uint64_t done, uint64_t all, double nats); /* may be NULL */
    void *ctx;
    const volatile sig_atomic_t *stop; /* may be NULL; not 0: end with ST_INTERRUPTED */
};

/* Of all examples, in their order: target i is example i or, where labels are per step, step i. */
struct predictions {
    size_t n;         /* targets */
    int32_t *guesses; /* [n] */
    float *p;         /* [n, C]; NULL: not asked for */
    bool scored;      /* the examples have labels: */
    double nats;      /* sum of -ln p of them */
    uint64_t correct; /* guesses that are the labels */
};

/* Fills *p, which predictions_fini releases, even after a failure. ST_NOMEM; ST_INPUT, naming the
 * example, if its probabilities are not finite. */
enum status predict_examples(struct predictions *p, const struct model *m,
                             const struct prediction_request *request, struct err *err);
void predictions_fini(struct predictions *p);

/* Targets of examples. */
size_t predict_targets(const struct examples *e);

/* The bytes that it will allocate for windows, roughly. */
double predict_bytes(const struct model_shape *shape, size_t B, size_t T);

#endif
