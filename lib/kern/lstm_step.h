/* One time step of an LSTM layer: the product with the recurrent weights, and the pointwise part of
 * the same units right behind it, by the thread that still has their gates in its cache.
 *
 * B rows, H units; arrays of four gates have rows of 4H in the order i, f, g, o. */
#ifndef PTBLM_KERN_LSTM_STEP_H
#define PTBLM_KERN_LSTM_STEP_H

#include <stddef.h>

struct lstm_step {
    size_t B, H;
    const float *packed; /* W_hh [4H, H], by lstm_pack_forward or lstm_pack_backward */
    float *gates;        /* [B, 4H] */
    const float *c_prev; /* [B, H] */
    double *pointwise;   /* where not NULL, the pointwise part's share of the time is added */
};

/* Floats of W_hh packed for either direction; for the kernel set in use. */
size_t lstm_packed_size(size_t H);
void lstm_pack_forward(size_t H, const float *w_hh, float *packed);
void lstm_pack_backward(size_t H, const float *w_hh, float *packed);

/* gates, which hold what the input and the biases give, += h_prev W_hh^T; then kern_lstm_forward.
 */
void lstm_step_forward(const struct lstm_step *s, const float *h_prev, float *c, float *h);

/* dh += dgates_next W_hh, dgates_next [B, 4H] of the step behind (NULL at the last); then
 * kern_lstm_backward. */
void lstm_step_backward(const struct lstm_step *s, const float *dgates_next, const float *c,
                        float *dh, float *dc);

#endif
