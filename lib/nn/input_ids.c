/* The embedding: out[r] = weight[ids[r]]. Its gradient has only the rows of the words in a window,
 * unless the softmax shares the table; the tables of features are small, and theirs is dense. */
#include <stdio.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/kern/kern.h"
#include "lib/nn/input.h"

static size_t params(struct param_list *list, const struct input_shape *shape, size_t *ids)
{
    ids[0] =
        param_add(list, "encoder.weight", shape->tables[0].V, shape->tables[0].E, PARAM_EMBEDDING);
    list->items[ids[0]].by_rows = true;
    for (size_t i = 1; i < shape->n; i++) {
        char name[PARAM_NAME_MAX];
        snprintf(name, sizeof name, "features.%zu.weight", i - 1);
        ids[i] = param_add(list, name, shape->tables[i].V, shape->tables[i].E, PARAM_EMBEDDING);
    }
    return shape->n;
}

/* One table's part of all rows, where a row has several. */
static size_t scratch_size(const struct input_shape *shape, size_t rows)
{
    size_t widest = 0;
    for (size_t i = 0; i < shape->n && shape->n > 1; i++)
        widest = shape->tables[i].E > widest ? shape->tables[i].E : widest;
    return mem_padded_floats(rows * widest);
}

/* Copies [rows, width] from rows of one length into rows of another. */
static void copy_columns(size_t rows, size_t width, const float *from, size_t from_len, float *to,
                         size_t to_len)
{
    for (size_t r = 0; r < rows; r++)
        memcpy(to + r * to_len, from + r * from_len, width * sizeof *to);
}

static void forward(const struct input_call *c, float *out)
{
    const struct input_shape *s = &c->shape;
    if (s->n == 1) {
        kern_gather_rows(c->rows, s->width, c->weights[0], c->ids, out);
        return;
    }
    size_t at = 0;
    for (size_t i = 0; i < s->n; at += s->tables[i++].E) {
        const size_t E = s->tables[i].E;
        kern_gather_rows(c->rows, E, c->weights[i], c->ids + i * c->rows, c->scratch);
        copy_columns(c->rows, E, c->scratch, E, out + at, s->width);
    }
}

/* Forgets the words of the last window and gives each word of this one a row of the gradient. */
static void list_rows(const struct input_call *c, const struct param_grad *grad, int32_t *places)
{
    struct param_rows *r = grad->rows;
    for (size_t i = 0; i < r->n; i++)
        r->place_of[r->rows[i]] = 0;
    r->n = 0;
    for (size_t i = 0; i < c->rows; i++) {
        const int32_t id = c->ids[i];
        if (r->place_of[id] == 0) {
            r->rows[r->n++] = id;
            r->place_of[id] = (int32_t)r->n;
        }
        places[i] = r->place_of[id] - 1;
    }
    memset(grad->values, 0, r->n * c->shape.tables[0].E * sizeof *grad->values);
}

static void add_words(const struct input_call *c, const float *dout, int32_t *places,
                      const struct param_grad *grad)
{
    const int32_t *to = c->ids;
    if (grad->rows != NULL) {
        list_rows(c, grad, places);
        to = places;
    }
    kern_scatter_add_rows(c->rows, c->shape.tables[0].E, dout, to, grad->values);
}

static void backward(const struct input_call *c, const float *dout, int32_t *places,
                     const struct param_grad *grads)
{
    const struct input_shape *s = &c->shape;
    if (s->n == 1) {
        add_words(c, dout, places, &grads[0]);
        return;
    }
    size_t at = 0;
    for (size_t i = 0; i < s->n; at += s->tables[i++].E) {
        const size_t E = s->tables[i].E;
        copy_columns(c->rows, E, dout + at, s->width, c->scratch, E);
        if (i == 0) {
            add_words(c, c->scratch, places, &grads[0]);
            continue;
        }
        memset(grads[i].values, 0, s->tables[i].V * E * sizeof *grads[i].values);
        kern_scatter_add_rows(c->rows, E, c->scratch, c->ids + i * c->rows, grads[i].values);
    }
}

const struct input_ops input_ids = {
    .params = params, .scratch_size = scratch_size, .forward = forward, .backward = backward};
