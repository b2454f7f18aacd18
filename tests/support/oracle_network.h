/* A whole network in double: any cell of the table, layers of any widths, tied or not. */
#ifndef PTBLM_TESTS_SUPPORT_ORACLE_NETWORK_H
#define PTBLM_TESTS_SUPPORT_ORACLE_NETWORK_H

#include "lib/model/model.h"

/* One step of one row by the weights of a layer in the order of the cell's `params`; state holds
 * n_state arrays of H, of which the first, times `mask` [H] (NULL: 1), is what the recurrent
 * weights see. */
typedef void oracle_step(const struct cell_shape *shape, const double *const *weights,
                         const double *x, const float *mask, double *const *state);

/* NULL if the cell has no oracle yet. */
oracle_step *oracle_step_of(const struct cell_ops *cell);

struct oracle_network {
    const struct model_shape *shape;
    const struct param_list *params;
    const double *weights;     /* laid out as `params` says */
    float *const *masks;       /* for each of the L + 1 places [T*B, width]; NULL for none */
    float *const *state_masks; /* for each layer [B, H]; NULL for none */
    double ar, tar;            /* factors of the penalties on the last layer */
};

/* The floats of a state: for each layer, n_state arrays [B, H]. */
size_t oracle_state_size(const struct model_shape *shape, size_t B);

/* The sum of -ln p(y) over T steps of B rows, time-major; *penalty, unless NULL, is that of the
 * window by the paper's formula, times T. The state advances. */
double oracle_network_nats(const struct oracle_network *m, size_t B, size_t T, const int32_t *x,
                           const int32_t *y, double *state, double *penalty);

#endif
