/* What training makes small where it is not -ln p of the targets alone. */
#ifndef PTBLM_NN_OBJECTIVE_H
#define PTBLM_NN_OBJECTIVE_H

#include <stddef.h>
#include <stdint.h>

/* {0} is the plain objective. At most one of the first two is on. */
struct objective {
    /* Label smoothing (Szegedy et al. 2016, "Rethinking the Inception architecture for computer
     * vision", section 7): a target is right with probability 1 - smoothing, and with the rest any
     * class: (1 - s) (-ln p_y) + s / V sum_j (-ln p_j). 0: off. */
    double smoothing;
    /* So many neighbouring rows of a batch are one row of text under different masks, and -ln of
     * the mean of their probabilities counts (Melis et al. 2022, "Circling back to recurrent models
     * of language"). 0 or 1: off. */
    size_t samples;
    double ar, tar; /* factors of the penalties on the last layer (lib/nn/penalty.h); 0: off */
};

/* Rows of a batch that count as one: 1, or `samples`. */
size_t objective_group(const struct objective *o);

/* After kern_cross_entropy with a scale of its own has made nats [rows] and, in `logits`, the
 * gradients of scale * the sum of nats: turns these, [rows, V], into those of scale * the
 * objective, and nats into that of each group, in its first row, with 0 in the others. Smoothing
 * leaves nats, so that a perplexity stays one. NULL is the plain objective. `rows` is a multiple of
 * the group. */
void objective_apply(const struct objective *o, size_t rows, size_t V, float scale,
                     const int32_t *targets, float *logits, double *nats);

#endif
