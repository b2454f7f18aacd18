/* Arithmetic on float arrays. The plain C set ("ref") defines the results; the vectorised sets
 * agree with it to within the tolerances in tests/support/kern_support.h. One set is chosen at
 * start.
 *
 * All functions take arrays borrowed for the call. Results do not depend on the number of threads:
 * elements are independent, and every reduction runs inside one row or over fixed chunks in a fixed
 * order. NaN inputs give NaN outputs. */
#ifndef PTBLM_KERN_KERN_H
#define PTBLM_KERN_KERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct panel_ops;

/* One set: functions over one row or one flat stretch, run by a single thread. */
struct kern_ops {
    const char *name;
    bool (*usable)(void); /* can this processor run it? */

    const struct panel_ops *panels; /* its matrix products; NULL: see lib/kern/gemm.h */

    /* The pointwise part of an LSTM step (Zaremba et al. 2014, section 3.1) for n adjacent units of
     * a row's H units; the pointers are those of the first. gates, four stretches H floats apart,
     * holds the pre-activations in the order i, f, g, o and receives the activations:
     *   i = sigma(i)  f = sigma(f)  g = tanh(g)  o = sigma(o)
     *   c = f c_prev + i g          h = o tanh(c) */
    void (*lstm_forward)(size_t H, size_t n, float *restrict gates, const float *restrict c_prev,
                         float *restrict c, float *restrict h);

    /* Its derivative. gates holds the activations and receives the gradient with respect to the
     * pre-activations; dh is the gradient of h; dc that of c from the step after it, and receives
     * that of c_prev:
     *   u = tanh(c)    dc' = dc + dh o (1 - u^2)
     *   di = dc' g i (1 - i)    df = dc' c_prev f (1 - f)    dg = dc' i (1 - g^2)
     *   do = dh u o (1 - o)     dc = dc' f */
    void (*lstm_backward)(size_t H, size_t n, float *restrict gates, const float *restrict c_prev,
                          const float *restrict c, const float *restrict dh, float *restrict dc);

    /* The same with the input gate capped at what the forget gate leaves (Melis et al. 2018):
     *   c = f c_prev + min(i, 1 - f) g
     * so that where i > 1 - f  di = 0, df = dc' (c_prev - g) f (1 - f), dg = dc' (1 - f) (1 - g^2).
     */
    void (*lstm_capped_forward)(size_t H, size_t n, float *restrict gates,
                                const float *restrict c_prev, float *restrict c, float *restrict h);
    void (*lstm_capped_backward)(size_t H, size_t n, float *restrict gates,
                                 const float *restrict c_prev, const float *restrict c,
                                 const float *restrict dh, float *restrict dc);

    /* The pointwise part of a GRU step (cuDNN's and PyTorch's form, the reset gate after the
     * product) for n adjacent units of a row's H units; the pointers are those of the first. rz,
     * the stretches r and z H floats apart, and a hold pre-activations and receive activations; q
     * holds W_hn h_prev, and receives q + b for the gradient:
     *   r = sigma(r)  z = sigma(z)  q = q + b  n = tanh(a + r q)   out = (1 - z) n + z h_prev */
    void (*gru_forward)(size_t H, size_t n, float *restrict rz, float *restrict a,
                        float *restrict q, const float *restrict b, const float *restrict h_prev,
                        float *restrict out);

    /* Its derivative. rz and a hold the activations and receive the gradient with respect to their
     * pre-activations, and q that with respect to itself; dh_prev += what reaches h_prev without a
     * product:
     *   dn = dh (1 - z) (1 - n^2)   dz = dh (h_prev - n) z (1 - z)   dr = dn q r (1 - r)
     *   dq = dn r                   dh_prev += dh z */
    void (*gru_backward)(size_t H, size_t n, float *restrict rz, float *restrict a,
                         float *restrict q, const float *restrict h_prev, const float *restrict dh,
                         float *restrict dh_prev);

    /* The two halves of a GRU step with the reset gate before the product (Cho et al. 2014). The
     * first: gates, stretches r and z H floats apart, become their activations; reset = r h_prev.
     */
    void (*cho_gates_forward)(size_t H, size_t n, float *restrict gates,
                              const float *restrict h_prev, float *restrict reset);

    /* The second: a becomes tanh(a) = n;  out = (1 - z) n + z h_prev. */
    void (*cho_forward)(size_t n, const float *restrict z, float *restrict a,
                        const float *restrict h_prev, float *restrict out);

    /* Their derivatives, the second first: a holds n and receives dn = dh (1 - z) (1 - n^2); z
     * receives dh (h_prev - n) z (1 - z); dh_prev += dh z. */
    void (*cho_backward)(size_t n, float *restrict z, float *restrict a,
                         const float *restrict h_prev, const float *restrict dh,
                         float *restrict dh_prev);

    /* r receives dreset h_prev r (1 - r); dh_prev += dreset r. */
    void (*cho_gates_backward)(size_t n, float *restrict r, const float *restrict h_prev,
                               const float *restrict dreset, float *restrict dh_prev);

    /* x = tanh(x); and d *= 1 - h^2, where h is its result. */
    void (*tanh_forward)(size_t n, float *x);
    void (*tanh_backward)(size_t n, const float *restrict h, float *restrict d);

    /* x = max(x, 0), NaN stays NaN; and d *= h <= 0 ? 0 : 1, where h is its result. */
    void (*relu_forward)(size_t n, float *x);
    void (*relu_backward)(size_t n, const float *restrict h, float *restrict d);

    /* ln sum_j exp(x[j]) over n > 0 logits; -inf if all are -inf. */
    double (*logsumexp)(size_t n, const float *x);

    /* x[j] = scale * exp(x[j] - lse) with lse = logsumexp(n, x), which it returns: a row of logits
     * to scaled softmax probabilities. */
    double (*softmax)(size_t n, float *x, float scale);

    /* y += a x */
    void (*axpy)(size_t n, float a, const float *restrict x, float *restrict y);

    /* sum x[j]^2. The sum is kept in double; squares, and sums of up to 32 of them, may be float,
     * so that from |x| = 2^64 on it may be inf. */
    double (*sum_squares)(size_t n, const float *x);

    /* y[j] = x[j] * (bits[j] < keep ? scale : 0), where bits are 32 random bits; x and y may be the
     * same. */
    void (*mask)(size_t n, const uint32_t *restrict bits, uint32_t keep, float scale,
                 const float *x, float *y);

    /* The numbers of blocks [block, block + n_blocks) of a random stream (lib/base/rng). */
    void (*random)(uint64_t seed, uint32_t stream, uint64_t block, size_t n_blocks, uint32_t *out);
};

/* The i-th set of the table, fastest first, NULL after the last ("ref"). */
const struct kern_ops *kern_set_at(size_t i);

/* Chooses a set by name, NULL for the fastest usable one. Returns false and changes nothing if
 * there is no set of that name or this processor cannot run it. Must not be called while other
 * threads compute. */
bool kern_choose(const char *name);

/* The set in use; the fastest usable one if none was chosen. */
const struct kern_ops *kern(void);

/* Threads for the functions below and for matrix products; at least 1. */
void kern_set_threads(int threads);
int kern_threads(void);

/* The same over whole matrices, by all threads. Rows are B or T*B, row-major. */

/* Cross entropy of rows of logits [rows, V] with targets [rows]: nats[r] = ln sum exp - logit of
 * the target. If `scale` is not 0, the logits become their gradient, scale * (softmax - onehot).
 */
void kern_cross_entropy(size_t rows, size_t V, float *logits, const int32_t *targets, float scale,
                        double *nats);

/* x[r][j] = bias[j]: the initial value of a product. */
void kern_fill_rows(size_t rows, size_t n, const float *bias, float *x);

/* out[j] = sum_r x[r][j], rows added in order; added to what out holds if `add`. */
void kern_column_sums(size_t rows, size_t n, const float *x, bool add, float *out);

void kern_axpy(size_t n, float a, const float *x, float *y);
double kern_sum_squares(size_t n, const float *x);

/* Dropout with inverted scaling: y = x * mask / keep, element j kept where number j + first of the
 * stream is below keep * 2^32. `first` is a multiple of 4. The mask is the same at each call, so
 * that the gradient is masked by calling it again. x and y may be the same. */
void kern_dropout(size_t n, double keep, uint64_t seed, uint32_t stream, uint64_t first,
                  const float *x, float *y);

/* out[r] = table[ids[r]], rows of n floats. */
void kern_gather_rows(size_t rows, size_t n, const float *table, const int32_t *ids, float *out);

/* table[ids[r]] += x[r], rows in order. */
void kern_scatter_add_rows(size_t rows, size_t n, const float *x, const int32_t *ids, float *table);

/* out[n, m] = in[m, n] transposed. */
void kern_transpose(size_t m, size_t n, const float *restrict in, float *restrict out);

#endif
