/* What tells how likely each next word of a running text is: a network, an n-gram model, or a
 * mixture of such. One file and one struct of operations each. It reads a text from its beginning,
 * and scores a word before it learns anything from it.
 *
 * All predictors of one mixture have the same words under the same ids, 0 to V - 1. */
#ifndef PTBLM_TASK_PREDICTOR_PREDICTOR_H
#define PTBLM_TASK_PREDICTOR_PREDICTOR_H

#include <stddef.h>
#include <stdint.h>

#include "lib/base/err.h"
#include "lib/model/model.h"
#include "lib/ngram/ngram.h"

struct predictor;

struct predictor_ops {
    const char *name;                                  /* "network" */
    void (*begin)(struct predictor *p, int32_t first); /* -1: none */
    enum status (*score)(struct predictor *p, const int32_t *ids, size_t n, double *nats,
                         struct err *err);
    enum status (*next)(struct predictor *p, double *probabilities, struct err *err);
    void (*free)(struct predictor *p);
    size_t (*parts)(const struct predictor *p); /* NULL: it is no mixture */
    const double *(*part_nats)(const struct predictor *p, size_t k);
};

/* The first member of each kind. */
struct predictor {
    const struct predictor_ops *ops;
    size_t V;
};

/* Goes to the beginning of a text, which nothing but an <eos> comes before. What it has learned of
 * the texts before stays. */
void predictor_begin(struct predictor *p);

/* The same, and reads the first word of a text: a word that nothing comes before, and that cannot
 * be scored. */
void predictor_begin_with(struct predictor *p, int32_t first);

/* Reads n words; nats[i] = -ln p(ids[i] | all that was read before it). ST_INPUT where that is not
 * finite. */
enum status predictor_score(struct predictor *p, const int32_t *ids, size_t n, double *nats,
                            struct err *err);

/* The parts of a mixture, 1 of any other; and what part k gave to the words of the last
 * predictor_score, which were at most PREDICTOR_STEPS: [n]. */
enum { PREDICTOR_STEPS = 64 };
size_t predictor_parts(const struct predictor *p);
const double *predictor_part_nats(const struct predictor *p, size_t k);

/* The probabilities of the next word, [V]. */
enum status predictor_next(struct predictor *p, double *probabilities, struct err *err);

/* NULL is allowed. */
void predictor_free(struct predictor *p);

/* --- kinds --- */

/* The continuous cache of a network (lib/nn/neural_cache.h): p = (1 - weight) p of the network +
 * weight p of the cache, once there are words in it. */
struct cache_settings {
    size_t window; /* words; 0: none */
    double theta, weight;
};

/* A network as it was trained, which must outlive the predictor. temperature > 0 divides the
 * logits. */
enum status predictor_of_network(struct predictor **p, const struct model *m, int32_t eos,
                                 double temperature, const struct cache_settings *cache,
                                 struct err *err);

/* An n-gram model, which must outlive the predictor. */
enum status predictor_of_ngrams(struct predictor **p, const struct ngram *m, struct err *err);

/* One with its words under other ids: id w is map[w] there. map: [V], each id once. It takes over
 * `of`, even if this fails. */
enum status predictor_of_mapped(struct predictor **p, struct predictor *of, const int32_t *map,
                                struct err *err);

/* p = sum over k of weights[k] p_k, the weights divided by their sum; or the product of all p_k to
 * the power of weights[k], divided by the sum of that over all words. weights: [n], at least 0 and
 * not all 0. It takes over the n > 0 parts, even if this fails. */
enum predictor_mixing { MIX_LINEAR, MIX_LOG_LINEAR };
enum status predictor_of_several(struct predictor **p, struct predictor *const *parts,
                                 const double *weights, size_t n, enum predictor_mixing mixing,
                                 struct err *err);

#endif
