/* Heads: the outputs of a network, and its loss. One file each: that of a language model is named
 * by lib/model/network.c, those of sequences with labels are rows of a table. Rows are time-major:
 * row t*B + b belongs to step t. */
#ifndef PTBLM_NN_HEAD_H
#define PTBLM_NN_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/profile.h"
#include "lib/nn/head/objective.h"
#include "lib/nn/param.h"
#include "lib/nn/sequence.h"

enum { HEAD_PARAMS_MAX = 5 };

struct head_shape {
    size_t V;          /* classes: words, or labels */
    size_t H;          /* width of its input rows, of all directions together */
    size_t directions; /* of the last layer, whose outputs stand side by side; 1 or 2 */
    size_t E;          /* width of the word vectors */
    bool tied;         /* its weights are the word vectors */
    size_t table;      /* their number in the list if tied */
};

/* How many targets there are. */
enum head_targets {
    HEAD_PER_STEP,     /* [T*B]; those of padding are ignored */
    HEAD_PER_SEQUENCE, /* [B] */
};

struct head_call {
    struct head_shape shape;
    const float *weights[HEAD_PARAMS_MAX]; /* in the order of `params` */
    struct sequences of;
    const float *h;          /* [T*B, H] */
    const int32_t *targets;  /* below V; for nats */
    float factor;            /* of the logits that are scored; 0: they stay */
    const bool *allowed;     /* of transitions between labels: lib/nn/crf/crf.h; NULL: all are */
    float *scratch;          /* scratch_size floats */
    struct profile *profile; /* NULL: nothing is measured */
};

struct head_grad {
    float scale; /* of the loss: gradients are those of scale * the sum of all nats */
    const struct objective *objective; /* instead of nats; NULL: these. No part of a CRF's loss */
    float *dh;                         /* [T*B, H], overwritten; 0 in padding */
    struct param_grad params[HEAD_PARAMS_MAX]; /* dense, overwritten */
};

struct head_ops {
    const char *name;
    enum head_targets targets;
    /* Appends the parameters, and marks a shared one as dense; ids[i] is the number of the i-th.
     * Returns their count. */
    size_t (*params)(struct param_list *list, const struct head_shape *shape, size_t *ids);
    /* Floats for up to B x T rows. */
    size_t (*scratch_size)(const struct head_shape *shape, size_t B, size_t T);
    /* nats[r] = -ln p(targets[r] | h[r]). Only of a language model. */
    void (*score)(const struct head_call *call, double *nats);
    /* nats[i] = -ln p(targets[i]), 0 in padding. Where the loss is of a sequence as a whole, that
     * of sequence b is in nats[b], and the rest is 0. With the gradients. guesses[i], unless NULL,
     * is the most probable class, -1 in padding; only heads of labels give it. */
    void (*backward)(const struct head_call *call, double *nats, const struct head_grad *grad,
                     int32_t *guesses);
    /* out [B, V] of the rows of the last step, for `of.T` 1. Only of a language model. */
    void (*logits)(const struct head_call *call, float *out);
    /* The prediction for each target, -1 in padding, and, each unless NULL, the probabilities of
     * all classes, p [targets, V], 0 in padding, and nats as above, which needs targets. Only of
     * labels.
     */
    void (*predict)(const struct head_call *call, int32_t *guesses, float *p, double *nats);
};

/* A softmax over V classes at each step, shared by all steps: "decoder.weight" [V, H] and
 * "decoder.bias" [V]. Tied (Press and Wolf 2017, "Using the output embedding to improve language
 * models"; Inan et al. 2017), "encoder.weight" [V, E] takes the place of decoder.weight; if H is
 * not E, "projection.weight" [E, H] comes before it, without bias. */
extern const struct head_ops head_softmax;

/* A softmax over labels, with the same parameters, not tied: of the state after the last step (in
 * the reverse direction, after the first: PyTorch's h_n), of the mean or of the maximum of the
 * outputs over the steps, or at each step. */
extern const struct head_ops head_last, head_mean, head_max, head_steps;

/* A linear-chain CRF over the labels of all steps (Lample et al. 2016, "Neural architectures for
 * named entity recognition"): a softmax's parameters for the scores of a step, "crf.transitions"
 * [V, V] from a label (row) to the next (column), "crf.start" and "crf.end" [V]. */
extern const struct head_ops head_crf;

/* The i-th head of labels, NULL after the last; that of a name, NULL if there is none. */
const struct head_ops *head_at(size_t i);
const char *head_name_at(size_t i);
const struct head_ops *head_find(const char *name);

#endif
