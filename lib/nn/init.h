/* Initialisers: how the weights of a network start. One table row each; every role of a parameter
 * (lib/nn/param.h) is given one, with a number X. */
#ifndef PTBLM_NN_INIT_H
#define PTBLM_NN_INIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/err.h"
#include "lib/base/rng.h"
#include "lib/nn/param.h"

/* A parameter to fill: `gates` matrices [rows, cols], one after the other; cols is 1 for a bias. */
struct init_call {
    size_t gates, rows, cols;
    double x;        /* the initialiser's number */
    struct rng *rng; /* at the start of the parameter's own stream */
    float *out;
};

struct init_ops {
    const char *name;  /* in options and in the notes of model files */
    double x;          /* the number if none is given */
    bool scaled;       /* which is then the scale of all weights */
    bool takes_x;      /* whether it has a number */
    bool for_matrices; /* it means nothing for a bias */
    /* ST_NOMEM */
    enum status (*fill)(const struct init_call *call, struct err *err);
};

/* The i-th initialiser of the table, NULL after the last; that of a name, NULL if there is none.
 */
const struct init_ops *init_at(size_t i);
const struct init_ops *init_find(const char *name);

struct init {
    const struct init_ops *ops;
    double x;
};

/* "NAME" or "NAME:X", with X a finite number from 0 to 100; otherwise ST_USAGE, and *err says what
 * is wrong. */
enum status init_parse(struct init *init, const char *text, struct err *err);

/* How each role starts. */
struct init_settings {
    struct init of[PARAM_ROLES];
    double forget_bias; /* added to the bias of the cells' forget gate */
    double chrono;      /* the longest of the times that init_add_chrono draws; 0: it draws none */
};

/* As in the TensorFlow PTB tutorial: all uniform in [-scale, scale), the cells' biases 0, gains 1.
 */
struct init_settings init_uniform(double scale);

/* Lets each of H units remember for a time of its own, of up to `longest` > 2 steps (Tallec and
 * Ollivier 2018, "Can recurrent neural networks warp time?", section 2): with u uniform in
 * [1, longest - 1), ln u is added to forget [H], the bias of the forget gate, and -ln u to input
 * [H], that of the input gate, unless it is NULL. */
void init_add_chrono(struct rng *rng, double longest, size_t H, float *forget, float *input);

/* Fills the block of a list: parameter i from stream RNG_INIT + i. ST_NOMEM. */
enum status init_params(const struct param_list *list, float *block,
                        const struct init_settings *settings, uint64_t seed, struct err *err);

#endif
