/* Optimisers: one file and one table row each. An update is one call for a span of weights, whose
 * gradient is dense or has some rows only; it runs on all threads of lib/kern/pool.h, allocates
 * nothing, and gives the same bits for any number of threads and however weights are cut into
 * spans.
 *
 * The gradient is that of the loss summed over the T steps and averaged over the B rows of a
 * window. Everything is float32; factors that hold for a whole call, such as Adam's bias
 * corrections, are computed in double. NaN in the gradient gives NaN in the weights. */
#ifndef PTBLM_OPTIM_OPTIM_H
#define PTBLM_OPTIM_OPTIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/err.h"
#include "lib/base/setting.h"

enum { OPTIM_SLOTS_MAX = 3 };

/* Members and meanings are PyTorch's (torch.optim). An optimiser reads those that its `uses` lists,
 * by the names of their rows. */
struct optim_settings {
    double momentum;            /* share of the last step that is taken again; 0: none */
    bool nesterov;              /* Nesterov's momentum; wants momentum > 0 */
    bool centered;              /* divide by the standard deviation, not the root mean square */
    double beta1, beta2;        /* what a step keeps of the averages of g and g^2 */
    double alpha;               /* RMSProp's beta2 */
    double eps;                 /* added to what a step is divided by */
    double weight_decay;        /* g += weight_decay * w; AdamW: w -= lr * weight_decay * w */
    double lr_decay;            /* Adagrad: lr / (1 + lr_decay * (step - 1)) */
    double initial_accumulator; /* Adagrad: what its sums begin with */
};

/* Their rows. */
extern const struct setting optim_settings_rows[];

/* A number kept for each weight. */
struct optim_slot {
    const char *name; /* PyTorch's, unique within the optimiser */
    float initial;
};

/* One update of a run. */
struct optim_step {
    const struct optim_settings *settings;
    double lr;
    float scale;   /* what clipping multiplies the gradient by, before weight decay is added */
    uint64_t step; /* 1 for the first update of the run */
};

/* Weights, their gradient and slots; all borrowed for the call.
 * Dense (row_len 0): weights, grad and each slot are [n].
 * By rows (row_len > 0): weights and each slot are [n / row_len, row_len], and grad [n_rows,
 * row_len] has the gradient of row rows[i] in its row i. rows[] are distinct and in any order.
 * Other rows have a gradient of 0 and are updated with it as the dense algorithm would (moments
 * fade, weight decay acts): the result is that of a dense span with zeros in it, bit for bit. Rows
 * on which a gradient of 0 has no effect are passed over (optim_skips_rows). */
struct optim_span {
    float *weights;
    const float *grad;
    float *slots[OPTIM_SLOTS_MAX]; /* as many as optim_slots says */
    size_t n;                      /* weights */
    const int32_t *rows;
    size_t n_rows, row_len;
    bool decays; /* whether weight decay applies; PyTorch applies it to everything */
};

struct optim_factors;

/* The update of n neighbouring weights by one thread. */
typedef void optim_loop(const struct optim_factors *factors, size_t n, const float *grad,
                        float *weights, float *const *slots);

struct optim_ops {
    const char *name;               /* in run records */
    const char *const *uses;        /* the settings that it reads; ends with NULL */
    struct optim_settings defaults; /* PyTorch's; 0 for those that it does not read */
    double lr;                      /* PyTorch's default rate; 0: it has none */

    /* Writes down the slots that these settings need; returns how many. NULL: none. */
    size_t (*slots)(const struct optim_settings *s, struct optim_slot *slots);

    /* Whether rows without gradient are passed over; NULL: never. */
    bool (*skips_rows)(const struct optim_settings *s, bool decays);

    /* Computes the factors of a call, and says which loop uses them. */
    optim_loop *(*prepare)(struct optim_factors *f, const struct optim_step *step,
                           const struct optim_span *span);
};

extern const struct optim_ops optim_sgd, optim_adam, optim_adamw, optim_radam, optim_rmsprop,
    optim_adagrad, optim_sparse_adam;

/* The i-th optimiser of the table, NULL after the last. */
const struct optim_ops *optim_at(size_t i);

/* NULL if there is none of that name. */
const struct optim_ops *optim_find(const char *name);

/* Whether the optimiser reads the setting of that name. */
bool optim_uses(const struct optim_ops *ops, const char *setting);

/* ST_USAGE for a combination that means nothing: Nesterov's momentum without momentum. */
enum status optim_check(const struct optim_ops *ops, const struct optim_settings *s,
                        struct err *err);

/* The slots that the optimiser keeps with these settings; returns how many. `slots` may be NULL. */
size_t optim_slots(const struct optim_ops *ops, const struct optim_settings *s,
                   struct optim_slot slots[OPTIM_SLOTS_MAX]);

/* Sets the slots of n weights to what they hold before the first update. */
void optim_start_slots(const struct optim_ops *ops, const struct optim_settings *s, size_t n,
                       float *const *slots);

/* Whether rows without gradient keep weights and slots: because a gradient of 0 changes nothing, or
 * because the optimiser is lazy by definition (sparse-adam). */
bool optim_skips_rows(const struct optim_ops *ops, const struct optim_settings *s, bool decays);

/* Updates weights and slots of the span. Not from within a task of the pool. */
void optim_update(const struct optim_ops *ops, const struct optim_step *step,
                  const struct optim_span *span);

/* The sum of squares of a stretch of the gradient, in double. */
double optim_sum_squares(size_t n, const float *grad);

/* Brings each of n elements into [-most, most]. What is not finite stays, for the norm to show. */
void optim_clip_values(size_t n, float *grad, float most);

/* What a gradient of this norm is multiplied by so that its norm is at most max_norm (Pascanu et
 * al. 2013, section 3.2): min(1, max_norm / norm). */
float optim_clip_scale(double norm, double max_norm);

#endif
