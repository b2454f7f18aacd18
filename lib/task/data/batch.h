/* The batch producer: shifted x/y windows with the exact semantics of the TensorFlow PTB tutorial's
 * ptb_producer (tensorflow/models, tutorials/rnn/ptb/reader.py). The stream is cut into B equal
 * rows (the rest is dropped); window i has columns [iT, iT + T) of every row as x, and the same
 * shifted by one as y. Windows are consecutive, so the state at the end of one is the state at the
 * start of the next. */
#ifndef PTBLM_TASK_DATA_BATCH_H
#define PTBLM_TASK_DATA_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/err.h"

struct batcher {
    const int32_t *ids; /* borrowed */
    size_t n;
    int B, T;
    size_t batch_len;      /* n / B */
    size_t n_windows;      /* (batch_len - 1) / T */
    size_t next;           /* the window that batcher_next gives */
    const size_t *offsets; /* [B] where each row begins, below batch_len: it is read from there to
                              its end, and then from its beginning; borrowed. NULL: at 0 */
    size_t repeat;         /* each id stands so often side by side; 1 after batcher_init */
};

/* ST_INPUT if the text is too short for one window; the remedy says what would fit. */
enum status batcher_init(struct batcher *b, const int32_t *ids, size_t n, int B, int T,
                         struct err *err);

/* Fills x and y, both [T][B * repeat] (time-major), with the next window; false after the last. */
bool batcher_next(struct batcher *b, int32_t *x, int32_t *y);

/* Fills x and y, both [T][B * repeat], with columns [start, start + T) and those after them; start
 * + T must be below batch_len. */
void batcher_take(const struct batcher *b, size_t start, size_t T, int32_t *x, int32_t *y);

#endif
