#include "lib/task/train/start.h"

#include <string.h>

/* Whether the rows of a parameter belong to words. */
static bool has_word_rows(const struct param *p)
{
    return p->role == PARAM_EMBEDDING || p->role == PARAM_OUTPUT || p->role == PARAM_OUTPUT_BIAS;
}

static enum status check_network(const struct model *m, const struct model *from, struct err *err)
{
    struct model_shape grown = from->shape;
    char is[MODEL_LAYERS_TEXT], was[MODEL_LAYERS_TEXT];
    grown.V = m->shape.V;
    if (m->shape.V >= from->shape.V && model_shape_equal(&grown, &m->shape))
        return ST_OK;
    return err_set(err, ST_INPUT,
                   "the model to train on has %zu words, embedding %zu and layers %s %s%s, and "
                   "cannot become one of %zu, %zu and %s %s%s",
                   from->shape.V, from->shape.E, model_layers_text(was, &from->shape),
                   from->shape.cell->name, from->shape.tied ? " tied" : "", m->shape.V, m->shape.E,
                   model_layers_text(is, &m->shape), m->shape.cell->name,
                   m->shape.tied ? " tied" : "");
}

/* Sets rows n and on to the mean of the first n, summed in double. */
static void add_mean_rows(float *w, size_t n, size_t all, size_t cols)
{
    for (size_t j = 0; j < cols; j++) {
        double sum = 0.0;
        for (size_t i = 0; i < n; i++)
            sum += (double)w[i * cols + j];
        for (size_t i = n; i < all; i++)
            w[i * cols + j] = (float)(sum / (double)n);
    }
}

static void put_vectors(struct model *m, const struct start *start)
{
    const size_t E = m->shape.E;
    float *table = m->weights + m->params.items[m->net.input.params[0]].offset;
    for (size_t i = 0; start->vectors != NULL && i < m->shape.V; i++)
        if (start->has_vector[i] != 0)
            memcpy(table + i * E, start->vectors + i * E, E * sizeof *table);
}

enum status start_weights(struct model *m, const struct start *start, uint64_t seed,
                          struct err *err)
{
    const struct model *from = start->from;
    if (from == NULL) {
        TRY(model_initialise(m, &start->init, seed, err));
        put_vectors(m, start);
        return ST_OK;
    }
    TRY(check_network(m, from, err));
    for (size_t i = 0; i < m->params.n; i++) {
        const struct param *p = &m->params.items[i], *old = &from->params.items[i];
        float *w = m->weights + p->offset;
        memcpy(w, model_weight(from, i), param_size(old) * sizeof *w);
        if (has_word_rows(p))
            add_mean_rows(w, old->rows, p->rows, p->cols > 0 ? p->cols : 1);
    }
    return ST_OK;
}
