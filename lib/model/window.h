/* One window of a model: forward over T steps of B rows, the loss, and truncated back-propagation
 * through time (Werbos 1990): gradients stop at the start of the window, and the next window begins
 * with its last state. Owns all buffers, so that a step allocates nothing.
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

/* From now on every step adds its times to *p, borrowed; NULL ends this. */
void window_set_profile(struct window *w, struct profile *p);
struct profile *window_profile(const struct window *w);

/* Forward, loss and backward over x and y of the full B x T. The loss is the tutorial's: the sum
 * over T of the mean over B of -ln p. Returns B times that: the sum of -ln p over the B*T targets.
 * The gradient lives in the window until the next step. `masks` may be NULL. Only for WINDOW_TRAIN.
 */
double window_train(struct window *w, const int32_t *x, const int32_t *y,
                    const struct masks *masks);
const struct gradient *window_gradient(const struct window *w);

/* nats[t*B + b] = -ln p(y) for T' <= T steps; the state advances. */
void window_score(struct window *w, size_t T, const int32_t *x, const int32_t *y, double *nats);

/* Feeds T' <= T steps; the state advances. logits [B, V], unless NULL, receives those of the last
 * step. */
void window_feed(struct window *w, size_t T, const int32_t *x, float *logits);

/* p[i] = softmax(logits / temperature)[i] for V words, temperature > 0, in float; p may be logits.
 */
void window_probabilities(size_t V, double temperature, const float *logits, float *p);

/* Bytes that window_new will allocate. */
double window_bytes(const struct model_shape *shape, size_t B, size_t T, enum window_use use);

#endif
