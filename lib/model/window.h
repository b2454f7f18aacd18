/* One window of a model: forward over T steps of B rows, the loss, and truncated back-propagation
 * through time (Werbos 1990): gradients stop at the start of the window. In a language model the
 * next window begins with its last state; sequences with labels begin with a state of zeros. Owns
 * all buffers, so that a step allocates nothing.
 *
 * Ids are time-major [T][B] and must be below V. */
#ifndef PTBLM_MODEL_WINDOW_H
#define PTBLM_MODEL_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/err.h"
#include "lib/base/profile.h"
#include "lib/model/gradient.h"
#include "lib/model/model.h"
#include "lib/nn/mask.h"

struct window;

enum window_use { WINDOW_SCORE, WINDOW_TRAIN };

/* Buffers for windows of up to B x T of this model, which must outlive the window. The state is
 * zero. */
enum status window_new(struct window **w, const struct model *m, size_t B, size_t T,
                       enum window_use use, struct err *err);
void window_free(struct window *w); /* NULL is allowed */

/* Sets the carried state to zero; that of one row, 0 <= row < B. */
void window_reset(struct window *w);
void window_reset_row(struct window *w, size_t row);

/* The carried state of a layer: array i of the cell's n_state, [B, H], h the first; and the number
 * of floats of one. It may be read and set between windows. */
size_t window_state_size(const struct window *w, size_t layer);
float *window_state(struct window *w, size_t layer, size_t i);

/* What training makes small from now on: borrowed; NULL: -ln p. With samples, the rows of a window
 * are `samples` neighbours for each row of text, and the loss is averaged over rows of text. */
void window_set_objective(struct window *w, const struct objective *objective);

/* Makes room for masks that drop recurrent weights: without it, `masks` must not. ST_NOMEM. And how
 * many bytes it takes. */
enum status window_drop_weights(struct window *w, struct err *err);
double window_dropped_bytes(const struct model_shape *shape);

/* Sequences with labels, of a model with a head of labels. What is in the padding of the arrays
 * must be valid, and changes nothing. */
struct window_batch {
    struct sequences of;    /* B and T at most those of the window */
    const int32_t *ids;     /* [1 + n_features][T*B], words first; or */
    const float *x;         /* [T*B, E], numbers */
    const int32_t *targets; /* [T][B] or [B], as the head says; below C */
};

/* Forward, loss and backward; the loss is the mean over the B sequences of -ln p of all labels of
 * one. nats and guesses are as in lib/nn/head/head.h; guesses may be NULL. Returns the sum of nats.
 */
double window_train_batch(struct window *w, const struct window_batch *batch,
                          const struct masks *masks, int32_t *guesses);

/* The prediction for every target; and, each unless NULL, the probabilities of all classes and, of
 * a batch with targets, nats: lib/nn/head/head.h. `allowed` is for a head that knows transitions
 * between labels (lib/nn/crf/crf.h), or NULL. */
void window_predict_batch(struct window *w, const struct window_batch *batch, const bool *allowed,
                          int32_t *guesses, float *p, double *nats);

/* Targets of a batch of that size. */
size_t window_targets(const struct model *m, size_t B, size_t T);

/* From now on every step adds its times to *p, borrowed; NULL ends this. */
void window_set_profile(struct window *w, struct profile *p);
struct profile *window_profile(const struct window *w);

/* Forward, loss and backward over x and y of the full B x T. The loss is the tutorial's: the sum
 * over T of the mean over B of -ln p. Returns B times that: the sum of -ln p over the B*T targets.
 * The gradient lives in the window until the next step. `masks` may be NULL. Only for WINDOW_TRAIN.
 */
double window_train(struct window *w, const int32_t *x, const int32_t *y,
                    const struct masks *masks);

/* The same over T steps, at most those of the window, with the gradient of `scale` times the loss.
 */
double window_train_steps(struct window *w, size_t T, double scale, const int32_t *x,
                          const int32_t *y, const struct masks *masks);
const struct gradient *window_gradient(const struct window *w);

/* nats[t*B + b] = -ln p(y) for T' <= T steps; the state advances. */
void window_score(struct window *w, size_t T, const int32_t *x, const int32_t *y, double *nats);

/* From now on window_score divides the logits by it. temperature > 0; 1 at first */
void window_set_temperature(struct window *w, double temperature);

/* What the softmax, or a projection before it, read in the last window_score or window_feed: the
 * outputs of the last layer, or the sum of all, [T'*B, H]. Valid until the next call. */
const float *window_outputs(const struct window *w);

/* Feeds T' <= T steps; the state advances. logits [B, V], unless NULL, receives those of the last
 * step. */
void window_feed(struct window *w, size_t T, const int32_t *x, float *logits);

/* p[i] = softmax(logits / temperature)[i] for V words, temperature > 0, in float; p may be logits.
 */
void window_probabilities(size_t V, double temperature, const float *logits, float *p);

/* Bytes that window_new will allocate. */
double window_bytes(const struct model_shape *shape, size_t B, size_t T, enum window_use use);

#endif
