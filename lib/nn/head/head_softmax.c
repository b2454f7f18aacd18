#include "lib/base/mem.h"
#include "lib/kern/gemm.h"
#include "lib/nn/head/head.h"
#include "lib/nn/head/softmax.h"

enum { WEIGHT, BIAS, PROJECTION };

static bool projects(const struct head_shape *s)
{
    return s->tied && s->H != s->E;
}

static size_t rows_of(const struct head_call *c)
{
    return c->of.T * c->of.B;
}

/* Width of the rows that the softmax itself reads. */
static size_t width(const struct head_shape *s)
{
    return s->tied ? s->E : s->H;
}

static size_t params(struct param_list *list, const struct head_shape *s, size_t *ids)
{
    if (projects(s))
        ids[PROJECTION] = param_add(list, "projection.weight", s->E, s->H, PARAM_PROJECTION);
    if (s->tied)
        list->items[s->table].by_rows = false;
    ids[WEIGHT] = s->tied ? s->table : param_add(list, "decoder.weight", s->V, s->H, PARAM_OUTPUT);
    ids[BIAS] = param_add(list, "decoder.bias", s->V, 0, PARAM_OUTPUT_BIAS);
    return projects(s) ? 3 : 2;
}

/* After the block of logits, projected rows and their gradient. */
static size_t block_size(const struct head_shape *s, size_t rows)
{
    return mem_padded_floats(softmax_block_rows(rows, s->V) * s->V);
}

static size_t projected_size(const struct head_shape *s, size_t rows)
{
    return mem_padded_floats(rows * s->E);
}

static size_t scratch_size(const struct head_shape *s, size_t B, size_t T)
{
    const size_t rows = T * B;
    return block_size(s, rows) + (projects(s) ? 2 * projected_size(s, rows) : 0);
}

static struct softmax softmax_of(const struct head_call *c)
{
    return (struct softmax){.V = c->shape.V,
                            .H = width(&c->shape),
                            .weight = c->weights[WEIGHT],
                            .bias = c->weights[BIAS],
                            .factor = c->factor,
                            .profile = c->profile};
}

static float *projected(const struct head_call *c)
{
    return c->scratch + block_size(&c->shape, rows_of(c));
}

/* The rows that the softmax reads: z = h P^T, or h. */
static const float *project(const struct head_call *c)
{
    if (!projects(&c->shape))
        return c->h;
    gemm(false, true, rows_of(c), c->shape.E, c->shape.H, c->h, c->weights[PROJECTION], 0.0f,
         projected(c));
    return projected(c);
}

static void score(const struct head_call *c, double *nats)
{
    const struct softmax softmax = softmax_of(c);
    softmax_score(&softmax, rows_of(c), project(c), c->targets, c->scratch, nats);
}

/* dP = dz^T h, dh = dz P */
static void project_back(const struct head_call *c, const float *dz, const struct head_grad *g)
{
    const size_t E = c->shape.E, H = c->shape.H;
    gemm(true, false, E, H, rows_of(c), dz, c->h, 0.0f, g->params[PROJECTION].values);
    gemm(false, false, rows_of(c), H, E, dz, c->weights[PROJECTION], 0.0f, g->dh);
    profile_lap(c->profile, 0, PROFILE_SOFTMAX_BACKWARD);
}

static void backward(const struct head_call *c, double *nats, const struct head_grad *g,
                     int32_t *guesses)
{
    (void)guesses;
    struct softmax softmax = softmax_of(c);
    const float *z = project(c);
    softmax.objective = g->objective;
    const bool projected_too = projects(&c->shape);
    float *dz = projected_too ? projected(c) + projected_size(&c->shape, rows_of(c)) : g->dh;
    softmax_backward(&softmax, rows_of(c), z, c->targets, g->scale, c->scratch, nats, dz,
                     g->params[WEIGHT].values, g->params[BIAS].values);
    if (projected_too)
        project_back(c, dz, g);
}

static void logits(const struct head_call *c, float *out)
{
    const struct softmax softmax = softmax_of(c);
    softmax_logits(&softmax, rows_of(c), project(c), out);
}

const struct head_ops head_softmax = {.name = "softmax",
                                      .params = params,
                                      .scratch_size = scratch_size,
                                      .score = score,
                                      .backward = backward,
                                      .logits = logits};
