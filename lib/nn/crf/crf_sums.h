/* The sums over all paths by the forward and the backward recursion, in two arithmetics; for the
 * files of this folder only.
 *
 * Both work with scores from which the maxima are taken away (of the transitions, of start, of end,
 * and of the emissions of each step), and give ln Z as what each step adds to it. So the maxima,
 * which may be huge, meet only the score of the labels at the same step. */
#ifndef PTBLM_NN_CRF_SUMS_H
#define PTBLM_NN_CRF_SUMS_H

#include "lib/nn/crf/crf.h"

/* The state of one sequence's sums, in the caller's scratch. */
struct crf_sums {
    const struct crf *crf;
    const struct crf_sequence *s;
    double *top;   /* [n], the highest emission of each step */
    double *alpha; /* [n, C], what leads to a label, up to a factor for each step */
    double *e;     /* [n, C], emissions less `top`: exp(e) or e */
    double *beta;  /* [C], what may follow a label of the step, up to a factor */
    double *p;     /* [C], the marginals of the step */
    double *pairs; /* [C, C], expected transitions */
};

struct crf_arithmetic {
    /* Fills e. */
    void (*begin)(const struct crf_sums *u);
    /* alpha of step t; returns the logarithm of the factor that was taken out. */
    double (*forward)(const struct crf_sums *u, size_t t);
    /* After the last step: the logarithm of what is left of Z. */
    double (*finish)(const struct crf_sums *u);
    /* beta and p of step t, the last one first. e of step t + 1 becomes what transitions to it are
     * combined with. */
    void (*backward)(const struct crf_sums *u, size_t t);
    /* The transitions from step t to the next, after `backward` of t. */
    void (*expect)(const struct crf_sums *u, size_t t);
    /* Makes `pairs` of them, after the first step. */
    void (*expected)(const struct crf_sums *u);
};

extern const struct crf_arithmetic crf_scaled, crf_logs;

/* The most that the scores of paths may differ by at any step for crf_scaled: factors then stay
 * above e^-500 / C, and are divided by such factors, far from the limits of double, e^-708 and
 * e^709. */
#define CRF_SCALED_RANGE 500.0

/* y[i] = exp(x[i] - shift) */
void crf_exp_shifted(size_t n, const float *x, double shift, double *y);

#endif
