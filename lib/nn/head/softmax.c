#include "lib/nn/head/softmax.h"

#include "lib/kern/gemm.h"
#include "lib/kern/kern.h"

enum {
    BLOCK_FLOATS = 1 << 22, /* 16 MB of logits: a share of a last-level cache */
    BLOCK_ROWS_MIN = 128,   /* fewer rows make slow matrix products */
};

static size_t most_rows(size_t V)
{
    const size_t most = BLOCK_FLOATS / V;
    return most > BLOCK_ROWS_MIN ? most : BLOCK_ROWS_MIN;
}

size_t softmax_block_rows(size_t rows, size_t V)
{
    const size_t most = most_rows(V);
    return rows < most ? rows : most;
}

/* Rows per block for as many blocks, of about equal size, without cutting a group of rows. */
static size_t even_rows(size_t rows, size_t V, size_t group)
{
    const size_t most = most_rows(V) / group * group, blocks = (rows + most - 1) / most;
    return blocks > 1 ? ((rows + blocks - 1) / blocks + group - 1) / group * group : rows;
}

void softmax_logits(const struct softmax *s, size_t rows, const float *h, float *logits)
{
    gemm_bias(rows, s->V, s->H, h, s->weight, s->bias, logits);
}

static void scale(size_t n, float factor, float *logits)
{
    for (size_t i = 0; i < n; i++)
        logits[i] *= factor;
}

void softmax_score(const struct softmax *s, size_t rows, const float *h, const int32_t *targets,
                   float *block, double *nats)
{
    const size_t step = even_rows(rows, s->V, 1);
    for (size_t first = 0; first < rows; first += step) {
        const size_t n = rows - first < step ? rows - first : step;
        softmax_logits(s, n, h + first * s->H, block);
        if (s->factor != 0.0f)
            scale(n * s->V, s->factor, block);
        kern_cross_entropy(n, s->V, block, targets + first, 0.0f, nats + first);
    }
}

void softmax_backward(const struct softmax *s, size_t rows, const float *h, const int32_t *targets,
                      float scale, float *block, double *nats, float *dh, float *dweight,
                      float *dbias)
{
    const size_t V = s->V, H = s->H;
    const size_t step = even_rows(rows, V, objective_group(s->objective));
    for (size_t first = 0; first < rows; first += step) {
        const size_t n = rows - first < step ? rows - first : step;
        const float *h_block = h + first * H;
        const float beta = first == 0 ? 0.0f : 1.0f;
        softmax_logits(s, n, h_block, block);
        kern_cross_entropy(n, V, block, targets + first, scale, nats + first);
        objective_apply(s->objective, n, V, scale, targets + first, block, nats + first);
        profile_lap(s->profile, 0, PROFILE_SOFTMAX_FORWARD);
        gemm(false, false, n, H, V, block, s->weight, 0.0f, dh + first * H);
        gemm_gradient(V, H, n, block, h_block, beta, dweight, dbias);
        profile_lap(s->profile, 0, PROFILE_SOFTMAX_BACKWARD);
    }
}

void softmax_probabilities(size_t V, float factor, const float *logits, float *p)
{
    for (size_t j = 0; j < V; j++)
        p[j] = factor * logits[j];
    kern()->softmax(V, p, 1.0f);
}
