/* out = x */
#include <string.h>

#include "lib/nn/input.h"

static size_t params(struct param_list *list, const struct input_shape *shape, size_t *ids)
{
    (void)list;
    (void)shape;
    (void)ids;
    return 0;
}

static size_t scratch_size(const struct input_shape *shape, size_t rows)
{
    (void)shape;
    (void)rows;
    return 0;
}

static void forward(const struct input_call *c, float *out)
{
    memcpy(out, c->x, c->rows * c->shape.width * sizeof *out);
}

const struct input_ops input_dense = {
    .params = params, .scratch_size = scratch_size, .forward = forward};
