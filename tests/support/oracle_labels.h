/* A network with a head of labels in double: one sequence after the other, without batches and
 * padding. Any cell of the table, one and both directions, layers of any widths, words with
 * features or numbers, every head; a CRF by going through all paths. */
#ifndef PTBLM_TESTS_SUPPORT_ORACLE_LABELS_H
#define PTBLM_TESTS_SUPPORT_ORACLE_LABELS_H

#include "lib/model/model.h"
#include "lib/model/window.h"

struct oracle_labels {
    const struct model_shape *shape;
    const struct window_batch *batch; /* whose sequences are read, without what is in padding */
    float *const *masks;              /* for each of the L + 1 places [T*B, width]; NULL: none */
    float *const *state_masks; /* for each layer and direction, 2 l + d: [B, H]; NULL for none */
    /* Where the parameters are; oracle_labels_init sets them. */
    const double *tables[INPUT_PARAMS_MAX];
    const double *cells[MODEL_LAYERS_MAX][2][CELL_PARAMS_MAX];
    const double *weight, *bias, *transitions, *start, *end;
};

/* `weights` are laid out as `params` says. */
void oracle_labels_init(struct oracle_labels *o, const struct param_list *params,
                        const double *weights);

/* -ln p of all labels of sequence b. */
double oracle_labels_nats(const struct oracle_labels *o, size_t b);

/* The sum over all sequences. */
double oracle_labels_all(const struct oracle_labels *o);

/* p [targets of sequence b, C]; and the labels of the best path, which of all heads but a CRF are
 * the most probable ones. */
void oracle_labels_predict(const struct oracle_labels *o, size_t b, double *p, int32_t *path);

#endif
