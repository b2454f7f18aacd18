/* The definitions in double precision, written from the formulas and independent of lib/kern and
 * lib/nn: the tests compare float results with them, and take central differences of them. */
#ifndef PTBLM_TESTS_SUPPORT_ORACLE_H
#define PTBLM_TESTS_SUPPORT_ORACLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Distance from 1 to the next float. */
#define ORACLE_EPS 0x1p-23

/* Whether a result is right: within the bound, and not a number or infinite where it should be. No
 * finite result is within a bound that is NaN. */
bool oracle_agrees(double got, double want, double bound);

double oracle_sigmoid(double x);
double oracle_logsumexp(size_t n, const double *x);

/* A layer with the weights of torch.nn.LSTM, gates in the order i, f, g, o. */
struct oracle_lstm {
    size_t I, H;
    const double *w_ih, *w_hh; /* [4H, I], [4H, H] */
    const double *b_ih, *b_hh; /* [4H] */
};

/* One step of one row: h [H] and c [H] advance. */
void oracle_lstm_step(const struct oracle_lstm *lstm, const double *x, double *h, double *c);

#endif
