/* The embedding: out[r] = weight[ids[r]]. Its gradient has only the rows of the words in a window,
 * unless the softmax shares the table. */
#include <string.h>

#include "lib/kern/kern.h"
#include "lib/nn/input.h"

static void params(struct param_list *list, const struct input_shape *shape, size_t *ids)
{
    ids[0] = param_add(list, "encoder.weight", shape->V, shape->E, PARAM_EMBEDDING);
    list->items[ids[0]].by_rows = true;
}

static void forward(const struct input_call *c, float *out)
{
    kern_gather_rows(c->rows, c->shape.E, c->weights[0], c->ids, out);
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
    memset(grad->values, 0, r->n * c->shape.E * sizeof *grad->values);
}

static void backward(const struct input_call *c, const float *dout, int32_t *places,
                     const struct param_grad *grads)
{
    const int32_t *to = c->ids;
    if (grads[0].rows != NULL) {
        list_rows(c, &grads[0], places);
        to = places;
    }
    kern_scatter_add_rows(c->rows, c->shape.E, dout, to, grads[0].values);
}

const struct input_ops input_ids = {
    .n_params = 1, .params = params, .forward = forward, .backward = backward};
