/* A linear-chain conditional random field over the labels of a sequence (Lafferty et al. 2001,
 * "Conditional random fields"; Lample et al. 2016, "Neural architectures for named entity
 * recognition"; the definition is that of the package pytorch-crf):
 *
 *     score(y) = start[y_0] + sum_t emission_t[y_t] + sum_t transitions[y_t-1][y_t] + end[y_n-1]
 *     p(y) = exp(score(y)) / sum over all C^n paths y' of exp(score(y'))
 *
 * Parameters and emissions are float32; all sums are in double. For all finite inputs, scores of
 * 1e38 too, results are finite, and probabilities lie in [0, 1] and add up to 1. The error is that
 * of rounding the sums of a path's scores in double, after the greatest score of their kind has
 * been taken from each (the emissions of a step are a kind), and the best sum of each step from
 * all: so paths that differ by less than 1 are told apart although they have scores of 1e30 at a
 * step. A NaN in an input makes the nats NaN; labels are below C even then.
 *
 * Nothing is allocated; functions may run in several threads, each with a scratch of its own. */
#ifndef PTBLM_NN_CRF_H
#define PTBLM_NN_CRF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct crf {
    size_t C;                 /* labels, >= 1 */
    const float *transitions; /* [C, C], from the row to the column */
    const float *start, *end; /* [C] */
    /* What follows from these, by crf_prepare: exp(x - max), and the maxima. */
    const double *exp_from, *exp_to; /* [C, C], of transitions and of their transpose */
    const double *exp_start, *exp_end;
    double max_transition, max_start, max_end;
    double range; /* of the scores of a path besides its emissions */
};

/* The doubles that crf_prepare fills; they must last as long as the struct is used. It is to be
 * called again when the parameters have changed. crf_viterbi and crf_score need no preparation. */
size_t crf_tables_size(size_t C);
void crf_prepare(struct crf *crf, double *tables);

struct crf_sequence {
    size_t n; /* steps, >= 1 */
    const float *emissions;
    size_t stride;         /* the emissions [C] of step t are at emissions + t * stride, >= C */
    const int32_t *labels; /* label t, below C, is labels[t * label_stride]; NULL: none are known */
    size_t label_stride;
};

/* The doubles that one of the functions below needs for up to n steps. */
size_t crf_scratch_size(size_t C, size_t n);

/* score(labels) */
double crf_score(const struct crf *crf, const struct crf_sequence *s);

/* -ln p(labels) */
double crf_nats(const struct crf *crf, const struct crf_sequence *s, double *scratch);

/* Where the gradients of scale * nats go. */
struct crf_grad {
    double scale;
    float *demissions;    /* rows as those of the emissions, which they may replace; overwritten */
    double *dtransitions; /* [C, C]; these are added to */
    double *dstart, *dend;
    int32_t *guesses; /* unless NULL: guesses[t * label_stride] is the most probable label at t, the
                         first of several */
};
double crf_backward(const struct crf *crf, const struct crf_sequence *s,
                    const struct crf_grad *grad, double *scratch);

/* p(y_t = j) at p[t * stride + j]; p may be the emissions. */
void crf_marginals(const struct crf *crf, const struct crf_sequence *s, float *p, double *scratch);

/* The path of the highest score, path[t * label_stride]; the labels of the sequence are not used.
 * Of several, the one whose last label is the smallest, then the one before it, and so on.
 *
 * `allowed` is NULL, or [C + 1, C + 1]: whether a label (row) may be followed by another (column);
 * row C stands for the start of the sequence, column C for its end. If no path of n steps is
 * allowed, the result is -INFINITY, and the path the best one without the constraint; else it is
 * the path's score. */
double crf_viterbi(const struct crf *crf, const struct crf_sequence *s, const bool *allowed,
                   int32_t *path, double *scratch);

/* Whether the labels are those of chunks in IOB2: each is "O", "B-X" or "I-X" (or "B", "I"), one
 * at least begins a chunk, and whatever has an I-X has a B-X. */
bool crf_names_are_bio(const char *const *names, size_t C);

/* table [C + 1, C + 1]: all is allowed but an I-X that follows anything but B-X or I-X. Labels of
 * another form stand for themselves. */
void crf_allow_bio(const char *const *names, size_t C, bool *table);

/* Whether the table allows the labels of a sequence. Labels of the older form IOB1, in which chunks
 * begin with I-X, break that of crf_allow_bio. */
bool crf_allows(size_t C, const bool *allowed, const struct crf_sequence *s);

#endif
